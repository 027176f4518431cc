// Models of graphs: several inputs and outputs, layers that are applied twice, models as layers. What they
// compute is compared with plain formulas, what they learn with models in a row.

import { describe, expect, test } from "vitest";
import {
  activation,
  adam,
  concatenate,
  dense,
  dropout,
  type Engine,
  flatten,
  input,
  type Layer,
  loadModel,
  type Model,
  model,
  sequential,
  sgd,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const x = [
  [0.1, -0.4],
  [0.9, 0.3],
  [-0.7, 0.5],
  [0.2, 0.8],
  [-0.3, -0.6],
];
const labels = [0, 1, 1, 0, 1];
const values = labels.map((it, i) => [it - 0.2 * i, 0.1 * i]);

const values1 = (it: { readonly data: ArrayLike<number> }) => [...Array.from(it.data)];

describe("a graph of layers in a row", () => {
  const layers = () => [dense(5, "tanh"), dropout(0.2), dense(1, "sigmoid")];

  async function trained(of: (layers: Layer[]) => Promise<Model>): Promise<Model> {
    const it = await of(layers());
    it.compile({ optimizer: adam(), loss: "binaryCrossentropy", metrics: ["accuracy"] });
    await it.fit({ x, y: labels }, { epochs: 4, batchSize: 2 });
    return it;
  }

  test("is the sequential model, bit for bit", async () => {
    const row = await trained((list) => sequential({ inputShape: [2], layers: list, seed: 5 }));
    const graph = await trained((list) => {
      const from = input({ shape: [2] });
      const outputs = list.reduce((value, layer) => layer.apply(value), from);
      return model({ inputs: from, outputs, seed: 5 });
    });
    expect(hashModel(graph)).toBe(hashModel(row));
  });
});

describe("layers applied twice", () => {
  test("have their weights once, and gradients of both uses", async () => {
    const a = input({ shape: [2], name: "a" });
    const b = input({ shape: [2], name: "b" });
    const shared = dense({ units: 3, name: "shared" });
    const out = dense({ units: 1, useBias: false, name: "out" });
    const net = await model({
      inputs: [a, b],
      outputs: [out.apply(shared.apply(a)), out.apply(shared.apply(b))],
    });
    expect(net.parameterCount).toBe(2 * 3 + 3 + 3);
    const rate = 0.1;
    net.compile({ optimizer: sgd({ learningRate: rate }), loss: "meanSquaredError" });
    const before = net.getWeights();
    const [ya, yb] = await net.predict([x, x.map(([p = 0, q = 0]) => [q, p])]);
    // The same as one model on both halves of the data.
    const row = await sequential({
      inputShape: [2],
      layers: [
        dense({ units: 3, name: "shared" }),
        dense({ units: 1, useBias: false, name: "out" }),
      ],
    });
    row.setWeights(before);
    const both = [...x, ...x.map(([p = 0, q = 0]) => [q, p])];
    const y = await row.predict(both);
    expect([...values1(ya as never), ...values1(yb as never)]).toEqual(values1(y));
    row.compile({ optimizer: sgd({ learningRate: 2 * rate }), loss: "meanSquaredError" });
    const ones = x.map(() => [1]);
    await net.fit(
      { x: { b: x.map(([p = 0, q = 0]) => [q, p]), a: x }, y: [ones, ones] },
      { batchSize: 5 },
    );
    await row.fit({ x: both, y: both.map(() => [1]) }, { batchSize: 10, shuffle: false });
    for (const [name, { data }] of Object.entries(row.getWeights())) {
      const got = net.getWeights()[name];
      Array.from(data).forEach((value, i) => {
        expect(Math.abs((got?.data[i] ?? 0) - value), `${name}[${i}]`).toBeLessThan(1e-6);
      });
    }
  });
});

describe("several outputs", () => {
  async function twoHeads(engine?: Engine) {
    const from = input({ shape: [2] });
    const body = dense({ units: 6, activation: "tanh", name: "body" }).apply(from);
    const label = dense({ units: 2, activation: "softmax", name: "label" }).apply(body);
    const value = dense({ units: 2, name: "value" }).apply(body);
    const net = await model({
      inputs: from,
      outputs: [label, value],
      seed: 3,
      ...(engine && { engine }),
    });
    net.compile({
      optimizer: sgd({ learningRate: 0.1 }),
      loss: { label: "sparseCategoricalCrossentropy", value: "meanSquaredError" },
      lossWeights: { value: 0.25 },
      metrics: { label: ["accuracy"], value: ["mae"] },
    });
    return net;
  }

  test("have losses and metrics of their own, and a sum by weights", async () => {
    const net = await twoHeads();
    const logs = await net.evaluate({ x, y: { value: values, label: labels } });
    const [p, v] = await net.predict(x);
    const crossentropy =
      labels.reduce((sum, label, i) => sum - Math.log(p?.data[i * 2 + label] ?? 0), 0) / 5;
    const flat = values.flat();
    const squares = flat.reduce((sum, it, i) => sum + (it - (v?.data[i] ?? 0)) ** 2, 0) / 10;
    const distance = flat.reduce((sum, it, i) => sum + Math.abs(it - (v?.data[i] ?? 0)), 0) / 10;
    const hits = labels.filter((it, i) => (p?.data[2 * i + it] ?? 0) > 0.5).length / 5;
    expect(Object.keys(logs)).toEqual([
      "loss",
      "label_loss",
      "label_accuracy",
      "value_loss",
      "value_mae",
    ]);
    expect(logs.label_loss).toBeCloseTo(crossentropy, 5);
    expect(logs.value_loss).toBeCloseTo(squares, 5);
    expect(logs.value_mae).toBeCloseTo(distance, 5);
    expect(logs.label_accuracy).toBeCloseTo(hits, 5);
    expect(logs.loss).toBeCloseTo(crossentropy + 0.25 * squares, 5);
  });

  test("send the sum of their gradients back", async () => {
    const net = await twoHeads();
    const weights = () => net.weight("body.weight");
    const data = { x, y: [labels, values] };
    const at = weights().get(1, 2);
    await net.fit(data, { batchSize: 5, shuffle: false });
    const step = (at - weights().get(1, 2)) / Math.fround(0.1);
    net.reset();
    const h = 1e-2;
    const lossAt = async (value: number) => {
      weights().set(value, 1, 2);
      return (await net.evaluate(data)).loss ?? 0;
    };
    const slope = ((await lossAt(at + h)) - (await lossAt(at - h))) / (2 * h);
    expect(step).toBeCloseTo(slope, 3);
  });

  test("are saved and go on to the same bits", async () => {
    const one = await twoHeads();
    const two = await twoHeads();
    const data = { x, y: [labels, values] };
    await one.fit(data, { epochs: 4, batchSize: 2 });
    await two.fit(data, { epochs: 2, batchSize: 2 });
    const again = await loadModel(two.save());
    await again.fit(data, { epochs: 2, batchSize: 2 });
    expect(hashModel(again)).toBe(hashModel(one));
    expect(again.save().json).toBe(one.save().json);
  });

  test("an output that another layer reads keeps its values", async () => {
    const from = input({ shape: [3] });
    const middle = dense(8, "relu").apply(from);
    const end = dense(3).apply(dense(8, "relu").apply(dense(8, "relu").apply(middle)));
    const net = await model({ inputs: from, outputs: [middle, end] });
    const alone = await model({ inputs: from, outputs: middle });
    alone.setWeights(Object.fromEntries(Object.entries(net.getWeights()).slice(0, 2)));
    const row = [[0.3, -0.2, 0.9]];
    expect(values1((await net.predict(row))[0] as never)).toEqual(
      values1(await alone.predict(row)),
    );
  });
});

test("the summary of several inputs shows how they come apart", async () => {
  const [a, b] = [input({ shape: [3] }), input({ shape: [2] })];
  const joined = concatenate().apply(dense(4).apply(b), a);
  const net = await model({ inputs: [a, b], outputs: dense(1).apply(joined) });
  expect(net.summary()).toContain("split");
});

describe("sequences of labels", () => {
  test("each step is a row of its own: loss, accuracy and gradient", async () => {
    for (const classes of [3, 4]) {
      const net = await sequential({
        inputShape: [5, 2],
        layers: [dense(classes, "softmax")],
        seed: 2,
      });
      net.compile({
        optimizer: sgd(),
        loss: "sparseCategoricalCrossentropy",
        metrics: ["accuracy"],
      });
      const steps = [0, 1, 2].map((n) =>
        [0, 1, 2, 3, 4].map((t) => [Math.sin(n + t), Math.cos(n * t)]),
      );
      const y = steps.map((_, n) => [0, 1, 2, 3, 4].map((t) => (n + t) % classes));
      const p = await net.predict(steps);
      const logs = await net.evaluate({ x: steps, y });
      const target = y.flat();
      const loss =
        target.reduce((sum, it, i) => sum - Math.log(p.data[i * classes + it] ?? 0), 0) / 15;
      expect(logs.loss).toBeCloseTo(loss, 5);
      const before = logs.loss ?? 0;
      await net.fit({ x: steps, y, sampleWeight: [1, 2, 0.5] }, { epochs: 200, batchSize: 3 });
      expect((await net.evaluate({ x: steps, y })).loss).toBeLessThan(before);
    }
  });
});

describe("models as layers", () => {
  test("start from the weights of the model, frozen if it says so", async () => {
    const base = await sequential({
      inputShape: [2],
      seed: 9,
      layers: [dense(4, "tanh"), dense(3, "tanh")],
    });
    base.trainable = false;
    const from = input({ shape: [2] });
    const net = await model({ inputs: from, outputs: dense(1).apply(base.apply(from)), seed: 1 });
    const [w] = Object.values(base.getWeights());
    expect(values1(Object.values(net.getWeights())[0] as never)).toEqual(values1(w as never));
    expect(net.parameterCount).toBe(4);
    net.compile({ optimizer: adam({ learningRate: 0.1 }), loss: "meanSquaredError" });
    await net.fit({ x, y: labels }, { epochs: 5 });
    const after = Object.values(net.getWeights());
    expect(values1(after[0] as never)).toEqual(values1(w as never));
    const again = await loadModel(net.save());
    expect(values1(await again.predict(x))).toEqual(values1(await net.predict(x)));
    expect(Object.keys(net.getGradients())).toEqual(["dense_3.weight", "dense_3.bias"]);
  });
});

describe("graphs that can't be made", () => {
  const from = input({ shape: [2], name: "pixels" });
  const one = dense(1).apply(from);
  const bad: Readonly<Record<string, readonly [code: string, () => unknown]>> = {
    "an input that is missing": [
      "invalidArgument",
      () => model({ inputs: input({ shape: [1] }), outputs: one }),
    ],
    "an input that is none": ["invalidArgument", () => model({ inputs: one, outputs: one })],
    "an input twice": ["invalidArgument", () => model({ inputs: [from, from], outputs: one })],
    "no outputs": ["invalidArgument", () => model({ inputs: from, outputs: [] })],
    "a layer in the place of a value": ["invalidArgument", () => dense(1).apply(dense(1) as never)],
    "a layer applied to two values": ["invalidArgument", () => dense(1).apply(from, one)],
    "a shared layer on two widths": [
      "shapeMismatch",
      () => {
        const layer = dense(3);
        return model({ inputs: from, outputs: layer.apply(layer.apply(from)) });
      },
    ],
    "a graph that is an input alone": [
      "invalidArgument",
      () => model({ inputs: from, outputs: from }),
    ],
  };
  for (const [name, [code, run]] of Object.entries(bad)) {
    test(`${name}: ${code}`, async () => {
      expect((await rejection(async () => run())).code).toBe(code);
    });
  }

  test("data for other inputs and outputs is refused, with their names", async () => {
    const other = input({ shape: [1] });
    const net = await model({
      inputs: [from, other],
      outputs: [one, activation("tanh").apply(flatten().apply(other))],
    });
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const col = x.map(() => [1]);
    const calls = {
      "an input missing": { x: [x], y: [col, col] },
      "a name of no input": { x: { pixels: x, colour: col }, y: [col, col] },
      "samples that differ": { x: [x, col.slice(1)], y: [col, col] },
      "an output missing": { x: [x, col], y: [col] },
    };
    const codes = [];
    for (const data of Object.values(calls))
      codes.push((await rejection(() => net.fit(data))).code);
    expect(codes).toEqual(["invalidArgument", "unknownName", "shapeMismatch", "invalidArgument"]);
    await net.fit({ x: [x, col], y: [col, col] });
  });
});
