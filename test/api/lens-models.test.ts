// The lens on models of every kind: what it shows of a layer is what the layer gives, and folding is shown only
// where a layer reads what is shown before it.

import { describe, expect, test } from "vitest";
import {
  add,
  batchNormalization,
  bidirectional,
  concatenate,
  conv1d,
  conv2d,
  type Dataset,
  dense,
  dropout,
  embedding,
  featureMaps,
  flatten,
  fromArrays,
  globalAveragePooling1d,
  gru,
  input,
  type Layer,
  layerNormalization,
  lstm,
  type Model,
  maxPooling2d,
  model,
  multiHeadAttention,
  prelu,
  reshape,
  separableConv2d,
  sequential,
  simpleRNN,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { draw } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

/** Steps of the probes, where what they learn does not matter. */
const few = { probeSteps: 3 };

function samplesOf(inputShape: readonly number[], samples = 13): Dataset {
  const size = inputShape.reduce((product, it) => product * it, 1);
  const features = Float32Array.from(draw(samples * size, 3));
  const targets = Float32Array.from({ length: samples }, (_, i) => i % 2);
  return fromArrays({ features, targets, inputShape, classes: 2 });
}

/** Every layer's activations as the lens shows them, and as the layer gives them. */
async function compare(net: Pick<Model, "lens" | "getWeights">, data: Dataset): Promise<string[]> {
  const { layers } = await net.lens(data, few);
  for (const { name, width, activations, accuracy } of layers.slice(1)) {
    const maps = await featureMaps(net, data, name);
    expect([name, activations.shape]).toEqual([name, [data.samples, width]]);
    expect(activations.data).toEqual(maps.data);
    expect(accuracy).toBeGreaterThanOrEqual(0);
  }
  return layers.map(({ name }) => name);
}

describe("the lens shows what each layer gives", () => {
  const sequences = { returnSequences: true } as const;
  const cases: Readonly<
    Record<string, readonly [shape: readonly number[], layers: readonly Layer[]]>
  > = {
    convolutions: [
      [7, 6, 3],
      [
        conv2d({ filters: 3, kernelSize: 3, activation: "gelu" }),
        batchNormalization(),
        maxPooling2d(),
        conv2d({ filters: 5, kernelSize: 1, activation: "softmax" }),
        separableConv2d({ filters: 2, kernelSize: 2, activation: "relu" }),
        flatten(),
        dense(2, "softmax"),
      ],
    ],
    "recurrent layers": [
      [5, 3],
      [
        lstm({ units: 3, ...sequences }),
        bidirectional(gru({ units: 2, ...sequences })),
        simpleRNN({ units: 3, goBackwards: true, ...sequences }),
        dense(3, "tanh"),
        gru({ units: 4 }),
        dense(1, "sigmoid"),
      ],
    ],
    "steps and windows": [
      [6, 2],
      [
        conv1d({ filters: 3, kernelSize: 2, padding: "causal" }),
        prelu(),
        layerNormalization(),
        globalAveragePooling1d(),
        reshape({ targetShape: [3, 1] }),
        flatten(),
        dropout(0.5),
        dense(1, "sigmoid"),
      ],
    ],
  };
  for (const [name, [inputShape, layers]] of Object.entries(cases)) {
    test(`of ${name}`, async () => {
      using net = await sequential({ inputShape, seed: 4, layers });
      const before = hashModel(net);
      const names = await compare(net, samplesOf(inputShape));
      // All but those that pass on what they get: flatten, reshape, dropout.
      const passing = ["flatten_1", "reshape_1", "dropout_1"];
      expect(names).toEqual([
        "input",
        ...net.layers.map((it) => it.name).filter((it) => !passing.includes(it)),
      ]);
      expect(hashModel(net)).toBe(before);
    });
  }

  test("of words", async () => {
    const layers = [
      embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
      gru({ units: 2 }),
      dense(1, "sigmoid"),
    ];
    using net = await sequential({ inputShape: [2], layers });
    const words = Array.from({ length: 12 }, (_, i) => [i % 5, (i * i) % 5]);
    const data = fromArrays({ features: words, targets: words.map((_, i) => i % 2), classes: 2 });
    expect(await compare(net, data)).toEqual(["input", "embedding_1", "gru_1", "dense_1"]);
    // Between words there is nothing to draw, unless it is asked for.
    expect((await net.lens(data, few)).plane).toBeUndefined();
    const error = await rejection(() => net.lens(data, { ...few, resolution: 4 }));
    expect(error.code).toBe("invalidArgument");
    expect(error.message).toContain("embedding_1");
  });

  test("of a graph, node by node, and each use of a layer", async () => {
    const x = input({ shape: [4] });
    const shared = dense({ units: 4, activation: "tanh", name: "shared" });
    const first = shared.apply(x);
    const second = shared.apply(first);
    const sum = add({ name: "sum" }).apply(first, second, x);
    using net = await model({
      inputs: x,
      outputs: dense({ units: 1, activation: "sigmoid", name: "out" }).apply(sum),
      seed: 3,
    });
    expect(await compare(net, samplesOf([4]))).toEqual([
      "input",
      "shared",
      "shared:2",
      "sum",
      "out",
    ]);
  });

  test("of attention over two inputs", async () => {
    const [q, v] = [input({ shape: [3, 4] }), input({ shape: [2, 4] })];
    const attended = multiHeadAttention({ numHeads: 2, keyDim: 3, name: "attend" }).apply(q, v);
    const joined = concatenate({ name: "join" }).apply(
      flatten().apply(attended),
      flatten().apply(v),
    );
    using net = await model({
      inputs: [q, v],
      outputs: [
        dense({ units: 1, activation: "sigmoid", name: "one" }).apply(joined),
        dense({ units: 2, name: "two" }).apply(joined),
      ],
      seed: 3,
    });
    expect(await compare(net, samplesOf([20]))).toEqual([
      "input",
      "attend",
      "flatten_2",
      "join",
      "one",
      "two",
    ]);
  });

  test("of arrays for several inputs and outputs, by name", async () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [4, 2], name: "b" })];
    const joined = concatenate().apply(dense(3, "tanh").apply(a), gru({ units: 3 }).apply(b));
    const heads = [
      dense({ units: 1, activation: "sigmoid", name: "yes" }),
      dense({ units: 2, name: "values" }),
    ];
    using net = await model({ inputs: [a, b], outputs: heads.map((it) => it.apply(joined)) });
    net.compile({ optimizer: "adam", loss: ["binaryCrossentropy", "meanSquaredError"] });
    const [x, seq] = [draw(20 * 3, 1), draw(20 * 8, 2)].map((it) => Float32Array.from(it));
    const data = {
      x: { a: x as Float32Array, b: seq as Float32Array },
      y: { yes: Float32Array.from(draw(20, 3), (it) => (it > 0 ? 1 : 0)), values: draw(40, 4) },
    };
    const { layers } = await net.lens(data, few);
    const out = layers.find((it) => it.name === "values");
    expect(out?.activations.data).toEqual((await net.predict(data.x))[1]?.data);
    expect(layers.every((it) => Number.isFinite(it.r2))).toBe(true);
  });

  test("of labels at every step", async () => {
    using net = await sequential({
      inputShape: [4, 2],
      layers: [lstm({ units: 3, ...sequences }), dense(2, "softmax")],
    });
    net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    const x = Float32Array.from(draw(20 * 8, 1));
    const y = Float32Array.from({ length: 80 }, (_, i) => (i * i) % 2);
    const { layers } = await net.lens({ x, y }, few);
    expect(layers.map((it) => [it.name, it.probe.bias.data.length])).toEqual([
      ["input", 4],
      ["lstm_1", 4],
      ["dense_1", 4],
    ]);
  });

  test("of more numbers than one forward call takes", async () => {
    using net = await sequential({
      inputShape: [32, 32, 1],
      layers: [
        conv2d({ filters: 64, kernelSize: 1 }),
        maxPooling2d({ poolSize: 16 }),
        flatten(),
        dense(1, "sigmoid"),
      ],
    });
    const data = samplesOf([32, 32, 1], 300);
    const { layers } = await net.lens(data, { ...few, train: data.take(2), show: data });
    const out = layers.at(-1)?.activations.data;
    expect(out).toEqual((await net.predict(data)).data);
  });
});

describe("folding is shown", () => {
  const folded = async (net: Pick<Model, "lens">, data: Dataset) =>
    (await net.lens(data, few)).layers
      .filter((it) => it.representation.folding !== undefined)
      .map((it) => it.name);

  test("of dense layers behind convolutions, but not of those that see step by step", async () => {
    using net = await sequential({
      inputShape: [4, 4, 1],
      layers: [
        conv2d({ filters: 2, kernelSize: 3 }),
        dense(3),
        flatten(),
        dense(2),
        dense(1, "sigmoid"),
      ],
    });
    expect(await folded(net, samplesOf([4, 4, 1]))).toEqual(["dense_2", "dense_3"]);
  });
  test("of a graph where a layer reads the one before it, and only there", async () => {
    const x = input({ shape: [3] });
    const left = dense({ units: 3, activation: "tanh", name: "left" }).apply(x);
    const right = dense({ units: 3, name: "right" }).apply(x);
    const sum = add().apply(left, right);
    using net = await model({ inputs: x, outputs: dense({ units: 1, name: "out" }).apply(sum) });
    expect(await folded(net, samplesOf([3]))).toEqual(["left", "out"]);
  });
  test("not of a layer that sees one of several inputs", async () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    const one = dense({ units: 2, name: "one" }).apply(a);
    const both = concatenate().apply(one, b);
    using net = await model({
      inputs: [a, b],
      outputs: dense({ units: 1, name: "out" }).apply(both),
    });
    expect(await folded(net, samplesOf([4]))).toEqual(["out"]);
  });
});
