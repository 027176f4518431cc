// Training that diverges: where it is noticed, what is kept, and that the model trains on.

import { describe, expect, test } from "vitest";
import {
  type ActivationName,
  adam,
  dense,
  type Optimizer,
  type Sequential,
  sequential,
  sgd,
  type TrainingData,
} from "../../src/index.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

const SAMPLES = 24;
const BATCH = 5;
const x = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / SAMPLES]);
const data = { x, y: x.map(([a = 0, b = 0]) => [a - b]) };

async function make(
  optimizer: Optimizer,
  f: ActivationName = "linear",
  head: ActivationName = "linear",
): Promise<Sequential> {
  const layers = [
    dense({ units: 6, activation: f, name: "first" }),
    dense({ units: 1, activation: head, name: "second" }),
  ];
  const model = await sequential({ inputShape: [3], seed: 2, layers });
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}

/** What fit rejects with. */
const failureOf = (model: Sequential, given: TrainingData = data) =>
  rejection(() => model.fit(given, { epochs: 200, batchSize: BATCH }));

/** Each step's loss goes up until it is infinite, or a weight is. */
const diverging: Readonly<Record<string, () => Promise<Sequential>>> = {
  "a linear net": () => make(sgd({ learningRate: 3 })),
  "a linear net with momentum": () => make(sgd({ learningRate: 0.5, momentum: 0.9 })),
  "a net with exponentials": () => make(sgd({ learningRate: 0.5 }), "exponential"),
  "a relu net": () => make(sgd({ learningRate: 5 }), "relu"),
  "a net with a penalty": async () => {
    const layers = [dense({ units: 1, kernelRegularizer: 4, name: "only" })];
    const model = await sequential({ inputShape: [3], layers });
    model.compile({ optimizer: sgd({ learningRate: 10 }), loss: "meanSquaredError" });
    return model;
  },
};

describe("training that diverges", () => {
  for (const [name, model] of Object.entries(diverging)) {
    test(`rejects: ${name}`, async () => {
      expect((await failureOf(await model())).code).toBe("notFinite");
    });
    test(`names layer, role, step and epoch: ${name}`, async () => {
      const { details } = await failureOf(await model());
      const { layer, role, step, epoch } = details;
      expect(layer).toMatch(/^(first|second|only|loss|optimizer)$/);
      expect(role).toEqual(expect.any(String));
      expect(epoch).toBe(Math.floor(Number(step) / Math.ceil(SAMPLES / BATCH)));
    });
    test(`keeps the weights of the last step with a finite loss: ${name}`, async () => {
      const [failed, again] = [await model(), await model()];
      await failureOf(failed);
      const { step } = failed.position;
      const { loss } = await again.step(step, { data, batchSize: BATCH });
      expect([hashModel(again), Number.isFinite(loss)]).toEqual([hashModel(failed), true]);
    });
    test(`keeps weights with a finite loss: ${name}`, async () => {
      const failed = await model();
      await failureOf(failed);
      // The next batch, as the run would have taken it, with a rate that changes nothing.
      failed.setHyper({ learningRate: 1e-37 });
      const { loss } = await failed.step(1, { data, batchSize: BATCH });
      expect(loss).toBeLessThan(Number.POSITIVE_INFINITY);
    });
    test(`fails again at the same step if nothing is changed: ${name}`, async () => {
      const failed = await model();
      const [first, second] = [await failureOf(failed), await failureOf(failed)];
      expect(second.details).toEqual(first.details);
    });
  }
  test("leaves a model that trains on with a lower rate", async () => {
    const model = await make(sgd({ learningRate: 1e25 }));
    await failureOf(model);
    model.setHyper({ learningRate: 0.1 });
    const { history } = await model.fit(data, { epochs: 30, batchSize: BATCH });
    expect(history.loss?.at(-1)).toBeLessThan(0.05);
  });
});

describe("a failing loss", () => {
  /** Step 0 sends the weights so far that step 1 overflows. */
  const model = () => make(sgd({ learningRate: 1e25 }));

  test("is found in the forward pass of the step after", async () => {
    const { details } = await failureOf(await model());
    expect(details).toMatchObject({ step: 1, epoch: 0, layer: "second", role: "forward" });
  });
  test("leaves the weights that the step before began with", async () => {
    const it = await model();
    const before = hashWeights(it);
    await failureOf(it);
    expect([hashWeights(it), it.position]).toEqual([before, { step: 0, epoch: 0, cursor: 0 }]);
  });
  test("leaves them too where steps are taken one by one", async () => {
    const it = await model();
    const before = hashWeights(it);
    await it.step(1, { data, batchSize: BATCH });
    expect((await rejection(() => it.step(1))).code).toBe("notFinite");
    expect([hashWeights(it), it.position.step]).toEqual([before, 0]);
  });
  test("leaves them too in a stream of batches", async () => {
    const it = await model();
    const before = hashWeights(it);
    const batches = [0, 1, 2].map((i) => ({ x: x.slice(i, i + 4), y: data.y.slice(i, i + 4) }));
    expect((await rejection(() => it.fit(batches))).details).toMatchObject({ step: 1 });
    expect([hashWeights(it), it.position]).toEqual([before, { step: 0, epoch: 0, cursor: 0 }]);
  });
  test("leaves them too in a stream whose batches grow", async () => {
    const it = await model();
    const before = hashWeights(it);
    const batches = [4, 8].map((n) => ({ x: x.slice(0, n), y: data.y.slice(0, n) }));
    expect((await rejection(() => it.fit(batches))).details).toMatchObject({ step: 1 });
    expect(hashWeights(it)).toBe(before);
  });
  test("leaves them too where a callback sets the rate before every batch", async () => {
    const it = await make(sgd({ learningRate: 1 }));
    const before = hashWeights(it);
    const onEpochBegin = () => it.setHyper({ learningRate: 1e25 });
    const onBatchEnd = () => it.setHyper({ learningRate: 2e25 });
    const run = () => it.fit(data, { batchSize: BATCH, callbacks: { onEpochBegin, onBatchEnd } });
    expect((await rejection(run)).details).toMatchObject({ step: 1 });
    expect(hashWeights(it)).toBe(before);
  });
  test("after another training in between leaves that one's weights", async () => {
    const it = await make(sgd({ learningRate: 0.01 }));
    await it.step(2, { data, batchSize: BATCH });
    await it.fit(data, { epochs: 3, batchSize: 7, shuffle: false });
    const before = hashWeights(it);
    it.setHyper({ learningRate: 1e25 });
    expect((await rejection(() => it.step(5))).code).toBe("notFinite");
    expect(hashWeights(it)).toBe(before);
  });
});

describe("a failing update", () => {
  /** The gradients are finite, times the rate they are not. */
  const model = () => make(sgd({ learningRate: 3e38 }));

  test("is found in the optimizer", async () => {
    const { details } = await failureOf(await model());
    expect(details).toMatchObject({ step: 0, epoch: 0, layer: "optimizer", role: "sgd" });
  });
  test("leaves the weights that the step began with", async () => {
    const it = await model();
    const before = hashModel(it);
    await failureOf(it);
    expect(hashModel(it)).toBe(before);
  });
  test("in a later epoch leaves the weights of the step before", async () => {
    const [it, alone] = [await make(adam()), await make(adam())];
    await alone.fit(data, { epochs: 2, batchSize: BATCH });
    await it.fit(data, { epochs: 2, batchSize: BATCH });
    it.setHyper({ learningRate: 3e38 });
    await failureOf(it);
    expect([hashWeights(it), it.position]).toEqual([hashWeights(alone), alone.position]);
  });
});

// Only a step that takes longer than a slice is run in pieces; the bounds-checked kernel would take minutes.
test.skipIf(kernelName === "check")(
  "a rate that is set in the middle of a long step, too high, leaves finite weights",
  async () => {
    const layers = Array.from({ length: 12 }, () => dense(256, "relu"));
    const model = await sequential({ inputShape: [256], layers });
    model.compile({ optimizer: sgd({ learningRate: 1e-6 }), loss: "meanSquaredError" });
    const rows = Array.from({ length: 512 }, (_, i) => new Float32Array(256).fill(i / 512));
    const training = { x: rows, y: rows };
    const timer = setTimeout(() => model.setHyper({ learningRate: 3e38 }), 30);
    const run = () => model.fit(training, { epochs: 500, batchSize: 512 });
    expect((await rejection(run)).code).toBe("notFinite");
    clearTimeout(timer);
    model.setHyper({ learningRate: 1e-6 });
    const { history } = await model.fit(training, { batchSize: 512 });
    expect(history.loss?.every(Number.isFinite)).toBe(true);
  },
);

describe("numbers at the edge", () => {
  test("a sample too large for the loss rejects at step 0 and changes nothing", async () => {
    const it = await make(sgd());
    const before = hashModel(it);
    const huge = { x: x.map((row) => row.map((v) => v * 1e38)), y: data.y };
    const { code, details } = await failureOf(it, huge);
    expect([code, details.step, hashModel(it)]).toEqual(["notFinite", 0, before]);
  });
  test("evaluate reports a loss that is not finite as NaN", async () => {
    const it = await make(sgd());
    const huge = { x: x.map((row) => row.map((v) => v * 1e38)), y: data.y };
    expect(await it.evaluate(huge)).toEqual({ loss: Number.NaN });
  });
  test("a validation loss that is not finite doesn't stop training", async () => {
    const it = await make(sgd());
    const huge = { x: x.map((row) => row.map((v) => v * 1e38)), y: data.y };
    const { history } = await it.fit(data, { epochs: 2, validationData: huge });
    expect([history.loss?.every(Number.isFinite), history.valLoss]).toEqual([
      true,
      [Number.NaN, Number.NaN],
    ]);
  });
});
