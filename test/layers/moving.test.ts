// Layers that put numbers elsewhere: up-sampling, padding, cropping, other shapes, other orders.

import { describe, expect, test } from "vitest";
import {
  cropping1d,
  cropping2d,
  type Layer,
  permute,
  repeatVector,
  reshape,
  upSampling1d,
  upSampling2d,
  zeroPadding1d,
  zeroPadding2d,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { behind, masked } from "../support/composed.ts";
import { failure } from "../support/failure.ts";
import { images } from "../support/golden/images.ts";
import { checkLayer, expectClose, runLayer } from "../support/layer.ts";

type Index = readonly number[];

/** Where an element of the output comes from; undefined: 0. */
type From = (at: Index) => Index | undefined;

interface Case {
  readonly layer: Layer;
  readonly input: Index;
  readonly output: Index;
  readonly from: From;
}

const count = (shape: Index) => shape.reduce((product, it) => product * it, 1);

function indices(shape: Index): Index[] {
  return shape.reduce<Index[]>(
    (list, size) => list.flatMap((it) => Array.from({ length: size }, (_, i) => [...it, i])),
    [[]],
  );
}

const flat = (shape: Index, at: Index) => at.reduce((sum, i, d) => sum * (shape[d] ?? 1) + i, 0);

const moved =
  ({ input, output, from }: Case, f = (x: number) => x) =>
  ([x]: readonly Float64Array[], _parameters: unknown, batch: number) => {
    const y: number[] = [];
    for (let sample = 0; sample < batch; sample++) {
      for (const at of indices(output)) {
        const source = from(at);
        const value = source && x?.[sample * count(input) + flat(input, source)];
        y.push(value === undefined ? 0 : f(value));
      }
    }
    return Float64Array.from(y);
  };

/** Undefined where it is outside. */
const within = (shape: Index, at: Index) =>
  at.every((i, d) => i >= 0 && i < (shape[d] ?? 0)) ? at : undefined;
const less = (at: Index, by: Index) => at.map((i, d) => i - (by[d] ?? 0));

const pad = (layer: Layer, input: Index, output: Index, by: Index): Case => ({
  layer,
  input,
  output,
  from: (at) => within(input, less(at, by)),
});
const enlarge = (layer: Layer, input: Index, by: Index): Case => ({
  layer,
  input,
  output: input.map((size, d) => size * (by[d] ?? 1)),
  from: (at) => at.map((i, d) => Math.floor(i / (by[d] ?? 1))),
});
const reorder = (dims: Index, input: Index): Case => ({
  layer: permute({ dims }),
  input,
  output: dims.map((it) => input[it - 1] as number),
  from: (at) => input.map((_, d) => at[dims.indexOf(d + 1)] as number),
});
const repeat = (n: number, features: number): Case => ({
  layer: repeatVector({ n }),
  input: [features],
  output: [n, features],
  from: ([, i = 0]) => [i],
});
const shaped = (targetShape: Index, input: Index, output: Index): Case => ({
  layer: reshape({ targetShape }),
  input,
  output,
  from: (at) => {
    const whole = flat(output, at);
    return input.map((size, d) => Math.floor(whole / count(input.slice(d + 1))) % size);
  },
});

const cases: readonly Case[] = [
  pad(zeroPadding1d(), [4, 3], [6, 3], [1, 0]),
  pad(zeroPadding1d({ padding: [0, 2] }), [3, 5], [5, 5], [0, 0]),
  pad(zeroPadding2d(), [3, 4, 4], [5, 6, 4], [1, 1, 0]),
  pad(zeroPadding2d({ padding: [0, 3] }), [2, 1, 3], [2, 7, 3], [0, 3, 0]),
  pad(
    zeroPadding2d({
      padding: [
        [1, 0],
        [2, 3],
      ],
    }),
    [4, 4, 1],
    [5, 9, 1],
    [1, 2, 0],
  ),
  pad(cropping1d(), [5, 3], [3, 3], [-1, 0]),
  pad(cropping1d({ cropping: [0, 3] }), [4, 4], [1, 4], [0, 0]),
  pad(cropping2d({ cropping: 1 }), [3, 5, 5], [1, 3, 5], [-1, -1, 0]),
  pad(cropping2d(), [3, 3, 4], [3, 3, 4], [0, 0, 0]),
  pad(
    cropping2d({
      cropping: [
        [0, 1],
        [2, 1],
      ],
    }),
    [4, 8, 1],
    [3, 5, 1],
    [0, -2, 0],
  ),
  enlarge(upSampling1d(), [3, 4], [2, 1]),
  enlarge(upSampling1d({ size: 3 }), [5, 1], [3, 1]),
  enlarge(upSampling2d(), [2, 3, 4], [2, 2, 1]),
  enlarge(upSampling2d({ size: [1, 3] }), [3, 2, 5], [1, 3, 1]),
  enlarge(upSampling2d({ size: [3, 1] }), [1, 4, 1], [3, 1, 1]),
  reorder([1], [5]),
  reorder([2, 1], [3, 4]),
  reorder([2, 1], [1, 9]),
  reorder([1, 2, 3], [2, 3, 5]),
  reorder([3, 1, 2], [2, 3, 5]),
  reorder([1, 3, 2], [4, 3, 8]),
  reorder([2, 4, 1, 3], [2, 3, 4, 3]),
  repeat(3, 4),
  repeat(1, 5),
  repeat(4, 1),
  shaped([2, 6], [3, 4], [2, 6]),
  shaped([-1], [3, 3, 1], [9]),
  shaped([5, -1, 1], [10], [5, 2, 1]),
];

for (const it of cases) {
  const { layer, input, output } = it;
  const what = `${layer.type} ${JSON.stringify(layer.config)}: [${input}] → [${output}]`;
  describe(what, () => {
    test("moves every number and its gradient", async () => {
      for (const batch of [1, 3]) {
        const run = { layer, inputShapes: [input], batch, capacity: batch + 1 };
        expect((await checkLayer(run, moved(it))).outputShape).toEqual(output);
      }
    });

    test("behind an activation, too", async () => {
      const run = { layer: behind("swish", layer), inputShapes: [input], batch: 2 };
      await checkLayer(
        run,
        moved(it, (x) => x / (1 + Math.exp(-x))),
      );
    });

    test("is made again from its configuration", () => {
      const config = JSON.parse(JSON.stringify(layer.config)) as typeof layer.config;
      const again = layerFromConfig("test", layer.type, { ...config, name: "again" });
      expect(again.config).toEqual(layer.config);
      expect([again.type, again.name]).toEqual([layer.type, "again"]);
    });
  });
}

describe("bilinear up-sampling", () => {
  /** Rows (or columns) that pixel i lies between, and how far it is from the first to the second. */
  const place = (i: number, factor: number, size: number) => {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1);
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, size - 1), part: at - first };
  };
  for (const size of [1, 2, 3, [2, 5], [4, 1]] as const) {
    test(`by ${size} blends between the centers of pixels`, async () => {
      const [down, right] = typeof size === "number" ? [size, size] : size;
      for (const [height, width, channels] of [
        [2, 3, 4],
        [1, 1, 3],
        [3, 1, 5],
        [4, 3, 1],
      ] as const) {
        await checkLayer(
          {
            layer: behind("tanh", upSampling2d({ size, interpolation: "bilinear" })),
            inputShapes: [[height, width, channels]],
            batch: 2,
            capacity: 3,
          },
          ([x], _parameters, batch) => {
            const y: number[] = [];
            for (const [sample = 0, i = 0, j = 0, c = 0] of indices([
              batch,
              height * down,
              width * right,
              channels,
            ])) {
              const [row, col] = [place(i, down, height), place(j, right, width)];
              const value = (i: number, j: number) =>
                Math.tanh(x?.[flat([batch, height, width, channels], [sample, i, j, c])] ?? 0);
              const line = (i: number) =>
                value(i, col.first) * (1 - col.part) + value(i, col.second) * col.part;
              y.push(line(row.first) * (1 - row.part) + line(row.second) * row.part);
            }
            return Float64Array.from(y);
          },
        );
      }
    });
  }

  test("gives the numbers recorded from PyTorch", async () => {
    const { bilinearX, bilinearInputShape, bilinear } = images;
    const { y, dx, dy } = await runLayer({
      layer: upSampling2d({ size: [2, 3], interpolation: "bilinear" }),
      inputShapes: [bilinearInputShape],
      batch: 1,
      inputs: [Float64Array.from(bilinearX)],
    });
    expectClose("dy", dy, bilinear.dy, 1e-6);
    expectClose("y", y, bilinear.y, 1e-6);
    expectClose("dx", dx[0] ?? [], bilinear.dx, 1e-6);
  });
});

test("masks go on where steps stay steps, and end elsewhere", async () => {
  const layers: readonly [Layer, boolean][] = [
    [permute({ dims: [1, 2] }), true],
    [permute({ dims: [2, 1] }), false],
    [reshape({ targetShape: [3, 4] }), false],
    [zeroPadding1d(), false],
    [cropping1d(), false],
    [upSampling1d(), false],
  ];
  for (const [layer, stays] of layers) {
    const seen: boolean[] = [];
    const it = masked(layer, (mask) => seen.push(mask !== undefined));
    await runLayer({ layer: it, inputShapes: [[4, 3], [4]], batch: 2 });
    expect(seen, layer.type).toEqual([stays]);
  }
});

test("these layers refuse what they cannot take", () => {
  const bad: readonly [code: string, () => unknown][] = [
    ["invalidArgument", () => zeroPadding1d({ padding: -1 })],
    ["invalidArgument", () => zeroPadding2d({ padding: [1, 2, 3, 4] as never })],
    ["invalidArgument", () => zeroPadding2d({ padding: [[1], [1, 2]] as never })],
    ["invalidArgument", () => cropping2d({ cropping: 0.5 })],
    ["invalidArgument", () => upSampling1d({ size: 0 })],
    ["unknownName", () => upSampling2d({ interpolation: "bicubic" as never })],
    ["unknownName", () => upSampling1d({ interpolation: "bilinear" } as never)],
    ["invalidArgument", () => reshape({ targetShape: [-1, -1] })],
    ["invalidArgument", () => reshape({ targetShape: [0, 3] })],
    ["invalidArgument", () => reshape({} as never)],
    ["invalidArgument", () => permute({ dims: [1, 1] })],
    ["invalidArgument", () => permute({ dims: [0, 1] })],
    ["invalidArgument", () => permute({ dims: [1, 2, 3, 4, 5] })],
    ["invalidArgument", () => repeatVector({ n: 0 })],
    ["shapeMismatch", () => reshape({ targetShape: [3, -1] }).build("test", [7])],
    ["shapeMismatch", () => reshape({ targetShape: [3, 3] }).build("test", [8])],
    ["shapeMismatch", () => permute({ dims: [2, 1] }).build("test", [2, 3, 4])],
    ["shapeMismatch", () => repeatVector({ n: 2 }).build("test", [2, 3])],
    ["shapeMismatch", () => cropping1d({ cropping: 2 }).build("test", [4, 3])],
    ["shapeMismatch", () => cropping2d({ cropping: 1 }).build("test", [5, 2, 3])],
    ["shapeMismatch", () => zeroPadding2d().build("test", [5, 2])],
    ["shapeMismatch", () => upSampling1d().build("test", [5])],
  ];
  for (const [code, act] of bad) {
    expect(failure(act).code, act.toString()).toBe(code);
  }
});
