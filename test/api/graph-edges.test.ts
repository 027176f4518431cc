// Corners of graphs: values that several read, views that share bytes, layers that no gradient reaches, data
// that almost fits.

import { describe, expect, test } from "vitest";
import {
  add,
  concatenate,
  constant,
  conv2d,
  dense,
  embedding,
  engine,
  flatten,
  globalAveragePooling2d,
  input,
  masking,
  model,
  multiHeadAttention,
  type NdArray,
  rescaling,
  reshape,
  sequential,
  sgd,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";

const x = [
  [0.1, -0.4],
  [0.9, 0.3],
  [-0.7, 0.5],
  [0.2, 0.8],
];
const labels = [0, 1, 1, 0];
const targets = [[0.3], [-0.2], [0.5], [0.1]];

const meanSquare = ({ data }: NdArray, of: readonly (readonly number[])[]) => {
  const all = of.flat();
  return all.reduce((sum, it, i) => sum + (it - (data[i] ?? 0)) ** 2, 0) / all.length;
};

describe("an output that ends in a softmax", () => {
  test("gives probabilities to who else reads it while it is trained", async () => {
    const from = input({ shape: [2] });
    const label = dense({ units: 2, activation: "softmax", name: "label" }).apply(from);
    const value = dense({ units: 1, name: "value" }).apply(label);
    const net = await model({ inputs: from, outputs: [label, value], seed: 1 });
    const loss = ["sparseCategoricalCrossentropy", "meanSquaredError"] as const;
    net.compile({ optimizer: sgd(), loss });
    const logs = await net.evaluate({ x, y: [labels, targets] });
    const [, predicted] = await net.predict(x);
    expect(logs.value_loss).toBeCloseTo(meanSquare(predicted as NdArray, targets), 5);
  });

  test("may be two outputs, with two losses", async () => {
    const from = input({ shape: [2] });
    const label = dense({ units: 2, activation: "softmax", name: "label" }).apply(from);
    const net = await model({ inputs: from, outputs: [label, label], seed: 1 });
    const loss = ["sparseCategoricalCrossentropy", "meanSquaredError"] as const;
    net.compile({ optimizer: sgd(), loss });
    const rows = labels.map((it) => [1 - it, it]);
    const logs = await net.evaluate({ x, y: [labels, rows] });
    const [predicted] = await net.predict(x);
    expect(logs.label_2_loss).toBeCloseTo(meanSquare(predicted as NdArray, rows), 5);
  });
});

test("a unit that is off gives 0 behind its activation, in an output too", async () => {
  const from = input({ shape: [2] });
  const first = dense({ units: 1, activation: "sigmoid", name: "first" }).apply(from);
  const second = dense({ units: 1, name: "second" }).apply(from);
  const net = await model({ inputs: from, outputs: [first, second], seed: 1 });
  net.compile({ optimizer: sgd(), loss: ["binaryCrossentropy", "meanSquaredError"] });
  net.unit("first", 0).enabled = false;
  const logs = await net.evaluate({ x, y: [labels.map(() => 0), targets] });
  expect(logs.first_loss).toBeLessThan(1e-5);
});

test("attention tells a sequence from another view of it", async () => {
  const from = input({ shape: [4, 6] });
  const copy = rescaling({ scale: 1, offset: 0 }).apply(from);
  const outputs = [];
  for (const other of [from, copy]) {
    const view = reshape({ targetShape: [8, 3] }).apply(other);
    outputs.push(multiHeadAttention({ numHeads: 2, keyDim: 3 }).apply(from, view));
  }
  const predicted = [];
  for (const it of outputs) {
    const net = await model({ inputs: from, outputs: it, seed: 4 });
    predicted.push(
      (await net.predict([Float32Array.from({ length: 24 }, (_, i) => Math.sin(i))].map(rows)))
        .data,
    );
  }
  expect(predicted[0]).toEqual(predicted[1]);
});

/** 24 numbers as [4, 6]. */
const rows = (it: Float32Array) => [0, 6, 12, 18].map((at) => it.subarray(at, at + 6));

test("masks end where there are no steps any more", async () => {
  const from = [input({ shape: [5, 3] }), input({ shape: [3, 5] })] as const;
  const flat = from.map((it) => flatten().apply(masking().apply(it)));
  const joined = concatenate().apply([...flat, add().apply(flat)]);
  const net = await model({ inputs: from, outputs: dense(1).apply(joined), seed: 1 });
  net.compile({ optimizer: sgd(), loss: "meanSquaredError" });
  const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const { history } = await net.fit({ x: [data, data], y: targets });
  expect(history.loss?.[0]).toBeLessThan(10);
});

test("a layer that no gradient reaches has that of its penalty, each step alike", async () => {
  const one = dense({
    units: 2,
    kernelInitializer: "zeros",
    biasInitializer: constant({ value: 1 }),
    biasRegularizer: 0.1,
    name: "one",
  });
  const layers = [one, embedding({ inputDim: 3, outputDim: 2 }), flatten(), dense(1)];
  const net = await sequential({ inputShape: [2], layers });
  net.compile({ optimizer: sgd({ learningRate: 1e-30 }), loss: "meanSquaredError" });
  await net.fit({ x, y: targets }, { epochs: 3, batchSize: 2 });
  const gradient = net.getGradients()["one.bias"]?.data ?? [];
  expect([...gradient].map((it) => it.toFixed(6))).toEqual(["0.200000", "0.200000"]);
});

test("inputs whose rows and numbers disagree are refused", async () => {
  const from = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })] as const;
  const net = await model({ inputs: from, outputs: dense(1).apply(add().apply(...from)) });
  const three = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  for (const given of [three, new Float32Array(7)]) {
    const { code, message } = await rejection(() => net.predict([given, given]));
    expect([code, message]).toEqual(["shapeMismatch", expect.stringContaining("predict: x: a")]);
  }
});

test("the lens shows each use of a layer by its name, and what a dense layer is applied to", async () => {
  const from = input({ shape: [2] });
  const twice = dense({ units: 2, activation: "tanh", name: "twice" });
  const once = twice.apply(from);
  const wide = dense({ units: 3, name: "wide" }).apply(from);
  const outputs = dense({ units: 1, name: "end" }).apply(
    concatenate({ name: "joined" }).apply(twice.apply(once), wide),
  );
  const net = await model({ inputs: from, outputs, seed: 1 });
  net.compile({ optimizer: sgd(), loss: "meanSquaredError" });
  const { layers } = await net.lens({ x, y: targets }, { probeSteps: 1 });
  const folded = layers.map((it) => [it.name, it.representation.folding !== undefined]);
  expect(folded).toEqual([
    ["input", false],
    ["twice", true],
    ["twice:2", true],
    // Its input is not what stands before it in the list.
    ["wide", false],
    ["joined", false],
    ["end", true],
  ]);
  const sequence = input({ shape: [4, 3] });
  const steps = dense({ units: 2, name: "steps" }).apply(sequence);
  const row = await model({ inputs: sequence, outputs: flatten().apply(steps), seed: 1 });
  row.compile({ optimizer: sgd(), loss: "meanSquaredError" });
  const data = {
    x: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
    y: new Float32Array(40),
  };
  const lens = await row.lens(data, { probeSteps: 1 });
  expect(lens.layers.map((it) => [it.name, it.representation.folding])).toEqual([
    ["input", undefined],
    ["steps", undefined],
  ]);
});

test("predict takes large images a few at a time", async () => {
  const { arena } = await engine();
  const layers = [conv2d({ filters: 24, kernelSize: 1 }), globalAveragePooling2d(), dense(1)];
  const net = await sequential({ inputShape: [96, 96, 1], layers });
  const before = arena.used;
  const { shape } = await net.predict(new Float32Array(9 * 96 * 96));
  expect(shape).toEqual([9, 1]);
  // What it has kept is for the next time: 256 images would take 235 MB.
  expect(arena.used - before).toBeLessThan(2 ** 26);
  net.dispose();
});
