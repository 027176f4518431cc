// Pooling beside its formula, PyTorch, and what it must refuse.

import { describe, expect, test } from "vitest";
import {
  averagePooling1d,
  averagePooling2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  type Layer,
  maxPooling1d,
  maxPooling2d,
  type Pooling2dOptions,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { behind } from "../support/composed.ts";
import { failure } from "../support/failure.ts";
import { images } from "../support/golden/images.ts";
import { checkLayer, draw, expectClose, runLayer } from "../support/layer.ts";
import { type Image, pair, pooled, type Window } from "../support/pooling.ts";

const kinds = ["max", "average"] as const;
const make2d = { max: maxPooling2d, average: averagePooling2d };
const make1d = { max: maxPooling1d, average: averagePooling1d };

const windows: readonly (Pooling2dOptions & { readonly on: readonly Image[] })[] = [
  {
    on: [
      [4, 4, 4],
      [5, 5, 8],
      [4, 6, 1],
      [2, 2, 5],
      [3, 8, 9],
      [9, 5, 3],
      [2, 10, 2],
    ],
  },
  {
    padding: "same",
    on: [
      [4, 4, 5],
      [5, 5, 4],
      [1, 1, 3],
      [3, 7, 9],
    ],
  },
  {
    poolSize: 3,
    strides: 2,
    on: [
      [5, 8, 4],
      [7, 3, 5],
    ],
  },
  {
    poolSize: 3,
    strides: 2,
    padding: "same",
    on: [
      [8, 5, 4],
      [4, 1, 5],
      [1, 9, 1],
    ],
  },
  {
    poolSize: 3,
    strides: 1,
    padding: "same",
    on: [
      [4, 5, 3],
      [2, 2, 8],
      [1, 1, 4],
    ],
  },
  {
    poolSize: 1,
    strides: 2,
    on: [
      [5, 4, 4],
      [3, 3, 1],
    ],
  },
  { poolSize: [2, 2], strides: 1, on: [[4, 3, 5]] },
  { poolSize: [1, 3], strides: [2, 1], padding: "same", on: [[5, 4, 4]] },
  { poolSize: [4, 2], strides: [1, 3], on: [[5, 8, 3]] },
  { poolSize: 2, strides: 3, padding: "same", on: [[7, 8, 4]] },
  { poolSize: 9, strides: 4, padding: "same", on: [[3, 5, 4]] },
];

for (const kind of kinds) {
  describe(`${kind} pooling`, () => {
    for (const { on, ...options } of windows) {
      const { poolSize = 2, strides = poolSize, padding = "valid" } = options;
      const window = { pool: pair(poolSize), strides: pair(strides), padding };
      test(`windows ${JSON.stringify(options)} of images`, async () => {
        const layer = make2d[kind](options);
        for (const shape of on) {
          for (const batch of [1, 3]) {
            const it = { layer, inputShapes: [shape], batch, capacity: batch + 1 };
            await checkLayer(it, pooled(kind, shape, window));
          }
        }
      });
    }

    test("windows of sequences", async () => {
      for (const [steps, channels] of [
        [8, 4],
        [9, 3],
        [5, 1],
        [4, 5],
      ] as const) {
        for (const options of [{}, { poolSize: 3, strides: 1, padding: "same" }] as const) {
          const { poolSize = 2, strides = 2, padding = "valid" } = options as Pooling2dOptions;
          const window = { pool: [1, poolSize], strides: [1, strides], padding } as Window;
          const layer = make1d[kind](options);
          const it = { layer, inputShapes: [[steps, channels]], batch: 2 };
          const run = await checkLayer(it, pooled(kind, [1, steps, channels], window));
          expect(run.outputShape).toHaveLength(2);
        }
      }
    });

    test("an activation before it is differentiated too, whatever its derivative is made from", async () => {
      const fs = {
        tanh: Math.tanh,
        swish: (x: number) => x / (1 + Math.exp(-x)),
        relu: (x: number) => Math.max(x, 0),
      };
      for (const [f, value] of Object.entries(fs)) {
        for (const strides of [1, 2]) {
          const layer = behind(f as keyof typeof fs, make2d[kind]({ strides }));
          const of = pooled(kind, [5, 4, 5], {
            pool: [2, 2],
            strides: [strides, strides],
            padding: "valid",
          });
          await checkLayer({ layer, inputShapes: [[5, 4, 5]], batch: 2 }, ([x], p, batch) =>
            of([(x as Float64Array).map(value)], p, batch),
          );
        }
      }
    });

    test("a NaN makes those windows of its channel NaN that it is in, and no others", async () => {
      for (const [channels, size] of [
        [1, 2],
        [4, 2],
        [5, 2],
        [5, 3],
        [4, 4],
      ] as const) {
        const inputs = [draw(16 * channels, 3)];
        const [row, col, channel] = [2, 1, channels - 1];
        inputs[0]
          ?.fill(Number.NaN, (4 * row + col) * channels + channel)
          .fill(0.5, (4 * row + col + 1) * channels);
        const layer = make2d[kind]({ poolSize: size, strides: 1 });
        const { y } = await runLayer({ layer, inputShapes: [[4, 4, channels]], batch: 1, inputs });
        const side = 5 - size;
        y.forEach((it, at) => {
          const [i, j] = [Math.floor(at / channels / side), Math.floor(at / channels) % side];
          const within = i <= row && row < i + size && j <= col && col < j + size;
          expect(Number.isNaN(it)).toBe(within && at % channels === channel);
        });
      }
    });

    test("without training there is no way back", async () => {
      const it = { layer: make2d[kind](), inputShapes: [[4, 4, 3]], batch: 2, training: false };
      const window = { pool: [2, 2], strides: [2, 2], padding: "valid" } as const;
      await checkLayer(it, pooled(kind, [4, 4, 3], window));
    });
  });
}

describe("the gradient of the largest", () => {
  test("goes to the first of equals, row by row", async () => {
    for (const channels of [1, 4, 6]) {
      const inputShapes = [[4, 4, channels]];
      const inputs = [new Float64Array(16 * channels)];
      const { dx, dy } = await runLayer({ layer: maxPooling2d(), inputShapes, batch: 1, inputs });
      const expected = new Float64Array(16 * channels);
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 2; j++) {
          const from = (2 * i + j) * channels;
          expected.set(dy.subarray(from, from + channels), (8 * i + 2 * j) * channels);
        }
      }
      expect(dx[0]).toEqual(expected);
    }
  });
});

test("numbers recorded from PyTorch", async () => {
  const { x, inputShape, maximum, average } = images;
  const options = { poolSize: 3, strides: 2 };
  for (const [layer, golden] of [
    [maxPooling2d(options), maximum],
    [averagePooling2d({ ...options, padding: "same" }), average],
  ] as const) {
    const it = { layer, inputShapes: [inputShape], batch: 1, inputs: [Float64Array.from(x)] };
    const { y, dx, dy } = await runLayer(it);
    expectClose("dy", dy, golden.dy, 1e-6);
    expectClose("y", y, golden.y, 1e-6);
    expectClose("dx", dx[0] ?? [], golden.dx, 1e-6);
  }
});

describe("pooling layers", () => {
  const layers: readonly Layer[] = [
    maxPooling1d(),
    averagePooling1d({ poolSize: 3, strides: 1, padding: "same" }),
    maxPooling2d({ poolSize: [2, 3], strides: 1 }),
    averagePooling2d(),
    globalMaxPooling1d({ keepdims: true }),
    globalMaxPooling2d(),
    globalAveragePooling1d(),
    globalAveragePooling2d({ keepdims: true }),
  ];
  for (const layer of layers) {
    test(`${layer.type} is made again from its configuration`, () => {
      const config = JSON.parse(JSON.stringify(layer.config)) as typeof layer.config;
      const again = layerFromConfig("test", layer.type, { ...config, name: "again" });
      expect(again.config).toEqual(layer.config);
      expect([again.type, again.name]).toEqual([layer.type, "again"]);
    });
  }

  test("refuse what they cannot take", () => {
    const bad: readonly [code: string, () => unknown][] = [
      ["invalidArgument", () => maxPooling2d({ poolSize: 0 })],
      ["invalidArgument", () => maxPooling2d({ strides: [1, 2, 3] as never })],
      ["invalidArgument", () => averagePooling1d({ poolSize: [2] as never })],
      ["invalidArgument", () => maxPooling1d({ strides: 1.5 })],
      ["invalidArgument", () => globalMaxPooling1d({ keepdims: 1 as never })],
      ["unknownName", () => maxPooling1d({ padding: "full" as never })],
      ["unknownName", () => globalAveragePooling2d({ poolSize: 2 } as never)],
      ["shapeMismatch", () => maxPooling2d().build("test", [1, 4, 3])],
      ["shapeMismatch", () => maxPooling2d().build("test", [4, 4])],
      ["shapeMismatch", () => averagePooling1d().build("test", [4, 4, 3])],
      ["shapeMismatch", () => globalMaxPooling2d().build("test", [7])],
    ];
    for (const [code, act] of bad) {
      expect(failure(act).code, act.toString()).toBe(code);
    }
  });
});
