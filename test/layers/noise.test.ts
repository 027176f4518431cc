// Noise: what each kind does with its random numbers, drawn again by the host; the statistics of
// many; and that they are new at each step, in each layer, for each seed, and none otherwise.

import { describe, expect, test } from "vitest";
import { STREAM_NOISE } from "../../assembly/abi.ts";
import {
  alphaDropout,
  gaussianDropout,
  gaussianNoise,
  spatialDropout1d,
  spatialDropout2d,
} from "../../src/index.ts";
import type { Layer } from "../../src/layers/layer.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, type LayerCase, runLayer } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";
import { normalOf, type Place, wordOf } from "../support/words.ts";

/** y of x, element `col` of sample `row`. */
type Rule = (x: number, place: Place, row: number, col: number, shape: readonly number[]) => number;

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const kept = (word: number, rate: number) => word >= Math.floor(Math.fround(rate) * 2 ** 32);

const gaussian =
  (stddev: number): Rule =>
  (x, place, row, col, shape) =>
    x + stddev * normalOf(place, sizeOf(shape), row, col);

const multiplied =
  (rate: number): Rule =>
  (x, place, row, col, shape) =>
    x * (1 + Math.sqrt(rate / (1 - rate)) * normalOf(place, sizeOf(shape), row, col));

const alpha =
  (rate: number): Rule =>
  (x, place, row, col, shape) => {
    // As Keras writes it.
    const dropped = -1.6732632423543772 * 1.0507009873554805;
    const a = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
    const b = -a * dropped * rate;
    return a * (kept(wordOf(place, sizeOf(shape), row, col), rate) ? x : dropped) + b;
  };

const spatial =
  (rate: number): Rule =>
  (x, place, row, col, shape) => {
    const channels = shape.at(-1) ?? 1;
    return kept(wordOf(place, channels, row, col % channels), rate) ? x / (1 - rate) : 0;
  };

const flat = [[1], [3], [4], [5], [9], [2, 3], [3, 3, 3]];
const cases: [string, Layer, Rule, readonly (readonly number[])[]][] = [
  ["Gaussian noise of 0.5", gaussianNoise(0.5), gaussian(0.5), flat],
  ["Gaussian noise of 0", gaussianNoise(0), gaussian(0), flat],
  ["Gaussian dropout of 0.2", gaussianDropout(0.2), multiplied(0.2), flat],
  ["Gaussian dropout of 0", gaussianDropout(0), multiplied(0), flat],
  ["alpha dropout of 0.3", alphaDropout(0.3), alpha(0.3), flat],
  ["alpha dropout of 0", alphaDropout(0), alpha(0), flat],
  [
    "1d",
    spatialDropout1d(0.4),
    spatial(0.4),
    [
      [1, 1],
      [3, 4],
      [4, 3],
      [5, 9],
      [2, 8],
    ],
  ],
  [
    "2d",
    spatialDropout2d(0.4),
    spatial(0.4),
    [
      [1, 1, 1],
      [2, 3, 4],
      [3, 3, 5],
      [2, 2, 9],
    ],
  ],
];

describe("in training", () => {
  for (const [name, layer, rule, shapes] of cases) {
    for (const [batch, capacity, seed, step] of [
      [1, 1, 1, 0],
      [3, 5, 77, 12],
      [9, 9, 5, 3],
    ] as const) {
      test(`${name}: values and gradients of ${batch} samples are those of the drawn mask`, async () => {
        for (const shape of shapes) {
          // The reference draws all numbers again for each number that it moves.
          if (batch * sizeOf(shape) > 82) continue;
          const inputShapes = [shape];
          const width = sizeOf(shape);
          const it = { layer, inputShapes, batch, capacity, seed, step };
          await checkLayer(it, ([x = new Float64Array(0)]) =>
            x.map((value, i) => {
              const place = { seed, step, stream: STREAM_NOISE };
              return rule(value, place, Math.floor(i / width), i % width, shape);
            }),
          );
        }
      });
    }
  }
});

/** Mean, variance, and number of values. */
function moments(values: ArrayLike<number>) {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  const variance = list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length;
  return { mean, variance, count: list.length };
}

describe("over many draws", () => {
  const count = 10_000;
  const run = (layer: Layer, x: Float64Array, shape: readonly number[] = [count]) =>
    runLayer({ layer, inputShapes: [shape], batch: 4, inputs: [x], seed: 3, step: 9 });
  const constant = (value: number) => new Float64Array(4 * count).fill(value);

  test("Gaussian noise is normal: mean, variance, skewness, kurtosis, tails, no correlation", async () => {
    const { y } = await run(gaussianNoise(2), constant(0));
    const z = y.map((it) => it / 2);
    const n = z.length;
    const mean = (f: (z: number, i: number) => number) =>
      z.reduce((s, it, i) => s + f(it, i), 0) / n;
    // Each with its deviation, of which it may be off by five.
    const five = (got: number, expected: number, variance: number) =>
      expect(Math.abs(got - expected)).toBeLessThan(5 * Math.sqrt(variance / n));
    five(
      mean((it) => it),
      0,
      1,
    );
    five(
      mean((it) => it ** 2),
      1,
      2,
    );
    five(
      mean((it) => it ** 3),
      0,
      15,
    );
    five(
      mean((it) => it ** 4),
      3,
      96,
    );
    const beyond = 0.0026997960632601866;
    five(
      mean((it) => (Math.abs(it) > 3 ? 1 : 0)),
      beyond,
      beyond,
    );
    for (const lag of [1, 2, 3, 4, 8])
      five(
        mean((it, i) => it * (z[(i + lag) % n] ?? 0)),
        0,
        1,
      );
    for (const lag of [1, 2, 3]) {
      five(
        mean((it, i) => (it * (z[(i + lag) % n] ?? 0)) ** 2),
        1,
        8,
      );
    }
  });
  test("Gaussian dropout has mean 1 and variance rate / (1 − rate)", async () => {
    const { mean, variance } = moments((await run(gaussianDropout(0.2), constant(1))).y);
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(0.25 / 40_000));
    expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / 40_000));
  });
  test("alpha dropout keeps mean 0 and variance 1", async () => {
    // Of another seed than the mask: the same words would make both.
    const x = Float64Array.from({ length: 4 * count }, (_, i) =>
      normalOf({ seed: 8, step: 0, stream: STREAM_NOISE }, 4 * count, 0, i),
    );
    for (const rate of [0.1, 0.5]) {
      const { mean, variance } = moments((await run(alphaDropout(rate), x)).y);
      expect(Math.abs(mean)).toBeLessThan(5 / 200);
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 40_000));
    }
  });
  test("spatial dropout zeroes its part of all channels, whole ones, sample by sample", async () => {
    const { y } = await run(spatialDropout1d(0.25), constant(1), [2, 5_000]);
    const at = (sample: number, step: number) =>
      y.subarray((sample * 2 + step) * 5_000, (sample * 2 + step + 1) * 5_000);
    for (let sample = 0; sample < 4; sample++) {
      expect(at(sample, 1)).toEqual(at(sample, 0));
      const zeros = at(sample, 0).filter((it) => it === 0).length;
      expect(Math.abs(zeros - 1_250)).toBeLessThan(5 * Math.sqrt(5_000 * 0.25 * 0.75));
    }
    expect(at(1, 0)).not.toEqual(at(0, 0));
  });
});

describe("each kind of noise", () => {
  for (const [name, layer, , shapes] of cases) {
    const shape = shapes.at(-1) ?? [];
    const of = (more: Partial<LayerCase>) =>
      runLayer({ layer, inputShapes: [shape], batch: 9, seed: 1, step: 0, ...more });
    test(`${name} leaves everything as it is, except in training`, async () => {
      const { y, inputs } = await of({ training: false });
      expect(y).toEqual(inputs[0]);
    });
    if (name.endsWith(" 0")) continue;
    test(`${name} is another one at another step, seed, place in the model; the same if replayed`, async () => {
      const once = await of({});
      expect((await of({})).y).toEqual(once.y);
      expect((await of({ step: 1 })).y).not.toEqual(once.y);
      expect((await of({ seed: 2 })).y).not.toEqual(once.y);
      const nodes = [
        { layer: 0, inputs: [0] },
        { layer: 0, inputs: [1] },
      ];
      const twice = await of({ nodes });
      const again = await of({ inputs: [once.y] });
      expect(twice.y).not.toEqual(again.y);
    });
  }
});

describe("options", () => {
  test("come back from a configuration", () => {
    for (const [, layer] of cases) {
      const made = layerFromConfig("test", layer.type, { ...layer.config, name: "it" });
      expect([made.type, made.name, made.config]).toEqual([layer.type, "it", layer.config]);
    }
  });
  const rates = [gaussianDropout, alphaDropout, spatialDropout1d, spatialDropout2d];
  test("that are no rates or deviations are refused", async () => {
    for (const bad of [-0.1, 1, Number.NaN, "0.5", undefined, 1e39]) {
      for (const make of bad === 1 ? rates : [...rates, gaussianNoise]) {
        const error = await rejection(async () => make(bad as number));
        expect(error.code).toBe("invalidArgument");
      }
    }
    for (const make of [...rates, gaussianNoise]) {
      const error = await rejection(async () => make(0.1, { rate: 1 } as object));
      expect(error.code).toBe("unknownName");
    }
  });
  test("of a layer for sequences or images: other shapes are refused", async () => {
    for (const [layer, inputShape] of [
      [spatialDropout1d(0.1), [3]],
      [spatialDropout1d(0.1), [3, 3, 3]],
      [spatialDropout2d(0.1), [3, 3]],
    ] as const) {
      const error = await rejection(async () => layer.build("test", inputShape));
      expect(error.code).toBe("shapeMismatch");
    }
  });
});
