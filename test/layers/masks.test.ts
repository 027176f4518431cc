// Masks: who makes them, and that a step without one changes neither state nor output nor gradients.

import { describe, expect, test } from "vitest";
import { bidirectional, gru, lstm, masking, simpleRNN } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, runLayer } from "../support/layer.ts";
import { masked, withZeros } from "../support/masked.ts";
import { type CellWeights, cell } from "../support/reference/recurrent.ts";

const [steps, features, batch] = [5, 3, 4];
const input = draw(batch * steps * features, 3);

/** Sequences that end early, begin late, have gaps; one that has no step at all. */
const patterns: Readonly<Record<string, (sample: number, step: number) => boolean>> = {
  "the ends of sequences": (sample, step) => step < sample + 1,
  "their beginnings": (sample, step) => step > sample - 1,
  gaps: (sample, step) => (sample + step) % 2 === 0,
  "whole sequences": (sample) => sample !== 1,
};

const kinds = [
  { type: "simpleRNN", make: simpleRNN },
  { type: "lstm", make: lstm },
  { type: "gru", make: gru },
  { type: "gru", make: (options: object) => gru({ units: 1, ...options, resetAfter: false }) },
] as const;

describe("masks leave out", () => {
  for (const [what, counts] of Object.entries(patterns)) {
    for (const [index, { type, make }] of kinds.entries()) {
      test(`${what} (${type} ${index})`, async () => {
        for (const units of [3, 4]) {
          for (const returnSequences of [false, true]) {
            for (const goBackwards of [false, true]) {
              const options = { units, returnSequences, goBackwards };
              const mask = (sample: number, step: number) => counts(sample, step);
              const x = withZeros(input, features, (row) =>
                mask(Math.floor(row / steps), row % steps),
              );
              const it = { type, steps, features, ...options, resetAfter: index < 3, mask };
              await checkLayer(
                {
                  layer: masked(make(options)),
                  inputShapes: [[steps, features]],
                  batch,
                  inputs: [x],
                },
                ([x = input], parameters) =>
                  cell(it, x, parameters as unknown as CellWeights, batch),
                { constant: [0] },
              );
            }
          }
        }
      });
    }
  }
  test("steps whose gradient is then 0", async () => {
    const counts = patterns.gaps as (sample: number, step: number) => boolean;
    const at = (row: number) => counts(Math.floor(row / steps), row % steps);
    const x = withZeros(input, features, at);
    for (const layer of [lstm({ units: 3 }), bidirectional(gru({ units: 4 }))]) {
      const it = { layer: masked(layer), inputShapes: [[steps, features]], batch, inputs: [x] };
      const { dx } = await runLayer(it);
      dx[0]?.forEach((value, i) => {
        expect(value === 0).toBe(!at(Math.floor(i / features)));
      });
    }
  });
});

describe("masking", () => {
  for (const maskValue of [0, -1]) {
    for (const shape of [
      [4, 3],
      [3, 1],
      [2, 4],
      [3, 2, 2],
    ]) {
      test(`zeros the steps of [${shape}] that are ${maskValue} throughout`, async () => {
        const count = shape.reduce((product, size) => product * size, 1);
        const width = count / (shape[0] ?? 1);
        const x = draw(2 * count, 7);
        // One step left out whole, one in all but its last feature.
        x.fill(maskValue, width, 2 * width);
        x.fill(maskValue, count, count + width - 1);
        const run = await checkLayer(
          {
            layer: masking({ maskValue }),
            inputShapes: [shape],
            batch: 2,
            capacity: 3,
            inputs: [x],
          },
          ([x = new Float64Array(0)]) =>
            x.map((value, i) => {
              const from = i - (i % width);
              return x.slice(from, from + width).every((it) => it === maskValue) ? 0 : value;
            }),
          { constant: [0] },
        );
        const dx = run.dx[0] as Float64Array;
        expect([...dx.slice(width, 2 * width)].every((it) => it === 0)).toBe(true);
        expect(dx[0]).toBe(run.dy[0]);
      });
    }
  }
  test("is made again from its configuration, and refuses what is no number or no sequence", () => {
    const layer = masking({ maskValue: -2 });
    const again = layerFromConfig("test", layer.type, { ...layer.config, name: "again" });
    expect(again.config).toEqual(layer.config);
    const error = (code: string) => expect.objectContaining({ code });
    expect(() => masking({ maskValue: Number.NaN })).toThrow(error("invalidArgument"));
    expect(() => masking({ mask: 1 } as object)).toThrow(error("unknownName"));
    expect(() => masking().build("masking", [3])).toThrow(error("shapeMismatch"));
  });
});
