// Looking into models from outside: what layers give, weights as pictures, receptive fields, gradients by the
// input, inputs that units like, parts that units answer to.

import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import {
  type AnyModel,
  activation,
  activityRegularization,
  add,
  batchNormalization,
  bidirectional,
  concatenate,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  cropping2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  engine,
  featureMaps,
  filters,
  flatten,
  fromArrays,
  gaussianNoise,
  globalAveragePooling2d,
  groupNormalization,
  gru,
  hiddenStates,
  input,
  type Layer,
  layerNormalization,
  lstm,
  maxPooling1d,
  maxPooling2d,
  model,
  multiHeadAttention,
  NdArray,
  nameUnits,
  preferredInput,
  prelu,
  rbm,
  rmsNormalization,
  saliency,
  selectivity,
  separableConv2d,
  sequential,
  simpleRNN,
  sparsity,
  topPatches,
  upSampling2d,
  zeroPadding2d,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { draw } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

const checked = kernelName === "check";
const size = (shape: readonly number[]) => shape.reduce((product, it) => product * it, 1);
const inputsOf = (shape: readonly number[], samples: number, seed = 3) =>
  Float32Array.from(draw(samples * size(shape), seed));
const biased = { biasInitializer: "randomUniform" } as const;

/** A model of layers that are named a, b, c, … */
async function chain(inputShape: readonly number[], ...layers: readonly Layer[]) {
  const named = layers.map((it, i) => ({ ...it, name: String.fromCharCode(97 + i) }));
  return sequential({ inputShape, seed: 5, layers: named });
}
/** The last layer's name. */
const lastOf = (it: { readonly layers: readonly { readonly name: string }[] }) =>
  it.layers.at(-1)?.name ?? "";

describe("featureMaps", () => {
  test("of the last layer are what predict says, to the bit", async () => {
    using net = await chain([6, 5, 1], conv2d({ filters: 3, kernelSize: 3 }), flatten(), dense(2));
    const x = inputsOf([6, 5, 1], 11);
    expect((await featureMaps(net, x, "c")).data).toEqual((await net.predict(x)).data);
  });
  test("have the layer's shape, and what comes behind makes predictions of them", async () => {
    using net = await chain(
      [6, 5, 1],
      conv2d({ filters: 3, kernelSize: 3, activation: "relu" }),
      maxPooling2d(),
      flatten(),
      dense(2),
    );
    const x = inputsOf([6, 5, 1], 4);
    const maps = await featureMaps(net, x, "a");
    expect(maps.shape).toEqual([4, 4, 3, 3]);
    const { "d.weight": weight, "d.bias": bias } = net.getWeights();
    using rest = await chain([4, 3, 3], maxPooling2d(), flatten(), dense(2));
    rest.setWeights({ "c.weight": weight as NdArray, "c.bias": bias as NdArray });
    expect((await rest.predict(maps.data)).data).toEqual((await net.predict(x)).data);
  });
  test("are the codes of an autoencoder", async () => {
    using net = await chain([5], dense(2, "tanh"), dense(5));
    const x = inputsOf([5], 3);
    const codes = await featureMaps(net, x, "a");
    using encoder = await chain([5], dense(2, "tanh"));
    const { "a.weight": weight, "a.bias": bias } = net.getWeights();
    encoder.setWeights({ "a.weight": weight as NdArray, "a.bias": bias as NdArray });
    expect(codes.shape).toEqual([3, 2]);
    expect(codes.data).toEqual((await encoder.predict(x)).data);
  });
  test("of a graph show each use of a layer, and of several inputs what they come to", async () => {
    const [left, right] = [input({ shape: [3], name: "l" }), input({ shape: [2], name: "r" })];
    const shared = dense({ units: 4, activation: "tanh", name: "twice" });
    const once = shared.apply(dense({ units: 4, name: "first" }).apply(left));
    const joined = concatenate().apply(shared.apply(once), right);
    const heads = [dense({ units: 1, name: "p" }), dense({ units: 2, name: "q" })];
    using net = await model({
      inputs: [left, right],
      outputs: heads.map((it) => it.apply(joined)),
      seed: 2,
    });
    const x = { l: inputsOf([3], 4), r: inputsOf([2], 4) };
    const [one, two] = [await featureMaps(net, x, "twice"), await featureMaps(net, x, "twice:2")];
    const joint = (await featureMaps(net, x, "concatenate_1")).rows();
    expect(joint.map((row) => row.slice(0, 4))).toEqual(two.rows());
    expect(one.data).not.toEqual(two.data);
    const [p, q] = await net.predict(x);
    expect((await featureMaps(net, x, "q")).data).toEqual(q?.data);
    expect((await featureMaps(net, x, "p")).data).toEqual(p?.data);
  });
  test("read data as the model does: normalized", async () => {
    const x = inputsOf([2], 20).map((it) => 100 + 30 * it);
    const data = fromArrays({ features: x, targets: x.filter((_, i) => i % 2), inputShape: [2] });
    using net = await chain([2], dense(3, "tanh"), dense(1));
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await net.fit(data.normalize(), { epochs: 1 });
    expect((await featureMaps(net, x, "b")).data).toEqual((await net.predict(x)).data);
  });
});

describe("hiddenStates", () => {
  const kinds = { simpleRNN, lstm, gru };
  for (const [name, make] of Object.entries(kinds)) {
    test(`of a ${name} end in its output, and are those of one that returns sequences`, async () => {
      using net = await chain([4, 3], make({ units: 5, ...biased }), dense(2));
      using all = await chain([4, 3], make({ units: 5, ...biased, returnSequences: true }));
      const x = inputsOf([4, 3], 3);
      const states = await hiddenStates(net, x, "a");
      const { "a.weight": weight, "a.recurrentWeight": own, "a.bias": bias } = net.getWeights();
      all.setWeights({
        "a.weight": weight as NdArray,
        "a.recurrentWeight": own as NdArray,
        "a.bias": bias as NdArray,
      });
      expect(states.shape).toEqual([3, 4, 5]);
      expect(states.data).toEqual((await all.predict(x)).data);
      expect(states.rows().flatMap((it) => it.slice(15))).toEqual([
        ...(await featureMaps(net, x, "a")).data,
      ]);
    });
  }
  test("of a layer that reads backwards stand at the steps that they belong to", async () => {
    using net = await chain([4, 3], gru({ units: 2, goBackwards: true }));
    const x = inputsOf([4, 3], 2);
    const states = await hiddenStates(net, x, "a");
    expect(states.rows().flatMap((it) => it.slice(0, 2))).toEqual([...(await net.predict(x)).data]);
  });
  test("are refused of other layers", async () => {
    using net = await chain([4, 3], bidirectional(gru({ units: 2 })));
    const error = await rejection(() => hiddenStates(net, inputsOf([4, 3], 1), "a"));
    expect(error.code).toBe("invalidArgument");
  });
});

describe("filters", () => {
  /** Sums over a window, by a filter as it is shown, are what the layer gives. */
  test("of a convolution make its outputs of windows", async () => {
    using net = await chain([3, 4, 2], conv2d({ filters: 5, kernelSize: [3, 4], useBias: false }));
    const x = inputsOf([3, 4, 2], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([5, 3, 4, 2]);
    const sums = it.rows().map((row) => row.reduce((sum, w, i) => sum + w * (x[i] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a separable one are those of the convolution that it is", async () => {
    const layer = separableConv2d({
      filters: 3,
      kernelSize: 2,
      depthMultiplier: 2,
      useBias: false,
    });
    using net = await chain([2, 2, 3], layer);
    const x = inputsOf([2, 2, 3], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([3, 2, 2, 3]);
    const sums = it.rows().map((row) => row.reduce((sum, w, i) => sum + w * (x[i] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a depthwise one see one channel each", async () => {
    using net = await chain(
      [2, 3, 2],
      depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, useBias: false }),
    );
    const x = inputsOf([2, 3, 2], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([4, 2, 3, 1]);
    const sums = it
      .rows()
      .map((row, f) => row.reduce((sum, w, i) => sum + w * (x[2 * i + Math.floor(f / 2)] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a transposed one are what a pixel leaves behind", async () => {
    const options = { filters: 3, kernelSize: 2, useBias: false };
    using image = await chain([1, 1, 2], conv2dTranspose(options));
    using line = await chain([1, 2], conv1dTranspose(options));
    for (const [net, places] of [[image, 4] as const, [line, 2] as const]) {
      const it = filters(net, "a");
      expect(it.shape).toEqual(places === 4 ? [3, 2, 2, 2] : [3, 2, 2]);
      const y = (await net.predict(Float32Array.of(1, 0))).data;
      const shown = it.rows().map((row) => row.filter((_, i) => i % 2 === 0));
      const left = shown.map((_, f) => Array.from({ length: places }, (_, i) => y[3 * i + f]));
      expect(shown).toEqual(left);
    }
  });
  test("of dense units have the shape that was flattened, else all inputs in a row", async () => {
    using net = await chain([2, 3, 1], flatten(), dropout(0.5), dense(4), dense(2));
    const rows = net.getWeights()["c.weight"]?.rows() ?? [];
    expect([filters(net, "c").shape, filters(net, "d").shape]).toEqual([
      [4, 2, 3, 1],
      [2, 4],
    ]);
    expect(filters(net, "c").rows()[1]).toEqual(rows.map((row) => row[1]));
  });
  test("of dense units behind convolutions have the shape of the feature maps", async () => {
    using net = await chain([4, 4, 1], conv2d({ filters: 2, kernelSize: 3 }), flatten(), dense(3));
    using steps = await chain([4, 5], dense(3));
    expect([filters(net, "c").shape, filters(steps, "a").shape]).toEqual([
      [3, 2, 2, 2],
      [3, 5],
    ]);
  });
  test("of a restricted Boltzmann machine are what its hidden units see", async () => {
    const machine = await rbm({ inputShape: [2, 2], units: 3, seed: 1 });
    const it = filters(machine, "rbm");
    const rows = machine.getWeights().weight?.rows() ?? [];
    expect(it.shape).toEqual([3, 2, 2]);
    expect(it.rows()[2]).toEqual(rows.map((row) => row[2]));
    const x = inputsOf([2, 2], 3).map(Math.abs);
    expect(await featureMaps(machine, x, "rbm")).toEqual(await machine.transform(x));
    // It learns by what it dreams, not by gradients.
    const error = await rejection(() => preferredInput(machine, "rbm", 0));
    expect(error.code).toBe("invalidArgument");
    machine.dispose();
  });
  test("of layers without such weights are refused", async () => {
    using net = await chain([4, 4, 1], maxPooling2d(), flatten(), dense(3));
    expect((await rejection(() => filters(net, "a"))).code).toBe("invalidArgument");
  });
});

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

/** What `unit` of a layer gives, on average over its places, for each sample. */
async function meansOf(net: AnyModel, x: Float32Array, layer: string, unit: number) {
  const { data, shape } = await featureMaps(net, x, layer);
  const [samples = 0, ...rest] = shape;
  const [units, width] = [rest.at(-1) ?? 1, size(rest)];
  return Array.from({ length: samples }, (_, n) => {
    const own = data.subarray(n * width, (n + 1) * width).filter((_, i) => i % units === unit);
    return own.reduce((sum, it) => sum + it, 0) / own.length;
  });
}

/** Its slopes by the numbers of one sample, by central differences. */
async function slopesOf(net: AnyModel, x: Float32Array, layer: string, unit: number) {
  const step = 1 / 128;
  const moved = (by: number) =>
    Float32Array.from({ length: x.length ** 2 }, (_, i) => {
      const [row, column] = [Math.floor(i / x.length), i % x.length];
      return (x[column] ?? 0) + (row === column ? by : 0);
    });
  const [up, down] = [
    await meansOf(net, moved(step), layer, unit),
    await meansOf(net, moved(-step), layer, unit),
  ];
  return up.map((it, i) => (it - (down[i] ?? 0)) / (2 * step));
}

describe("saliency", () => {
  const sequence = { returnSequences: true } as const;
  const cases: readonly (readonly [
    name: string,
    shape: readonly number[],
    layers: readonly Layer[],
  ])[] = [
    ["dense layers", [5], [dense(6, "gelu"), dense(3, "tanh")]],
    ["softplus and swish", [5], [dense(4, "softplus"), dense(4, "swish"), dense(3)]],
    ["a softmax below", [5], [dense(4, "softmax"), dense(3)]],
    [
      "convolutions",
      [5, 4, 2],
      [conv2d({ filters: 3, kernelSize: 3, activation: "gelu" }), flatten(), dense(2)],
    ],
    ["strides", [6, 5, 1], [conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same" })]],
    [
      "a separable convolution",
      [4, 4, 2],
      [separableConv2d({ filters: 3, kernelSize: 2, activation: "mish" })],
    ],
    [
      "pooling",
      [4, 4, 2],
      [conv2d({ filters: 4, kernelSize: 2 }), maxPooling2d(), globalAveragePooling2d()],
    ],
    ["noise and dropout", [5], [gaussianNoise(1), dense(5, "tanh"), dropout(0.9), dense(2)]],
    [
      "penalties",
      [5],
      [dense(5, "tanh"), activityRegularization({ l2: 1 }), sparsity({ target: 0.1 }), dense(2)],
    ],
    [
      "batch normalization",
      [3, 2],
      [batchNormalization({ scale: false, center: false }), dense(3, "swish")],
    ],
    [
      "normalizations",
      [4, 6],
      [layerNormalization(), rmsNormalization(), groupNormalization({ groups: 2 }), dense(3)],
    ],
    ["an lstm", [4, 3], [lstm({ units: 5, dropout: 0.5, recurrentDropout: 0.5 }), dense(2)]],
    [
      "both directions",
      [3, 2],
      [bidirectional(gru({ units: 3, ...sequence })), simpleRNN({ units: 2 })],
    ],
    ["prelu", [6], [dense(4), prelu(), dense(2)]],
    [
      "an activation of its own",
      [2, 3],
      [dense(4), activation("gelu"), dense(3), activation("softmax")],
    ],
  ];
  for (const [name, shape, layers] of cases) {
    test(`is the slope through ${name}`, async () => {
      using net = await chain(shape, ...layers);
      // Numbers of its own for what starts as 0 or 1.
      const weights = Object.entries(net.getWeights()).map(([key, it], i) => {
        const own = it.data.map((v, j) => v + 0.3 * (draw(it.data.length, 90 + i)[j] ?? 0));
        return [
          key,
          new NdArray(key.endsWith("Variance") ? own.map(Math.abs) : own, it.shape),
        ] as const;
      });
      net.setWeights(Object.fromEntries(weights));
      const x = inputsOf(shape, 3);
      // An output that ends in a softmax is asked about before it: here the layer below says the same.
      const ends = net.layers.at(-1)?.activation === "softmax";
      const layer = ends ? (net.layers.at(-2)?.name ?? "") : lastOf(net);
      const got = await saliency(net, x, { unit: 1, signed: true });
      expect(got.shape).toEqual([3, ...shape]);
      for (const sample of [0, 2]) {
        const own = x.subarray(sample * size(shape), (sample + 1) * size(shape));
        const slopes = await slopesOf(net, own, layer, 1);
        const mine = got.data.subarray(sample * size(shape), (sample + 1) * size(shape));
        expect(mine).toBeNear(slopes, { relative: 0.02, absolute: 2e-3 });
        expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-3);
      }
    });
  }
  test("goes through attention, and between inputs", async () => {
    const [q, v] = [input({ shape: [3, 4] }), input({ shape: [2, 4] })];
    const attention = multiHeadAttention({ numHeads: 2, keyDim: 3, dropout: 0.5 });
    using net = await model({
      inputs: [q, v],
      outputs: dense({ units: 2, name: "out" }).apply(attention.apply(q, v)),
    });
    const [one, two] = [inputsOf([3, 4], 1), inputsOf([2, 4], 1, 4)];
    const got = await saliency(net, [one, two], { unit: 0, signed: true });
    expect(got.shape).toEqual([1, 20]);
    const at = async (i: number, by: number) => {
      const moved = [one, two].map((it, k) =>
        it.map((value, j) => value + (j === i - 12 * k ? by : 0)),
      );
      const [first, ...rest] = moved as [Float32Array, Float32Array];
      const maps = await featureMaps(net, [first, ...rest], "out");
      return maps.data.filter((_, j) => j % 2 === 0).reduce((sum, it) => sum + it, 0) / 3;
    };
    const slopes: number[] = [];
    for (let i = 0; i < 20; i++)
      slopes.push(64 * ((await at(i, 1 / 128)) - (await at(i, -1 / 128))));
    expect(got.data).toBeNear(slopes, { relative: 0.02, absolute: 2e-3 });
  });
  test("is of the class that a sample is taken for, before the softmax, in size", async () => {
    using net = await chain([4], dense(5, "tanh"), dense(3, "softmax"));
    using logits = await chain([4], dense(5, "tanh"), dense(3));
    logits.setWeights(net.getWeights());
    const x = inputsOf([4], 6);
    const classes = (await net.predict(x)).argMax();
    const got = await saliency(net, x);
    for (const [i, unit] of classes.entries()) {
      const slopes = await slopesOf(logits, x.subarray(4 * i, 4 * i + 4), "b", unit);
      expect(got.data.subarray(4 * i, 4 * i + 4)).toBeNear(slopes.map(Math.abs), {
        absolute: 2e-3,
      });
    }
  });
  test("is by the input as it is given, before it is normalized", async () => {
    const x = inputsOf([2], 20).map((it) => 100 + 30 * it);
    const data = fromArrays({ features: x, targets: x.filter((_, i) => i % 2), inputShape: [2] });
    using net = await chain([2], dense(3, "tanh"), dense(1));
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await net.fit(data.normalize(), { epochs: 1 });
    const [raw, own] = [await saliency(net, x), await saliency(net, data.normalize())];
    const scale = data.normalize().normalization?.scale ?? [];
    expect(raw.data).toBeNear(
      [...own.data].map((it, i) => it / (scale[i % 2] ?? 1)),
      {
        relative: 1e-5,
      },
    );
  });
  test("of a head leaves the other one's input alone", async () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [3] })];
    const heads = [
      dense({ units: 1, name: "p" }).apply(a),
      dense({ units: 1, name: "q" }).apply(b),
    ];
    using net = await model({ inputs: [a, b], outputs: heads });
    const x = [inputsOf([2], 2), inputsOf([3], 2)];
    const got = await saliency(net, x, { layer: "q", signed: true });
    const weight = [...(net.getWeights()["q.weight"]?.data ?? [])];
    expect(got.rows()).toEqual([
      [0, 0, ...weight],
      [0, 0, ...weight],
    ]);
    expect((await rejection(() => saliency(net, x))).code).toBe("invalidArgument");
  });
  test("of words there is none", async () => {
    using net = await chain([3], embedding({ inputDim: 4, outputDim: 2 }), flatten(), dense(1));
    const error = await rejection(() => saliency(net, [[1, 2, 3]]));
    expect(error.code).toBe("invalidArgument");
    expect(error.message).toContain("indices");
  });
});

describe("preferredInput", () => {
  test("of a linear unit is its own weights, as large as l2 lets it be", async () => {
    using net = await chain([3, 3], flatten(), dense(2));
    const row = [...(filters(net, "b").rows()[1] ?? [])];
    const root = Math.sqrt(row.reduce((sum, it) => sum + it * it, 0) / row.length);
    for (const l2 of [0.5, 1]) {
      const { input: it } = await preferredInput(net, "b", 1, {
        steps: 600,
        learningRate: 0.02,
        l2,
      });
      expect(it.shape).toEqual([3, 3]);
      expect(it.data).toBeNear(
        row.map((w) => w / root / (2 * l2)),
        { absolute: 0.02 },
      );
    }
  });
  const deep = () =>
    chain(
      [8, 8, 1],
      conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      maxPooling2d(),
      conv2d({ filters: 3, kernelSize: 2, activation: "relu" }),
      flatten(),
      dense(5, "softmax"),
    );
  test("raises what units, channels and classes give", async () => {
    using net = await deep();
    for (const [layer, unit] of [
      ["a", 1],
      ["b", 2],
      ["c", 0],
      ["e", 3],
    ] as const) {
      const found = await preferredInput(net, layer, unit, { steps: 40 });
      expect(found.activation).toBeGreaterThan(found.startActivation);
      const [mean] = await meansOf(net, found.input.data, layer, unit);
      expect(mean).toBeCloseTo(found.activation, 6);
    }
  });
  test("turns on a rectifier that was off at the start", async () => {
    using net = await chain([4], dense({ units: 1, activation: "relu" }), dense(1));
    const [weight = []] = filters(net, "a").rows();
    const start = weight.map((w) => -w);
    const found = await preferredInput(net, "a", 0, { start });
    expect(found.startActivation).toBe(0);
    expect(found.activation).toBeGreaterThan(0);
  });
  test("is the same for the same seed, whatever is going on, and another for another", async () => {
    using net = await deep();
    const run = async (seed: number) =>
      (await preferredInput(net, "e", 0, { steps: 20, seed })).input.data;
    const [one, again, two] = await Promise.all([run(1), run(1), run(2)]);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
  });
  test("goes on from where it ended, and in the units of the data", async () => {
    const x = inputsOf([2], 20).map((it) => 100 + 30 * it);
    const data = fromArrays({ features: x, targets: x.filter((_, i) => i % 2), inputShape: [2] });
    using net = await chain([2], dense(3, "tanh"), dense(1));
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await net.fit(data.normalize(), { epochs: 1 });
    const first = await preferredInput(net, "b", 0, { steps: 10 });
    const second = await preferredInput(net, "b", 0, { steps: 10, start: first.input });
    expect(second.startActivation).toBeCloseTo(first.activation, 4);
    expect((await net.predict(first.input.data)).data[0]).toBeCloseTo(first.activation, 4);
    expect(first.input.data[0]).toBeGreaterThan(20);
  });
  test("works through a recurrent layer and for several inputs", async () => {
    const [a, b] = [input({ shape: [4, 2] }), input({ shape: [3] })];
    const joined = concatenate().apply(lstm({ units: 3 }).apply(a), b);
    using net = await model({
      inputs: [a, b],
      outputs: dense({ units: 2, name: "out" }).apply(joined),
    });
    const found = await preferredInput(net, "out", 1, { steps: 30 });
    expect(found.input.shape).toEqual([11]);
    expect(found.activation).toBeGreaterThan(found.startActivation);
  });
  test("needs a unit that answers", async () => {
    using net = await chain([3], dense(2, "tanh"), dense(1));
    net.unit("a", 1).enabled = false;
    const error = await rejection(() => preferredInput(net, "a", 1));
    expect(error.code).toBe("invalidArgument");
  });
});

describe("selectivity", () => {
  const column = (...values: readonly number[]) =>
    new NdArray(Float32Array.from(values), [values.length, 1]);
  test("is d′ by the formula, and the share of pairs in the right order", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const members = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0];
    const of = (own: number) => values.filter((_, i) => members[i] === own);
    const mean = (list: readonly number[]) => list.reduce((sum, it) => sum + it, 0) / list.length;
    const variance = (list: readonly number[]) => mean(list.map((it) => (it - mean(list)) ** 2));
    const [others, group] = [of(0), of(1)];
    const [it] = selectivity(column(...values), members);
    expect(it?.dPrime).toBeCloseTo(
      (mean(group) - mean(others)) / Math.sqrt((variance(group) + variance(others)) / 2),
      12,
    );
    const pairs = group.flatMap((a) => others.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    expect(it?.auc).toBeCloseTo(mean(pairs), 12);
  });
  test("is perfect, none, or turned around", () => {
    const of = (...values: readonly number[]) =>
      selectivity(column(...values), [true, true, false, false]);
    expect(of(1, 1, 0, 0)).toEqual([{ dPrime: Infinity, auc: 1 }]);
    expect(of(0, 0, 1, 1)).toEqual([{ dPrime: -Infinity, auc: 0 }]);
    expect(of(7, 7, 7, 7)).toEqual([{ dPrime: 0, auc: 0.5 }]);
  });
  test("looks at units one by one", () => {
    const both = selectivity(
      new NdArray(Float32Array.of(1, 5, 2, 5, 3, 1, 4, 0), [4, 2]),
      [0, 0, 1, 1],
    );
    expect(both.map((it) => it.auc)).toEqual([1, 0]);
  });
  test("needs two groups of samples, and rows of activations", async () => {
    for (const members of [[1, 1], [1], [0, 2]]) {
      expect((await rejection(() => selectivity(column(1, 2), members))).code).toBe(
        "invalidArgument",
      );
    }
    const maps = new NdArray(new Float32Array(8), [2, 2, 2]);
    expect((await rejection(() => selectivity(maps, [1, 0]))).code).toBe("invalidArgument");
  });
});

describe("nameUnits", () => {
  /** Filters that see a bright pixel, a dark one, and any difference along a row. */
  const parts = async () => {
    const net = await chain([3, 3, 1], conv2d({ filters: 2, kernelSize: 1 }));
    net.setWeights({ "a.weight": Float32Array.of(1, -1) });
    return net;
  };
  const bright = inputsOf([3, 3, 1], 12).map((it) => Math.abs(it));
  const probes = { bright, dark: bright.map((it) => -it), none: bright.map((it) => it / 100) };
  test("calls units by what they answer to, and says how clearly", async () => {
    using net = await parts();
    const named = await nameUnits(net, "a", probes);
    expect(named.map((it) => [it.unit, it.part])).toEqual([
      [0, "bright"],
      [1, "dark"],
    ]);
    for (const { part, dPrime, auc, parts } of named) {
      expect(parts.map((it) => it.part).sort()).toEqual(["bright", "dark", "none"]);
      expect(parts[0]).toEqual({ part, dPrime, auc });
      expect(dPrime).toBeGreaterThan(parts[1]?.dPrime ?? 0);
      expect(auc).toBe(1);
    }
  });
  test("has no name for a unit that is always off", async () => {
    using net = await chain([3, 3, 1], flatten(), dense(2, "relu"), dense(1));
    net.unit("b", 1).enabled = false;
    const [, off] = await nameUnits(net, "b", probes);
    expect([off?.part, off?.dPrime, off?.auc]).toEqual([undefined, 0, 0.5]);
  });
  for (const over of ["max", "mean"] as const) {
    test(`is the selectivity of the ${over} of each feature map`, async () => {
      using net = await parts();
      const all = Object.values(probes).flatMap((it) => [...it]);
      const maps = (await featureMaps(net, Float32Array.from(all), "a")).rows();
      const answers = maps.map((row) =>
        [0, 1].map((unit) => {
          const own = row.filter((_, i) => i % 2 === unit);
          return over === "max"
            ? Math.max(...own)
            : own.reduce((sum, it) => sum + it, 0) / own.length;
        }),
      );
      const rows = new NdArray(Float32Array.from(answers.flat()), [36, 2]);
      const expected = selectivity(
        rows,
        answers.map((_, i) => i >= 12 && i < 24),
      );
      const named = await nameUnits(net, "a", probes, { over });
      const got = named.map(({ parts }) => parts.find((it) => it.part === "dark")?.dPrime ?? 0);
      expect(got).toBeNear(
        expected.map((it) => it.dPrime),
        { relative: 1e-5 },
      );
    });
  }
});

describe("all of them", () => {
  const shape = [8, 8, 1];
  const layers = () => [
    conv2d({ filters: 8, kernelSize: 3, activation: "relu", ...biased }),
    maxPooling2d(),
    flatten(),
    dense(16, "tanh"),
    dense(3, "softmax"),
  ];
  const x = inputsOf(shape, 40);
  const looks = (net: AnyModel) =>
    Promise.all([
      featureMaps(net, x, "a"),
      saliency(net, x),
      preferredInput(net, "d", 2, { steps: 10 }).then((it) => it.input),
      topPatches(net, x, "b", { count: 2 }).then((it) =>
        it.flat().map(({ patch }) => [...patch.data]),
      ),
      nameUnits(net, "d", { one: x.subarray(0, 640), two: x.subarray(640, 1280) }),
    ]);
  const compiled = async (threads?: number) => {
    const own = threads === undefined ? {} : { engine: await engineOf(threads) };
    const named = layers().map((it, i) => ({ ...it, name: "abcde"[i] ?? "" }));
    const net = await sequential({ inputShape: shape, seed: 5, layers: named, ...own });
    net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    return net;
  };
  const engines: { dispose(): void }[] = [];
  const engineOf = async (threads: number) => {
    const it = await engine({ threads });
    engines.push(it);
    return it;
  };
  afterAll(() => {
    for (const it of engines) it.dispose();
  });
  const data = { x, y: Array.from({ length: 40 }, (_, i) => i % 3) };

  test("leave the model as it was", async () => {
    using net = await compiled();
    await net.fit(data, { epochs: 1 });
    const before = hashModel(net);
    await looks(net);
    filters(net, "a");
    expect(hashModel(net)).toBe(before);
  });
  test("may be used while it trains, which comes out the same", async () => {
    using alone = await compiled();
    using seen = await compiled();
    await alone.fit(data, { epochs: 4 });
    const training = seen.fit(data, { epochs: 4 });
    await looks(seen);
    await training;
    expect(hashModel(seen)).toBe(hashModel(alone));
  });
  test("give the same bits on one thread and on three", { timeout: 30_000 }, async () => {
    const big = Float32Array.from(draw(200 * 1024, 8));
    const results: string[][] = [];
    for (const threads of [1, 3]) {
      const net = await sequential({
        inputShape: [32, 32, 1],
        seed: 5,
        engine: await engineOf(threads),
        layers: [
          conv2d({ filters: 8, kernelSize: 3, activation: "gelu", name: "a" }),
          maxPooling2d(),
          flatten(),
          dense({ units: 10, activation: "softmax", name: "z" }),
        ],
      });
      const x = checked ? big.subarray(0, 40 * 1024) : big;
      const all = [
        await featureMaps(net, x, "a"),
        await saliency(net, x),
        (await preferredInput(net, "z", 1, { steps: 5 })).input,
      ];
      results.push(all.map(({ data }) => createHash("sha256").update(data).digest("hex")));
      net.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });
  test("name what they do not know", async () => {
    using net = await compiled();
    const codes: Record<string, () => unknown> = {
      "featureMaps: layer": () => featureMaps(net, x, "nope"),
      "hiddenStates: layer": () => hiddenStates(net, x, "nope"),
      "filters: layer": () => filters(net, "nope"),
      "topPatches: layer": () => topPatches(net, x, "nope"),
      "saliency: layer": () => saliency(net, x, { layer: "nope" }),
      "preferredInput: layer": () => preferredInput(net, "nope", 0),
      "nameUnits: layer": () => nameUnits(net, "nope", { a: x, b: x }),
      "saliency: option": () => saliency(net, x, { output: 1 } as object),
      "preferredInput: option": () => preferredInput(net, "d", 0, { rate: 1 } as object),
      "topPatches: option": () => topPatches(net, x, "a", { many: 1 } as object),
      "nameUnits: option": () => nameUnits(net, "a", { a: x, b: x }, { how: 1 } as object),
    };
    for (const [name, run] of Object.entries(codes)) {
      expect([name, (await rejection(run)).code]).toEqual([name, "unknownName"]);
    }
    const bad: readonly (() => unknown)[] = [
      () => saliency(net, x, { unit: 3 }),
      () => saliency(net, x, { layer: "a", unit: -1 }),
      () => saliency(net, x, { signed: 1 } as object),
      () => preferredInput(net, "a", 8),
      () => preferredInput(net, "a", 0, { steps: 0 }),
      () => preferredInput(net, "a", 0, { learningRate: 0 }),
      () => preferredInput(net, "a", 0, { l2: -1 }),
      () => topPatches(net, x, "a", { count: 0 }),
      () => nameUnits(net, "a", { one: x }),
      () => featureMaps({} as AnyModel, x, "a"),
    ];
    for (const run of bad) expect((await rejection(run)).code).toBe("invalidArgument");
    const wrong = new Float32Array(65);
    for (const run of [
      () => featureMaps(net, [wrong], "a"),
      () => preferredInput(net, "a", 0, { start: wrong }),
    ]) {
      expect((await rejection(run)).code).toBe("shapeMismatch");
    }
    net.dispose();
    expect((await rejection(() => featureMaps(net, x, "a"))).code).toBe("disposed");
  });
});
