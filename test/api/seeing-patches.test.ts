// Receptive fields, by what changes when pixels do, and the patches that excite units most.

import { describe, expect, test } from "vitest";
import {
  activation,
  add,
  batchNormalization,
  conv1d,
  conv2d,
  conv2dTranspose,
  cropping2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  featureMaps,
  flatten,
  input,
  type Layer,
  maxPooling1d,
  maxPooling2d,
  model,
  separableConv2d,
  topPatches,
  upSampling2d,
  zeroPadding2d,
} from "../../src/index.ts";
import { chain, inputsOf, lastOf, size } from "../support/seeing.ts";

describe("topPatches", () => {
  const shape = [9, 8, 2];
  const chains: Readonly<Record<string, readonly Layer[]>> = {
    strided: [conv2d({ filters: 3, kernelSize: 3, strides: 2 })],
    padded: [conv2d({ filters: 3, kernelSize: [4, 3], padding: "same", strides: [2, 1] })],
    dilated: [conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 }), activation("tanh")],
    pooled: [
      conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "tanh" }),
      batchNormalization(),
      maxPooling2d({ poolSize: 2 }),
      dropout(0.5),
      conv2d({ filters: 2, kernelSize: 2 }),
    ],
    "pooled to the edges": [maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })],
    "framed and cropped": [
      zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
      cropping2d({
        cropping: [
          [2, 0],
          [1, 1],
        ],
      }),
      separableConv2d({ filters: 2, kernelSize: 2 }),
    ],
    enlarged: [upSampling2d({ size: 2 }), depthwiseConv2d({ kernelSize: 3 })],
    blended: [upSampling2d({ size: [3, 2], interpolation: "bilinear" })],
    transposed: [conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" })],
    "transposed with gaps between": [conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3 })],
  };
  for (const [name, layers] of Object.entries(chains)) {
    test(`know what they depend on: ${name}`, async () => {
      using net = await chain(shape, ...layers);
      const layer = lastOf(net);
      const x = inputsOf(shape, 3);
      const found = await topPatches(net, x, layer, { count: 2 });
      const [height = 0, width = 0, channels = 0] = shape;
      for (const list of found) {
        for (const { unit, sample, position, activation, patch, origin } of list) {
          const own = x.subarray(sample * size(shape), (sample + 1) * size(shape));
          const [, , w = 0, units = 0] = (await featureMaps(net, own, layer)).shape;
          const at = ((position[0] ?? 0) * w + (position[1] ?? 0)) * units + unit;
          const answer = async (it: Float32Array) => (await featureMaps(net, it, layer)).data[at];
          expect(await answer(own)).toBe(activation);
          // All that is outside of the patch may change; something inside matters, if there is anything.
          const [rows = 0, columns = 0] = patch.shape;
          const outside = own.map((value, i) => {
            const y = Math.floor(i / (width * channels)) - (origin[0] ?? 0);
            const x = (Math.floor(i / channels) % width) - (origin[1] ?? 0);
            return y >= 0 && y < rows && x >= 0 && x < columns ? value : value + 5;
          });
          expect(await answer(outside)).toBe(activation);
          // And each row and column at its edges, where they lie inside, or the patch were too large.
          const edges = [
            [0, -1],
            [rows - 1, -1],
            [-1, 0],
            [-1, columns - 1],
          ] as const;
          for (const [row, column] of name.startsWith("transposed") ? [] : edges) {
            const [top = 0, left = 0] = origin;
            const lies =
              row >= 0
                ? top + row >= 0 && top + row < height
                : left + column >= 0 && left + column < width;
            if (!lies) continue;
            const changed = own.map((value, i) => {
              const y = Math.floor(i / (width * channels)) - top;
              const x = (Math.floor(i / channels) % width) - left;
              const on = row >= 0 ? y === row : x === column;
              return on ? value + 50 : value;
            });
            expect(await answer(changed)).not.toBe(activation);
          }
          // The patch is that part of the sample.
          const cut = Array.from({ length: rows * columns * channels }, (_, i) => {
            const y = (origin[0] ?? 0) + Math.floor(i / (columns * channels));
            const x = (origin[1] ?? 0) + (Math.floor(i / channels) % columns);
            const lies = y >= 0 && y < height && x >= 0 && x < width;
            return lies ? (own[(y * width + x) * channels + (i % channels)] ?? 0) : 0;
          });
          expect([...patch.data]).toEqual(cut);
        }
      }
    });
  }
  test("are the strongest samples at their strongest places, in order", async () => {
    using net = await chain([5, 5, 1], conv2d({ filters: 2, kernelSize: 3 }));
    const x = inputsOf([5, 5, 1], 30);
    const maps = (await featureMaps(net, x, "a")).rows();
    const found = await topPatches(net, x, "a", { count: 4 });
    found.forEach((list, unit) => {
      const best = maps
        .map((row, sample) => ({ sample, most: Math.max(...row.filter((_, i) => i % 2 === unit)) }))
        .sort((a, b) => b.most - a.most)
        .slice(0, 4);
      expect(list.map((it) => [it.sample, it.activation])).toEqual(
        best.map(({ sample, most }) => [sample, most]),
      );
      for (const { sample, position, activation } of list) {
        const [row = 0, column = 0] = position;
        expect(maps[sample]?.[(row * 3 + column) * 2 + unit]).toBe(activation);
      }
    });
  });
  test("of a dense layer are whole inputs, of all samples if there are few", async () => {
    using net = await chain([2, 2, 1], flatten(), dense(3));
    const x = inputsOf([2, 2, 1], 5);
    const found = await topPatches(net, x, "b");
    expect(found.map((it) => it.length)).toEqual([5, 5, 5]);
    const [best] = found[1] ?? [];
    expect(best?.patch.shape).toEqual([2, 2, 1]);
    expect([...(best?.patch.data ?? [])]).toEqual(
      [...x].slice(4 * (best?.sample ?? 0)).slice(0, 4),
    );
    expect(best?.position).toEqual([]);
  });
  test("of sequences are steps, causal ones only earlier ones", async () => {
    using net = await chain(
      [7, 2],
      conv1d({ filters: 2, kernelSize: 3, padding: "causal", dilationRate: 2 }),
      maxPooling1d(),
    );
    const [[first] = []] = await topPatches(net, inputsOf([7, 2], 1), "b");
    const [step = 0] = first?.position ?? [];
    expect([first?.origin, first?.patch.shape]).toEqual([[2 * step - 4], [6, 2]]);
  });
  test("of words are words", async () => {
    const layers = [
      embedding({ inputDim: 9, outputDim: 3 }),
      conv1d({ filters: 2, kernelSize: 2 }),
    ];
    using net = await chain([5], ...layers);
    const words = [
      [1, 2, 3, 4, 5],
      [8, 7, 6, 5, 4],
    ];
    const [[first] = []] = await topPatches(net, words, "b");
    const [step = 0] = first?.position ?? [];
    expect([...(first?.patch.data ?? [])]).toEqual(
      words[first?.sample ?? 0]?.slice(step, step + 2),
    );
  });
  test("of branches that meet are what all of them see", async () => {
    const x = input({ shape: [6, 6, 1] });
    const conv = (kernelSize: number) => conv2d({ filters: 2, kernelSize, padding: "same" });
    const sum = add({ name: "sum" }).apply(conv(3).apply(x), conv(5).apply(x));
    using net = await model({ inputs: x, outputs: sum });
    const [[first] = []] = await topPatches(net, inputsOf([6, 6, 1], 1), "sum");
    const [row = 0, column = 0] = first?.position ?? [];
    expect([first?.origin, first?.patch.shape]).toEqual([
      [row - 2, column - 2],
      [5, 5, 1],
    ]);
  });
});
