// Nets with normalization as they are trained, saved and used: PyTorch's runs, moving averages that are kept,
// bits that depend neither on threads nor on a stop.

import { describe, expect, test } from "vitest";
import {
  activation,
  adam,
  batchNormalization,
  dense,
  type Engine,
  groupNormalization,
  type Layer,
  layerNormalization,
  loadModel,
  prelu,
  rmsNormalization,
  type Sequential,
  sequential,
  sgd,
} from "../../src/index.ts";
import { createEngine } from "../../src/runtime/engine.ts";
import * as golden from "../support/golden/normalization.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const { x, t } = golden.data();
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => [...x.subarray(3 * i, 3 * i + 3)]);
const data = { x: rows(24), y: [...t].map((it) => [it]) };

async function goldenRun(layer: Layer) {
  const layers = [dense(5), layer, activation("tanh"), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [3], layers });
  model.setWeights(golden.weights());
  const { learningRate } = golden;
  model.compile({ optimizer: sgd({ learningRate }), loss: "binaryCrossentropy" });
  const losses: number[] = [];
  const onBatchEnd = (_: number, { loss = Number.NaN }, control: { stop(): void }) => {
    losses.push(loss);
    if (losses.length === 20) control.stop();
  };
  const { batchSize } = golden;
  await model.fit(data, { batchSize, shuffle: false, epochs: 7, callbacks: { onBatchEnd } });
  const weight = (name: string) => [...(model.getWeights()[`it.${name}`]?.data ?? [])];
  return { losses, weight, predictions: [...(await model.predict(rows(6))).data] };
}

describe("20 steps of SGD are PyTorch's", () => {
  const near = { relative: 1e-4, absolute: 1e-5 };
  test("with batch normalization, and so are its averages and what it predicts by them", async () => {
    const { momentum, batchNorm } = golden;
    const run = await goldenRun(batchNormalization({ momentum, name: "it" }));
    expect(run.losses).toBeNear(batchNorm.losses, near);
    expect(run.weight("gamma")).toBeNear(batchNorm.gamma, near);
    expect(run.weight("beta")).toBeNear(batchNorm.beta, near);
    expect(run.weight("movingMean")).toBeNear(batchNorm.mean, near);
    expect(run.weight("movingVariance")).toBeNear(batchNorm.variance, near);
    expect(run.predictions).toBeNear(batchNorm.predictions, near);
  });
  test("with layer normalization", async () => {
    const { layerNorm } = golden;
    const run = await goldenRun(layerNormalization({ name: "it" }));
    expect(run.losses).toBeNear(layerNorm.losses, near);
    expect(run.weight("gamma")).toBeNear(layerNorm.gamma, near);
    expect(run.weight("beta")).toBeNear(layerNorm.beta, near);
    expect(run.predictions).toBeNear(layerNorm.predictions, near);
  });
});

describe("the gradient behind an activation is that of the loss", () => {
  const layers: readonly Layer[] = [
    layerNormalization(),
    rmsNormalization({ epsilon: 0.1 }),
    groupNormalization({ groups: 1 }),
    batchNormalization({ trainable: false }),
    prelu({ alphaInitializer: "ones" }),
  ];
  for (const layer of layers) {
    test(layer.type, async () => {
      const stack = [dense(5, "tanh"), layer, dense(1, "tanh")];
      const model = await sequential({ inputShape: [3], layers: stack, seed: 3 });
      model.compile({ optimizer: sgd({ learningRate: 1e-30 }), loss: "meanSquaredError" });
      await model.step(1, { data, batchSize: 24 });
      const gradient = [...(model.getGradients()["dense_1.weight"]?.data ?? [])];
      const weights = model.getWeights()["dense_1.weight"]?.data ?? new Float32Array(0);
      const lossAt = async (i: number, value: number) => {
        model.setWeights({ "dense_1.weight": weights.map((it, j) => (i === j ? value : it)) });
        return (await model.evaluate(data)).loss ?? Number.NaN;
      };
      const slopeOver = async (i: number, w: number, h: number) =>
        ((await lossAt(i, w + h)) - (await lossAt(i, w - h))) / (2 * h);
      const slopes: number[] = [];
      for (const [i, w] of weights.entries()) {
        // Richardson's: steps that f32 can tell apart, and still no error but of their fourth power.
        const [far, near] = [await slopeOver(i, w, 1 / 32), await slopeOver(i, w, 1 / 64)];
        slopes.push((4 * near - far) / 3);
      }
      expect(gradient).toBeNear(slopes, { absolute: 5e-5 });
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.02);
    });
  }
});

/** Every layer, also with a regularizer, on odd widths. */
async function make(engine?: Engine): Promise<Sequential> {
  const layers = [
    dense(6, "tanh"),
    batchNormalization({ gammaRegularizer: 0.01 }),
    prelu({ alphaInitializer: "ones", alphaRegularizer: { l1: 0.01 } }),
    dense(6),
    groupNormalization({ groups: 2 }),
    layerNormalization(),
    dense(5, "relu"),
    rmsNormalization(),
    batchNormalization({ center: false, scale: false, momentum: 0.5 }),
    dense(1, "sigmoid"),
  ];
  const model = await sequential({ inputShape: [3], seed: 4, layers, ...(engine && { engine }) });
  model.compile({ optimizer: adam(), loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}
/** The last batch has 4 rows. */
const train = (model: Sequential, epochs: number) => model.fit(data, { batchSize: 10, epochs });

describe("a model with normalization", () => {
  test("learns", async () => {
    const model = await make();
    const { loss = Number.NaN } = await model.evaluate(data);
    await train(model, 200);
    expect((await model.evaluate(data)).loss).toBeLessThan(loss / 2);
  });
  test("keeps its moving averages when it is saved and loaded", async () => {
    const model = await make();
    await train(model, 3);
    const loaded = await loadModel(model.save());
    expect(loaded.getWeights()).toEqual(model.getWeights());
    expect(hashModel(loaded)).toBe(hashModel(model));
    expect((await loaded.predict(rows(24))).data).toEqual((await model.predict(rows(24))).data);
    const moved = model.getWeights()["batchNormalization_1.movingMean"]?.data ?? [];
    expect([...moved].every((it) => it !== 0)).toBe(true);
  });
  test("ends on the bits of the unbroken run when it is stopped, saved, loaded, resumed", async () => {
    const [whole, part] = [await make(), await make()];
    await train(whole, 4);
    await part.step(5, { data, batchSize: 10 });
    const resumed = await loadModel(part.save());
    await train(resumed, 3);
    expect(hashModel(resumed)).toBe(hashModel(whole));
  });
  test("has the same bits on two threads and on three", async () => {
    const alone = await make();
    await train(alone, 5);
    for (const threads of [2, 3]) {
      const engine = Object.assign(await createEngine({ threads }), { operationsPerThread: 1 });
      try {
        const model = await make(engine);
        await train(model, 5);
        expect(hashWeights(model)).toBe(hashWeights(alone));
      } finally {
        await engine.dispose();
      }
    }
  }, 30_000);
  test("begins anew with its first averages when it is reset", async () => {
    const model = await make();
    await train(model, 2);
    const first = hashModel(model);
    model.reset();
    await train(model, 2);
    expect(hashModel(model)).toBe(first);
  });
  test("has the averages of before when a step fails", async () => {
    const model = await make();
    await train(model, 2);
    const before = model.getWeights();
    model.setWeights({ "dense_3.weight": before["dense_3.weight"]?.data.map(() => 3e38) ?? [] });
    const weights = model.getWeights();
    expect((await rejection(() => train(model, 1))).code).toBe("notFinite");
    expect(model.getWeights()).toEqual(weights);
  });
  test("evaluates and predicts a sample alike, whatever comes with it", async () => {
    const model = await make();
    await train(model, 3);
    const all = (await model.predict(rows(24))).data;
    expect((await model.predict(rows(1))).data[0]).toBe(all[0]);
    const before = model.getWeights();
    const { accuracy } = await model.evaluate(data);
    const right = [...all].filter((it, i) => it > 0.5 === (t[i] ?? 0) > 0.5).length / 24;
    expect(accuracy).toBeCloseTo(right, 6);
    expect(model.getWeights()).toEqual(before);
  });
});

test("a layer that is not trainable stays as it is while the others learn, also when loaded", async () => {
  const layers = [dense(4), batchNormalization({ trainable: false, name: "it" }), dense(1)];
  const model = await sequential({ inputShape: [3], layers });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  for (const it of [model, await loadModel(model.save())]) {
    const before = it.getWeights();
    await it.fit(data, { epochs: 1 });
    const after = it.getWeights();
    for (const name of ["gamma", "beta", "movingMean", "movingVariance"]) {
      expect(after[`it.${name}`]).toEqual(before[`it.${name}`]);
    }
    expect(after["dense_1.weight"]).not.toEqual(before["dense_1.weight"]);
  }
});

test("a layer without gamma and beta at the model's start still moves its averages", async () => {
  const layers = [batchNormalization({ center: false, scale: false, name: "it" }), dense(1)];
  const model = await sequential({ inputShape: [3], layers });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  await model.fit(data, { epochs: 300, batchSize: 24 });
  const mean = [0, 1, 2].map((c) => data.x.reduce((sum, row) => sum + (row[c] ?? 0) / 24, 0));
  // 0.99³⁰⁰ of what it began with is left.
  const share = 1 - 0.99 ** 300;
  const moved = model.getWeights()["it.movingMean"]?.data ?? [];
  expect(moved).toBeNear(
    mean.map((it) => it * share),
    { relative: 1e-4 },
  );
});
