// Whole trainings with every layer that draws random numbers: the same bits on threads, after a
// replay, and when they were interrupted, saved and loaded.

import { afterAll, describe, expect, test } from "vitest";
import {
  activation,
  activityRegularization,
  adam,
  alphaDropout,
  dense,
  type Engine,
  flatten,
  gaussianDropout,
  gaussianNoise,
  type Layer,
  loadModel,
  randomBrightness,
  randomContrast,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
  rescaling,
  type Sequential,
  sequential,
  sparsity,
  spatialDropout2d,
} from "../../src/index.ts";
import { createEngine } from "../../src/runtime/engine.ts";
import { hashModel } from "../support/hash.ts";
import { draw } from "../support/layer.ts";

const [samples, height, width, channels] = [23, 5, 6, 3];
const size = height * width * channels;
const x = Array.from({ length: samples }, (_, i) => Array.from(draw(size, i + 1)));
const y = Array.from({ length: samples }, (_, i) => (i * 7) % 3);
const data = { x, y };

async function model(seed: number, engine?: Engine): Promise<Sequential> {
  const valueRange = [-1, 1] as const;
  const it = await sequential({
    inputShape: [height, width, channels],
    seed,
    ...(engine && { engine }),
    layers: [
      // Parameters below make gradients go through all that follows.
      dense(channels, "tanh"),
      randomFlip(),
      randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 }),
      randomRotation({ factor: 0.1, fillMode: "constant" }),
      randomZoom({ heightFactor: 0.2, fillMode: "nearest" }),
      randomContrast({ factor: 0.3, valueRange }),
      randomBrightness({ factor: 0.1, valueRange }),
      rescaling({ scale: 2, offset: 0.5 }),
      spatialDropout2d(0.3),
      gaussianNoise(0.1),
      flatten(),
      dense(9, "sigmoid"),
      sparsity({ target: 0.3, weight: 0.01 }),
      gaussianDropout(0.2),
      dense(8, "selu"),
      activityRegularization({ l1: 0.001, l2: 0.001 }),
      alphaDropout(0.1),
      dense(3),
      activation("softmax"),
    ],
  });
  it.compile({ optimizer: adam(), loss: "sparseCategoricalCrossentropy" });
  return it;
}

const threaded = async (threads: number) =>
  Object.assign(await createEngine({ threads }), { operationsPerThread: 1 });

describe("a training with noise", () => {
  const engines: Engine[] = [];
  afterAll(() => Promise.all(engines.map((it) => it.dispose())));
  const options = { epochs: 4, batchSize: 10 };

  test("gives the same bits when it is interrupted, saved and loaded, in the midst of an epoch too", async () => {
    const whole = await model(1);
    await whole.step(12, { data, batchSize: 10 });
    for (const steps of [3, 5]) {
      const first = await model(1);
      await first.step(steps, { data, batchSize: 10 });
      const second = await loadModel(first.save());
      await second.step(12 - steps, { data, batchSize: 10 });
      expect(hashModel(second)).toBe(hashModel(whole));
      first.dispose();
      second.dispose();
    }
    whole.dispose();
  });
  test("gives the same bits on 1 and 3 threads, twice; others with another seed", async () => {
    const hashes: string[] = [];
    for (const threads of [1, 3, 3]) {
      const engine = await threaded(threads);
      engines.push(engine);
      const it = await model(2, engine);
      await it.fit(data, options);
      hashes.push(hashModel(it));
      it.dispose();
    }
    expect(new Set(hashes).size).toBe(1);
    const other = await model(3);
    await other.fit(data, options);
    expect(hashes).not.toContain(hashModel(other));
    other.dispose();
  });
  test("goes through the activation below: layers that happen to change nothing change no gradient", async () => {
    const gradients = async (...between: Layer[]) => {
      const it = await sequential({
        inputShape: [height, width, channels],
        seed: 6,
        layers: [dense(channels), activation("tanh"), ...between, flatten(), dense(1)],
      });
      it.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      await it.step(1, { data: { x, y: y.map((it) => [it]) }, batchSize: 10 });
      const all = Object.entries(it.getGradients()).map(([name, { data }]) => [name, data]);
      it.dispose();
      return all;
    };
    const expected = await gradients();
    const none = { heightFactor: 0, widthFactor: 0 };
    for (const layer of [
      gaussianNoise(0),
      gaussianDropout(0),
      alphaDropout(0),
      spatialDropout2d(0),
      randomTranslation(none),
      randomZoom(none),
      randomRotation({ factor: 0 }),
      randomBrightness({ factor: 0, valueRange: [-2, 2] }),
      rescaling({ scale: 1 }),
      activityRegularization(),
      sparsity({ weight: 0 }),
    ]) {
      expect(await gradients(layer)).toEqual(expected);
    }
  });
  test("leaves prediction and evaluation without noise", async () => {
    const it = await model(4);
    await it.fit(data, { epochs: 1 });
    expect((await it.predict(x)).data).toEqual((await it.predict(x)).data);
    expect(await it.evaluate(data)).toEqual(await it.evaluate(data));
    it.dispose();
  });
});
