// getGradients: what the last step's update was made from, to the bit, and zeros where there was none.

import { describe, expect, test } from "vitest";
import {
  type ArrayPair,
  adam,
  dense,
  loadModel,
  type NdArray,
  type Optimizer,
  type Sequential,
  sequential,
  sgd,
} from "../../src/index.ts";
import { random } from "../support/reference/cases.ts";
import { referenceMlp } from "../support/reference.ts";
import { rejection } from "../support/rejection.ts";

const SAMPLES = 10;
const BATCH = 4;
const x = random(1, SAMPLES * 3, -1, 1).map(Math.fround);
const y = random(2, SAMPLES * 2, -1, 1).map(Math.fround);
const rowsOf = (values: readonly number[], width: number) =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
const data: ArrayPair = { x: rowsOf(x, 3), y: rowsOf(y, 2) };
const options = { data, batchSize: BATCH, shuffle: false };

async function make(optimizer: Optimizer = sgd({ learningRate: 0.25 })): Promise<Sequential> {
  const model = await sequential({
    inputShape: [3],
    seed: 4,
    layers: [
      dense({ units: 5, activation: "tanh", kernelRegularizer: 0.05, name: "first" }),
      dense({ units: 2, useBias: false, name: "second" }),
    ],
  });
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}

const flat = (arrays: Readonly<Record<string, NdArray>>) =>
  Object.values(arrays).flatMap(({ data: values }) => [...values]);

/** The gradients of samples from…to−1 in f64, at a model's weights. */
function expected(model: Sequential, from: number, to: number): number[] {
  const weights = model.getWeights();
  const of = (name: string) => Float64Array.from(weights[name]?.data ?? []);
  const net = referenceMlp({
    inputs: 3,
    loss: "meanSquaredError",
    layers: [
      {
        weight: of("first.weight"),
        bias: of("first.bias"),
        activation: "tanh",
        weightPenalty: { l2: 0.05 },
      },
      { weight: of("second.weight"), activation: "linear" },
    ],
  });
  const { layers } = net.gradients({
    x: x.slice(3 * from, 3 * to),
    t: y.slice(2 * from, 2 * to),
  });
  return layers.flatMap(({ weight, bias }) => [...weight, ...bias]);
}

describe("the gradients", () => {
  test("are those of the last batch, penalties included, by the parameters' names", async () => {
    using model = await make();
    await model.step(2, options);
    const want = expected(model, 8, 10);
    await model.step(1);
    const got = model.getGradients();
    expect(flat(got)).toBeNear(want, { relative: 1e-5, absolute: 1e-7 });
    expect(Object.entries(got).map(([name, { shape }]) => [name, shape])).toEqual([
      ["first.weight", [3, 5]],
      ["first.bias", [5]],
      ["second.weight", [5, 2]],
    ]);
  });
  test("bounded by clipValue are bounded", async () => {
    using model = await make(sgd({ learningRate: 0.25, clipValue: 0.05 }));
    const want = expected(model, 0, 4).map((it) => Math.min(Math.max(it, -0.05), 0.05));
    await model.step(1, options);
    expect(flat(model.getGradients())).toBeNear(want, { relative: 1e-5, absolute: 1e-7 });
    expect(want.filter((it) => Math.abs(it) === 0.05).length).toBeGreaterThan(3);
  });
  test("clipped by their norm have that norm", async () => {
    using model = await make(sgd({ learningRate: 0.25, globalClipNorm: 0.125 }));
    const want = expected(model, 0, 4);
    await model.step(1, options);
    const got = flat(model.getGradients());
    const norm = (values: readonly number[]) => Math.hypot(...values);
    expect(norm(got)).toBeCloseTo(0.125, 6);
    expect(norm(want)).toBeGreaterThan(0.2);
    const scaled = want.map((it) => (it * 0.125) / norm(want));
    expect(got).toBeNear(scaled, { relative: 1e-5, absolute: 1e-7 });
  });
  test.each([
    ["plain", sgd({ learningRate: 0.25 })],
    ["clipped by value", sgd({ learningRate: 0.25, clipValue: 0.05 })],
    ["clipped by norm", sgd({ learningRate: 0.25, globalClipNorm: 0.125 })],
  ])("are what the update took, to the bit, %s", async (_, optimizer) => {
    using model = await make(optimizer);
    await model.step(4, options);
    const before = flat(model.getWeights());
    await model.step(1);
    const gradients = flat(model.getGradients());
    const want = before.map((w, i) => Math.fround(w - Math.fround(0.25 * (gradients[i] ?? 0))));
    expect(flat(model.getWeights())).toEqual(want);
  });
  test("can be read after each batch of a fit, and after it", async () => {
    using model = await make();
    const seen: number[][] = [];
    const callbacks = { onBatchEnd: () => void seen.push(flat(model.getGradients())) };
    const want = expected(model, 0, 4);
    await model.fit(data, { batchSize: BATCH, shuffle: false, callbacks });
    expect(seen[0]).toBeNear(want, { relative: 1e-5, absolute: 1e-7 });
    expect(new Set(seen.map(String)).size).toBe(3);
    expect(flat(model.getGradients())).toEqual(seen[2]);
  });
  test("are copies", async () => {
    using model = await make();
    await model.step(1, options);
    const before = flat(model.getGradients());
    model.getGradients()["first.weight"]?.data.fill(7);
    expect(flat(model.getGradients())).toEqual(before);
  });
});

describe("there are none, but zeros,", () => {
  const zeros = new Array(30).fill(0);
  const trained = async () => {
    const model = await make(adam({ globalClipNorm: 0.1 }));
    await model.step(3, options);
    expect(flat(model.getGradients())).not.toEqual(zeros);
    return model;
  };
  test("before the first step", async () => {
    using model = await make();
    expect(flat(model.getGradients())).toEqual(zeros);
  });
  test("after compile", async () => {
    using model = await trained();
    model.compile({ optimizer: adam(), loss: "huber" });
    expect(flat(model.getGradients())).toEqual(zeros);
  });
  test("after reset", async () => {
    using model = await trained();
    model.reset();
    expect(flat(model.getGradients())).toEqual(zeros);
  });
  test("in a model that was loaded", async () => {
    using model = await trained();
    using loaded = await loadModel(model.save());
    expect(flat(loaded.getGradients())).toEqual(zeros);
  });
  test("after a step that failed", async () => {
    using model = await make(sgd({ learningRate: 1e30 }));
    expect((await rejection(() => model.step(30, options))).code).toBe("notFinite");
    expect(flat(model.getGradients())).toEqual(zeros);
  });
});

test("without compile there are none: notCompiled", async () => {
  using model = await sequential({ inputShape: [2], layers: [dense(1)] });
  expect((await rejection(() => model.getGradients())).code).toBe("notCompiled");
});
test("nor of a model that was disposed: disposed", async () => {
  const model = await make();
  model.dispose();
  expect((await rejection(() => model.getGradients())).code).toBe("disposed");
});
