// Pooling over all of an image or a sequence, with and without a mask.

import { describe, expect, test } from "vitest";
import {
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  maxPooling1d,
} from "../../src/index.ts";
import { masked } from "../support/composed.ts";
import { checkLayer, draw, runLayer } from "../support/layer.ts";
import { pooled } from "../support/pooling.ts";

const global1d = { max: globalMaxPooling1d, average: globalAveragePooling1d };
const global2d = { max: globalMaxPooling2d, average: globalAveragePooling2d };

describe("global pooling", () => {
  for (const kind of ["max", "average"] as const) {
    test(`the ${kind} of all of a sequence or an image`, async () => {
      for (const channels of [1, 3, 4, 9]) {
        for (const keepdims of [false, true]) {
          const sequence = { layer: global1d[kind]({ keepdims }), inputShapes: [[5, channels]] };
          const window = { pool: [9, 9], strides: [9, 9], padding: "same" } as const;
          const a = await checkLayer(
            { ...sequence, batch: 3 },
            pooled(kind, [1, 5, channels], window),
          );
          expect(a.outputShape).toEqual(keepdims ? [1, channels] : [channels]);
          const image = { layer: global2d[kind]({ keepdims }), inputShapes: [[3, 4, channels]] };
          const b = await checkLayer(
            { ...image, batch: 3, capacity: 5 },
            pooled(kind, [3, 4, channels], window),
          );
          expect(b.outputShape).toEqual(keepdims ? [1, 1, channels] : [channels]);
        }
      }
    });
  }
});

describe("the mean over steps with a mask", () => {
  const cases = {
    "some steps": [1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1],
    "no step of a sample": [0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
  };
  for (const [what, mask] of Object.entries(cases)) {
    test(`counts ${what}`, async () => {
      for (const channels of [1, 4, 5, 8]) {
        const layer = masked(globalAveragePooling1d());
        const inputs = [draw(12 * channels, 2), Float64Array.from(mask)];
        const inputShapes = [[4, channels], [4]];
        await checkLayer(
          { layer, inputShapes, batch: 3, inputs },
          ([x]) => {
            const y = new Float64Array(3 * channels);
            for (let at = 0; at < y.length; at++) {
              const sample = Math.floor(at / channels);
              const steps = [0, 1, 2, 3].filter((step) => mask[sample * 4 + step] === 1);
              for (const step of steps) {
                const from = (sample * 4 + step) * channels + (at % channels);
                y[at] = (y[at] ?? 0) + (x?.[from] ?? 0) / steps.length;
              }
            }
            return y;
          },
          { constant: [1] },
        );
      }
    });
  }

  test("ends there, as at every pooling", async () => {
    for (const layer of [globalAveragePooling1d(), maxPooling1d(), globalMaxPooling1d()]) {
      const seen: unknown[] = [];
      const it = masked(layer, (mask) => seen.push(mask));
      await runLayer({ layer: it, inputShapes: [[4, 3], [4]], batch: 2 });
      expect(seen).toEqual([undefined]);
    }
  });
});
