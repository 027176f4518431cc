// Layers around layers: both directions of a recurrent one, and one layer for every step.

import { describe, expect, test } from "vitest";
import {
  activation,
  bidirectional,
  dense,
  dropout,
  flatten,
  gru,
  lstm,
  type MergeMode,
  simpleRNN,
  timeDistributed,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, type Numbers, runLayer } from "../support/layer.ts";
import { masked, withZeros } from "../support/masked.ts";
import { type CellCase, cell } from "../support/reference/recurrent.ts";

const error = (code: string) => expect.objectContaining({ code });
const makers = { simpleRNN, lstm, gru } as const;

/** Both directions joined, the second one's outputs at the steps that they belong to. */
function both(
  it: CellCase,
  mode: MergeMode,
  x: Float64Array,
  parameters: Numbers,
  batch: number,
): Float64Array {
  const { steps, units, returnSequences = false, goBackwards = false } = it;
  const rows = returnSequences ? steps : 1;
  const direction = (prefix: string, backwards: boolean) => {
    const { [`${prefix}Weight`]: weight, [`${prefix}RecurrentWeight`]: recurrentWeight } =
      parameters;
    if (!weight || !recurrentWeight) throw new Error("parameters");
    const own = { weight, recurrentWeight, bias: parameters[`${prefix}Bias`] };
    const y = cell({ ...it, goBackwards: backwards }, x, own, batch);
    return (sample: number, step: number, j: number) =>
      y[(sample * rows + (backwards ? rows - 1 - step : step)) * units + j] ?? 0;
  };
  const one = direction("forward", goBackwards);
  const two = direction("backward", !goBackwards);
  const out: number[] = [];
  for (let sample = 0; sample < batch; sample++) {
    for (let step = 0; step < rows; step++) {
      const a = Array.from({ length: units }, (_, j) => one(sample, step, j));
      const b = Array.from({ length: units }, (_, j) => two(sample, step, j));
      const join = (f: (a: number, b: number) => number) => a.map((x, j) => f(x, b[j] ?? 0));
      if (mode === "concat") out.push(...a, ...b);
      else if (mode === "sum") out.push(...join((a, b) => a + b));
      else if (mode === "ave") out.push(...join((a, b) => (a + b) / 2));
      else out.push(...join((a, b) => a * b));
    }
  }
  return Float64Array.from(out);
}

describe("bidirectional", () => {
  for (const mergeMode of ["concat", "sum", "mul", "ave"] as const) {
    for (const type of ["simpleRNN", "lstm", "gru"] as const) {
      test(`${mergeMode} of ${type}`, async () => {
        const [steps, features] = [3, 2];
        for (const units of [3, 4]) {
          for (const more of [{}, { returnSequences: true, goBackwards: units === 3 }]) {
            const options = { units, ...more };
            const it = { type, steps, features, ...options };
            await checkLayer(
              {
                layer: bidirectional(makers[type](options), { mergeMode }),
                inputShapes: [[steps, features]],
                batch: 2,
                capacity: 4,
              },
              ([x = new Float64Array(0)], parameters, batch) =>
                both(it, mergeMode, x, parameters, batch),
            );
          }
        }
      });
    }
  }
  test("skips masked steps in both directions", async () => {
    const [steps, features, batch] = [4, 3, 3];
    const mask = (sample: number, step: number) => step <= sample;
    const it = { type: "gru", steps, features, units: 4, returnSequences: true, mask } as const;
    const x = withZeros(new Float64Array(batch * steps * features).fill(0.5), features, (row) =>
      mask(Math.floor(row / steps), row % steps),
    );
    const layer = masked(bidirectional(gru({ units: 4, returnSequences: true })));
    await checkLayer(
      { layer, inputShapes: [[steps, features]], batch, inputs: [x] },
      ([x = new Float64Array(0)], parameters, batch) => both(it, "concat", x, parameters, batch),
      { constant: [0] },
    );
  });
  test("drops other features for each direction", async () => {
    const layer = bidirectional(simpleRNN({ units: 8, dropout: 0.5, activation: "linear" }));
    const weight = Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const zeros = new Float64Array(64);
    const run = await runLayer({
      layer,
      inputShapes: [[1, 8]],
      batch: 4,
      inputs: [new Float64Array(32).fill(1)],
      parameters: {
        forwardWeight: weight,
        backwardWeight: weight,
        forwardRecurrentWeight: zeros,
        backwardRecurrentWeight: zeros,
        forwardBias: new Float64Array(8),
        backwardBias: new Float64Array(8),
      },
    });
    expect([...run.y].every((y) => y === 0 || y === 2)).toBe(true);
    expect([...run.y.slice(0, 8)]).not.toEqual([...run.y.slice(8, 16)]);
  });
  test("is made again from its configuration", () => {
    const inner = lstm({ units: 3, returnSequences: true, unitForgetBias: false, dropout: 0.5 });
    const layer = bidirectional(inner, { mergeMode: "ave" });
    const again = layerFromConfig("test", layer.type, { ...layer.config, name: "again" });
    expect(again.config).toEqual(layer.config);
    expect(again.name).toBe("again");
    expect(again.hyper).toEqual(layer.hyper);
  });
  test("refuses layers without steps, unknown modes, wrappers in wrappers", () => {
    for (const it of [dense(2), undefined, 3, {}]) {
      expect(() => bidirectional(it as ReturnType<typeof dense>)).toThrow(error("invalidArgument"));
    }
    const options = { mergeMode: "max" as MergeMode };
    expect(() => bidirectional(gru({ units: 1 }), options)).toThrow(error("unknownName"));
    const layer = bidirectional(gru({ units: 1 }));
    const nested = { layer: { type: layer.type, ...layer.config }, name: "nested" };
    for (const config of [nested, { name: "x" }, { layer: { units: 1 }, name: "x" }]) {
      for (const type of ["bidirectional", "timeDistributed"]) {
        expect(() => layerFromConfig("test", type, config)).toThrow(error("invalidArgument"));
      }
    }
  });
});

describe("timeDistributed", () => {
  test("applies a dense layer to every step", async () => {
    const [steps, features, units] = [3, 2, 5];
    await checkLayer(
      {
        layer: timeDistributed(dense(units, "tanh")),
        inputShapes: [[steps, features]],
        batch: 2,
      },
      ([x = new Float64Array(0)], { weight = x, bias = x }) =>
        Float64Array.from({ length: 2 * steps * units }, (_, at) => {
          const [row, j] = [Math.floor(at / units), at % units];
          let sum = bias[j] ?? 0;
          for (let i = 0; i < features; i++) {
            sum += (x[row * features + i] ?? 0) * (weight[i * units + j] ?? 0);
          }
          return Math.tanh(sum);
        }),
    );
  });
  test("takes activations and dropout, and is made again from its configuration", () => {
    for (const layer of [dense(2, "relu"), activation("softmax"), dropout(0.5)]) {
      const it = timeDistributed(layer, { name: "mine" });
      expect(it.name).toBe("mine");
      expect(it.build("it", [3, 2]).outputShape).toEqual([3, 2]);
      const again = layerFromConfig("test", it.type, { ...it.config, name: "again" });
      expect(again.config).toEqual(it.config);
    }
  });
  test("refuses other layers, and samples without steps", () => {
    for (const layer of [flatten(), lstm({ units: 2 })]) {
      expect(() => timeDistributed(layer)).toThrow(error("unknownName"));
    }
    expect(() => timeDistributed(3 as unknown as ReturnType<typeof dense>)).toThrow(
      error("invalidArgument"),
    );
    expect(() => timeDistributed(dense(2)).build("it", [3])).toThrow(error("shapeMismatch"));
  });
});
