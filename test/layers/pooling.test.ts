// Pooling beside its formula in f64: the largest or the mean of what of each window lies inside.

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
import { behind, masked } from "../support/composed.ts";
import { failure } from "../support/failure.ts";
import { images } from "../support/golden/images.ts";
import { checkLayer, draw, expectClose, type Reference, runLayer } from "../support/layer.ts";

type Image = readonly [height: number, width: number, channels: number];
type Pair = readonly [number, number];

interface Window {
  readonly pool: Pair;
  readonly strides: Pair;
  readonly padding: "valid" | "same";
}

const pair = (it: number | Pair): Pair => (typeof it === "number" ? [it, it] : it);

/** Rows (or columns) of each window, from the definitions in TensorFlow's documentation. */
function along(n: number, pool: number, stride: number, padding: "valid" | "same"): number[][] {
  const same = padding === "same";
  const count = Math.ceil((same ? n : n - pool + 1) / stride);
  const outside = same ? Math.max(0, (count - 1) * stride + pool - n) : 0;
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: pool }, (_, k) => i * stride - Math.floor(outside / 2) + k).filter(
      (at) => at >= 0 && at < n,
    ),
  );
}

function reference(
  kind: "max" | "average",
  [height, width, channels]: Image,
  { pool, strides, padding }: Window,
): Reference {
  const rows = along(height, pool[0], strides[0], padding);
  const cols = along(width, pool[1], strides[1], padding);
  return ([x = new Float64Array(0)], _parameters, batch) => {
    const y: number[] = [];
    for (let sample = 0; sample < batch; sample++) {
      for (const down of rows) {
        for (const right of cols) {
          for (let c = 0; c < channels; c++) {
            const values = down.flatMap((i) =>
              right.map((j) => x[((sample * height + i) * width + j) * channels + c] as number),
            );
            const sum = values.reduce((total, it) => total + it, 0);
            y.push(kind === "max" ? Math.max(...values) : sum / values.length);
          }
        }
      }
    }
    return Float64Array.from(y);
  };
}

const kinds = ["max", "average"] as const;
const make2d = { max: maxPooling2d, average: averagePooling2d };
const make1d = { max: maxPooling1d, average: averagePooling1d };
const global1d = { max: globalMaxPooling1d, average: globalAveragePooling1d };
const global2d = { max: globalMaxPooling2d, average: globalAveragePooling2d };

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
            await checkLayer(it, reference(kind, shape, window));
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
          const run = await checkLayer(it, reference(kind, [1, steps, channels], window));
          expect(run.outputShape).toHaveLength(2);
        }
      }
    });

    test("all of a sequence or an image", async () => {
      for (const channels of [1, 3, 4, 9]) {
        for (const keepdims of [false, true]) {
          const sequence = { layer: global1d[kind]({ keepdims }), inputShapes: [[5, channels]] };
          const window = { pool: [9, 9], strides: [9, 9], padding: "same" } as const;
          const a = await checkLayer(
            { ...sequence, batch: 3 },
            reference(kind, [1, 5, channels], window),
          );
          expect(a.outputShape).toEqual(keepdims ? [1, channels] : [channels]);
          const image = { layer: global2d[kind]({ keepdims }), inputShapes: [[3, 4, channels]] };
          const b = await checkLayer(
            { ...image, batch: 3, capacity: 5 },
            reference(kind, [3, 4, channels], window),
          );
          expect(b.outputShape).toEqual(keepdims ? [1, 1, channels] : [channels]);
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
          const of = reference(kind, [5, 4, 5], {
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

    test("a NaN makes those windows NaN that it is in", async () => {
      for (const channels of [1, 4, 5]) {
        const x = draw(4 * 4 * channels, 3);
        x[(2 * 4 + 1) * channels] = Number.NaN;
        for (const [layer, at] of [
          [make2d[kind](), 2 * channels],
          [make2d[kind]({ poolSize: 3, strides: 1 }), 0],
          [global2d[kind](), 0],
        ] as const) {
          const { y } = await runLayer({
            layer,
            inputShapes: [[4, 4, channels]],
            batch: 1,
            inputs: [x],
          });
          expect(y[at]).toBeNaN();
          // A neighbor's channel, or window.
          expect(y[channels === 1 ? (at + 1) % y.length : at + 1]).toSatisfy(
            (it: number) => y.length === 1 || channels === 1 || Number.isFinite(it),
          );
        }
      }
    });

    test("without training there is no way back", async () => {
      const it = { layer: make2d[kind](), inputShapes: [[4, 4, 3]], batch: 2, training: false };
      const window = { pool: [2, 2], strides: [2, 2], padding: "valid" } as const;
      await checkLayer(it, reference(kind, [4, 4, 3], window));
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
