// simpleRNN, lstm, gru: values and gradients against the formulas, for every size, option and mask.

import { describe, expect, test } from "vitest";
import { gru, type Layer, lstm, simpleRNN } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, type Numbers, runLayer } from "../support/layer.ts";
import { masked, withZeros } from "../support/masked.ts";
import { type CellCase, type CellWeights, cell } from "../support/reference/recurrent.ts";

const makers = { simpleRNN, lstm, gru } as const;

/** The layer of a case: sizes and what is for the reference alone left out. */
function layerOf(
  { steps, features, mask, drop, type, ...options }: CellCase,
  more: object = {},
): Layer {
  return makers[type]({ ...options, ...more } as Parameters<typeof lstm>[0]);
}

const weights = (parameters: Numbers) => parameters as unknown as CellWeights;

async function check(it: CellCase, { batch = 3, capacity = 0, more = {} } = {}) {
  await checkLayer(
    {
      layer: layerOf(it, more),
      inputShapes: [[it.steps, it.features]],
      batch,
      capacity: capacity || batch,
    },
    ([x = new Float64Array(0)], parameters, batch) => cell(it, x, weights(parameters), batch),
  );
}

const kinds = [
  { type: "simpleRNN" },
  { type: "lstm" },
  { type: "gru" },
  { type: "gru", resetAfter: false },
] as const;

for (const kind of kinds) {
  describe(Object.values(kind).join(", resetAfter "), () => {
    for (const units of [1, 3, 4, 5, 8]) {
      for (const [steps, features] of [
        [1, 3],
        [4, 1],
        [3, 4],
      ] as const) {
        if (units > 5 && steps > 1) continue;
        test(`[${steps}, ${features}] → ${units}`, async () => {
          await check({ ...kind, steps, features, units });
          await check({ ...kind, steps, features, units, returnSequences: true });
        });
      }
    }
    test("runs backwards", async () => {
      for (const returnSequences of [false, true]) {
        for (const units of [3, 4]) {
          const sizes = { steps: 4, features: 3, units, returnSequences };
          await check({ ...kind, ...sizes, goBackwards: true });
        }
      }
    });
    test("does without a bias", async () => {
      for (const units of [3, 4]) {
        await check({ ...kind, steps: 3, features: 2, units }, { more: { useBias: false } });
      }
    });
    test("runs a batch smaller than the plan's, and one sample", async () => {
      const sizes = { steps: 3, features: 2, units: 5, returnSequences: true };
      await check({ ...kind, ...sizes }, { batch: 2, capacity: 7 });
      await check({ ...kind, ...sizes }, { batch: 1 });
    });
    test("passes gradients on while it does not learn itself", async () => {
      await check({ ...kind, steps: 3, features: 2, units: 3 }, { more: { trainable: false } });
    });
    test("adds up the gradients of two uses", async () => {
      for (const units of [3, 4]) {
        const it = { ...kind, steps: 2, features: units, units, returnSequences: true };
        const nodes = [0, 1].map((value) => ({ layer: 0, inputs: [value] }));
        await checkLayer(
          { layer: layerOf(it), inputShapes: [[2, units]], batch: 2, nodes },
          ([x = new Float64Array(0)], parameters, batch) => {
            const once = cell(it, x, weights(parameters), batch);
            return cell(it, once, weights(parameters), batch);
          },
        );
      }
    });
    test("takes more samples than go through a sequence together", async () => {
      const it = { ...kind, steps: 2, features: 2, units: 4 };
      const run = await runLayer({ layer: layerOf(it), inputShapes: [[2, 2]], batch: 93 });
      const x = run.inputs[0] as Float64Array;
      expect(run.y).toBeNear(cell(it, x, weights(run.parameters), 93), { absolute: 1e-5 });
      const shares = await runLayer({ layer: layerOf(it), inputShapes: [[2, 2]], batch: 93 }, 3);
      expect(shares).toEqual(run);
    });
    for (const activation of ["relu", "linear", "hardSigmoid", "sigmoid", "elu"]) {
      test(`works with ${activation}`, async () => {
        const f =
          kind.type === "simpleRNN"
            ? { activation }
            : { activation, recurrentActivation: activation };
        await check({ ...kind, ...f, steps: 3, features: 2, units: 3, returnSequences: true });
      });
    }
    test("its configuration makes it again", () => {
      const options = {
        activation: "elu",
        useBias: false,
        kernelInitializer: "heNormal",
        recurrentInitializer: "zeros",
        biasInitializer: "ones",
        kernelRegularizer: 0.1,
        recurrentRegularizer: { l1: 0.2 },
        biasRegularizer: 0.3,
        returnSequences: true,
        goBackwards: true,
        dropout: 0.25,
        recurrentDropout: 0.5,
        trainable: false,
      };
      for (const more of [{}, options]) {
        const it = layerOf({ ...kind, units: 3, steps: 1, features: 1 }, more);
        const again = layerFromConfig("test", it.type, { ...it.config, name: "again" });
        expect(again.config).toEqual(it.config);
        expect(again.trainable).toBe(it.trainable);
      }
    });
  });
}

describe("what is refused", () => {
  const cases: readonly [object, string][] = [
    [{}, "invalidArgument"],
    [{ units: 0 }, "invalidArgument"],
    [{ units: 2, returnState: 1 }, "invalidArgument"],
    [{ units: 2, stateful: true }, "unknownName"],
    [{ units: 2, activation: "softmax" }, "unknownName"],
    [{ units: 2, activation: "gelu" }, "unknownName"],
    [{ units: 2, useBias: 1 }, "invalidArgument"],
    [{ units: 2, returnSequences: "yes" }, "invalidArgument"],
    [{ units: 2, goBackwards: 0 }, "invalidArgument"],
    [{ units: 2, dropout: 1 }, "invalidArgument"],
    [{ units: 2, recurrentDropout: -0.1 }, "invalidArgument"],
    [{ units: 2, kernelRegularizer: -1 }, "invalidArgument"],
    [{ units: 2, recurrentInitializer: "none" }, "unknownName"],
    [{ units: 2, trainable: 1 }, "invalidArgument"],
  ];
  for (const [options, code] of cases) {
    test(JSON.stringify(options), () => {
      for (const make of Object.values(makers)) {
        expect(() => make(options as Parameters<typeof lstm>[0])).toThrow(
          expect.objectContaining({ code }),
        );
      }
    });
  }
  test("options of another cell, and samples that are no sequences", () => {
    const error = (code: string) => expect.objectContaining({ code });
    const options = { units: 2, recurrentActivation: "tanh" } as const;
    expect(() => simpleRNN(options)).toThrow(error("unknownName"));
    for (const shape of [[3], [2, 3, 4]]) {
      expect(() => gru({ units: 2 }).build("gru", shape)).toThrow(error("shapeMismatch"));
    }
    expect(() => gru({ units: 2, resetAfter: 1 as unknown as boolean })).toThrow(
      error("invalidArgument"),
    );
    expect(() => lstm({ units: 2, unitForgetBias: 1 as unknown as boolean })).toThrow(
      error("invalidArgument"),
    );
  });
});

describe("dropout of the input", () => {
  test("drops whole features of a sample, in training alone, and scales the others", async () => {
    const layer = simpleRNN({
      units: 4,
      activation: "linear",
      dropout: 0.5,
      returnSequences: true,
    });
    const [steps, features, batch] = [3, 6, 5];
    const identity = Float64Array.from({ length: 24 }, (_, i) => (i % 5 === 0 && i < 16 ? 1 : 0));
    const parameters = {
      weight: identity,
      recurrentWeight: new Float64Array(16),
      bias: new Float64Array(4),
    };
    const inputs = [new Float64Array(batch * steps * features).fill(1)];
    const it = { layer, inputShapes: [[steps, features]], batch, parameters, inputs };
    const run = await runLayer(it);
    expect(await runLayer(it, 3)).toEqual(run);
    const drawn = new Set<string>();
    for (let sample = 0; sample < batch; sample++) {
      const row = (step: number) => [...run.y.slice((sample * 3 + step) * 4).slice(0, 4)];
      expect(row(0).every((y) => y === 0 || y === 2)).toBe(true);
      expect([row(1), row(2)]).toEqual([row(0), row(0)]);
      drawn.add(row(0).join());
      const dx = run.dx[0] as Float64Array;
      for (let i = 0; i < 4; i++) {
        const got = dx[sample * steps * features + i] as number;
        const dy = run.dy[sample * 12 + i] as number;
        expect(got).toBeCloseTo(dy * (row(0)[i] as number), 5);
      }
    }
    expect(drawn.size).toBeGreaterThan(1);
    const still = await runLayer({ ...it, training: false });
    expect([...still.y]).toEqual(Array.from({ length: 60 }, () => 1));
  });
});

describe("dropout of the state", () => {
  for (const [index, kind] of kinds.entries()) {
    test(`multiplies it with one mask a sample (${kind.type} ${index})`, async () => {
      const [steps, features, batch] = [4, 2, 3];
      for (const units of [3, 4]) {
        // h₁ = 1, h₂ = 1 + what h₁ was multiplied with.
        const probe = simpleRNN({ units, activation: "linear", recurrentDropout: 0.5 });
        const { y } = await runLayer({
          layer: probe,
          inputShapes: [[2, 1]],
          batch,
          inputs: [new Float64Array(2 * batch).fill(1)],
          parameters: {
            weight: new Float64Array(units).fill(1),
            recurrentWeight: Float64Array.from({ length: units ** 2 }, (_, i) =>
              i % (units + 1) === 0 ? 1 : 0,
            ),
            bias: new Float64Array(units),
          },
        });
        const factors = y.map((it) => it - 1);
        expect(new Set(factors)).toEqual(new Set([0, 2]));
        const drop = (sample: number, unit: number) => factors[sample * units + unit] ?? Number.NaN;
        const counts = (row: number) => row % 3 !== 1;
        const mask = (sample: number, step: number) => counts(sample * steps + step);
        const x = withZeros(draw(batch * steps * features, 4), features, counts);
        for (const more of [{}, { returnSequences: true, goBackwards: true }]) {
          const it = { ...kind, ...more, steps, features, units, drop };
          const layer = layerOf(it, { recurrentDropout: 0.5 });
          const inputShapes = [[steps, features]];
          const reference = (it: CellCase) =>
            checkLayer(
              { layer: it.mask ? masked(layer) : layer, inputShapes, batch, inputs: [x] },
              ([x = new Float64Array(0)], parameters) => cell(it, x, weights(parameters), batch),
              { constant: it.mask ? [0] : [] },
            );
          await reference(it);
          await reference({ ...it, mask });
        }
      }
    });
  }
});

test("the lstm's forget gate starts at 1, the other gates at 0", () => {
  const bias = lstm({ units: 2 }).build("lstm", [3, 1]).parameters[2];
  const values = new Float32Array(8);
  bias?.adjust?.(values);
  expect([...values]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  expect(
    lstm({ units: 2, unitForgetBias: false }).build("lstm", [3, 1]).parameters[2]?.adjust,
  ).toBe(undefined);
});
