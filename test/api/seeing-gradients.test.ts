// Gradients by the input, against central differences, and inputs that units like.

import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  activation,
  activityRegularization,
  batchNormalization,
  bidirectional,
  concatenate,
  conv2d,
  dense,
  dropout,
  embedding,
  featureMaps,
  filters,
  flatten,
  fromArrays,
  gaussianNoise,
  globalAveragePooling2d,
  groupNormalization,
  gru,
  input,
  type Layer,
  layerNormalization,
  lstm,
  maxPooling2d,
  model,
  multiHeadAttention,
  NdArray,
  preferredInput,
  prelu,
  rmsNormalization,
  saliency,
  separableConv2d,
  simpleRNN,
  sparsity,
} from "../../src/index.ts";
import { draw } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";
import { chain, inputsOf, lastOf, meansOf, size } from "../support/seeing.ts";

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
