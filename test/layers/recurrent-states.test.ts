// States of recurrent layers that come from outside and go there: values and gradients against the formulas.

import { describe, expect, test } from "vitest";
import { bidirectional, gru, lstm, simpleRNN } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { joined } from "../support/joined.ts";
import { checkLayer, draw, runLayer } from "../support/layer.ts";
import { masked, withZeros } from "../support/masked.ts";
import { type CellWeights, cellWithStates } from "../support/reference/recurrent.ts";

const kinds = [
  { type: "simpleRNN", make: simpleRNN, states: 1 },
  { type: "lstm", make: lstm, states: 2 },
  { type: "gru", make: gru, states: 1 },
  { type: "gru", make: gru, states: 1, resetAfter: false },
] as const;

interface Options {
  readonly units: number;
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
}

interface Variant {
  readonly steps?: number;
  readonly batch?: number;
  readonly capacity?: number;
  /** Outputs that somebody reads: 0 is y, then h and c. */
  readonly parts?: readonly number[];
  readonly initial?: boolean;
  readonly mask?: (sample: number, step: number) => boolean;
}

const features = 3;

async function check(
  { make, states, ...kind }: (typeof kinds)[number],
  options: Options,
  { steps = 4, batch = 3, capacity = batch, initial = true, mask, ...variant }: Variant = {},
) {
  const { units } = options;
  const parts = variant.parts ?? [0, 1, 2].slice(0, states + 1);
  const { type, ...more } = kind;
  const layer = joined(make({ ...options, ...more, returnState: true }), parts);
  const given = initial
    ? Array.from({ length: states }, (_, i) => draw(batch * units, 50 + i))
    : [];
  const x = withZeros(draw(batch * steps * features, 3), features, (row) =>
    mask ? mask(Math.floor(row / steps), row % steps) : true,
  );
  const it = { ...kind, ...options, steps, features, ...(mask && { mask }) };
  await checkLayer(
    {
      layer: mask ? masked(layer) : layer,
      inputShapes: [[steps, features], ...given.map(() => [units])],
      batch,
      capacity,
      inputs: [x, ...given],
    },
    ([x = new Float64Array(0), ...before], parameters) => {
      const { y, h, c } = cellWithStates(
        it,
        x,
        parameters as unknown as CellWeights,
        batch,
        before,
      );
      const widths = [y.length / batch, units, units];
      return Float64Array.from(
        Array.from({ length: batch }, (_, sample) =>
          parts.flatMap((part) => {
            const width = widths[part] ?? 0;
            const list = [y, h, c][part] as Float64Array;
            return [...list.slice(sample * width, (sample + 1) * width)];
          }),
        ).flat(),
      );
    },
    { constant: mask ? [0] : [] },
  );
}

for (const [index, kind] of kinds.entries()) {
  describe(`${kind.type} ${index}`, () => {
    for (const units of [1, 3, 4, 5]) {
      for (const returnSequences of [false, true]) {
        test(`gives and takes states (${units}${returnSequences ? ", sequences" : ""})`, async () => {
          for (const goBackwards of [false, true]) {
            const options = { units, returnSequences, goBackwards };
            await check(kind, options);
            await check(kind, options, { initial: false });
          }
        });
      }
    }
    test("where only some of them are read", async () => {
      for (const returnSequences of [false, true]) {
        const all = kind.states === 2 ? [[0], [1], [2], [0, 2]] : [[0], [1]];
        for (const parts of all) await check(kind, { units: 3, returnSequences }, { parts });
      }
    });
    test("of sequences of one step, of batches smaller than the plan's", async () => {
      for (const units of [3, 4]) {
        await check(kind, { units }, { steps: 1 });
        await check(kind, { units, returnSequences: true }, { batch: 2, capacity: 7 });
      }
    });
    test("carries them over steps that a mask leaves out", async () => {
      const masks: readonly Variant["mask"][] = [
        (sample, step) => step < sample + 1,
        (sample, step) => step > sample - 1 && sample < 3,
      ];
      for (const mask of masks) {
        for (const goBackwards of [false, true]) {
          for (const returnSequences of [false, true]) {
            const options = { units: 3, returnSequences, goBackwards };
            await check(kind, options, { ...(mask && { mask }), batch: 4 });
          }
        }
      }
    });
    test("takes more samples than go through a sequence together", async () => {
      const layer = joined(kind.make({ units: 4, returnState: true }), [0, 1]);
      const inputShapes = [[2, 2], ...Array.from({ length: kind.states }, () => [4])];
      const it = { layer, inputShapes, batch: 93 };
      const run = await runLayer(it);
      expect(await runLayer(it, 3)).toEqual(run);
      // What goes together does not matter.
      const last = (x: Float64Array) => x.slice((92 * x.length) / 93);
      const one = await runLayer({
        ...it,
        batch: 1,
        inputs: run.inputs.map(last),
        parameters: run.parameters,
      });
      expect(one.y).toBeNear(last(run.y), { absolute: 1e-6 });
    });
    test("drops a part of the initial state as of any other", async () => {
      const [units, batch] = [3, 4];
      const options = { units, recurrentDropout: 0.5, returnState: true, useBias: false };
      const h0 = draw(batch * units, 8);
      const more = Array.from({ length: kind.states - 1 }, () => draw(batch * units, 9));
      // One step of zeros: what comes out depends on dropped h alone; two runs, of states that differ where
      // they are dropped, agree.
      const it = {
        layer: joined(kind.make(options), [0]),
        inputShapes: [[1, 2], ...[h0, ...more].map(() => [units])],
        batch,
        inputs: [new Float64Array(batch * 2), h0, ...more],
      };
      const { dx } = await runLayer(it);
      const zeros = (dx[1] as Float64Array).map((value) => Number(value === 0));
      expect(new Set(zeros)).toEqual(new Set([0, 1]));
      const moved = h0.map((value, i) => value + (zeros[i] ?? 0));
      const { y } = await runLayer(it);
      expect((await runLayer({ ...it, inputs: [it.inputs[0] ?? h0, moved, ...more] })).y).toEqual(
        y,
      );
      const all = await runLayer({ ...it, training: false });
      expect(all.y).not.toEqual(y);
    });
    test("its configuration makes it again", () => {
      const it = kind.make({ units: 2, returnState: true });
      const again = layerFromConfig("test", it.type, { ...it.config, name: "again" });
      expect(again.config).toEqual(it.config);
      expect(again.outputs).toBe(kind.states + 1);
    });
    test("refuses other states", () => {
      const layer = kind.make({ units: 2 });
      const state = Array.from({ length: kind.states }, () => [2]);
      expect(layer.build("test", [3, 1], [[3, 1], ...state]).outputShape).toEqual([2]);
      for (const bad of [[[3]], [...state, [2]], [[1, 2]]]) {
        expect(() => layer.build("test", [3, 1], [[3, 1], ...bad])).toThrow(
          expect.objectContaining({ code: "shapeMismatch" }),
        );
      }
      expect(() => bidirectional(kind.make({ units: 2, returnState: true }))).toThrow(
        expect.objectContaining({ code: "invalidArgument" }),
      );
    });
  });
}
