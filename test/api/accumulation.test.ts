// Gradient accumulation and the moving average of the weights: what goes on beside the optimizer's steps.

import { describe, expect, test } from "vitest";
import {
  adagrad,
  adam,
  cosineDecay,
  datasets,
  dense,
  loadModel,
  nadam,
  type Optimizer,
  piecewiseConstantDecay,
  rmsprop,
  sequential,
  sgd,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const data = datasets.moons({ samples: 48, noise: 0.2, seed: 5 });

async function make(optimizer: Optimizer, penalty = 0.01) {
  const model = await sequential({
    inputShape: [2],
    seed: 7,
    layers: [
      dense({ units: 5, activation: "tanh", kernelRegularizer: penalty }),
      dense(1, "sigmoid"),
    ],
  });
  model.compile({ optimizer, loss: "binaryCrossentropy" });
  return model;
}
type Model = Awaited<ReturnType<typeof make>>;
const numbers = (of: ReturnType<Model["getWeights"]>) =>
  Object.values(of).flatMap(({ data: it }) => [...it]);

describe("gradientAccumulationSteps", () => {
  const gradientAccumulationSteps = 3;
  const pairs: readonly (readonly [
    string,
    (more?: { gradientAccumulationSteps: number }) => Optimizer,
  ])[] = [
    ["sgd", (more) => sgd({ ...more, learningRate: 0.3 })],
    ["sgd with momentum", (more) => sgd({ ...more, learningRate: 0.3, momentum: 0.9 })],
    ["sgd, clipped by norm", (more) => sgd({ ...more, learningRate: 1, globalClipNorm: 0.01 })],
    ["sgd, clipped by value", (more) => sgd({ ...more, learningRate: 1, clipValue: 0.01 })],
    ["adagrad", (more) => adagrad({ ...more, learningRate: 0.1 })],
    [
      "rmsprop, centered, with momentum",
      (more) => rmsprop({ ...more, momentum: 0.5, centered: true, epsilon: 1e-3 }),
    ],
    ["adam", (more) => adam({ ...more, learningRate: 0.05, epsilon: 1e-3 })],
    ["nadam", (more) => nadam({ ...more, learningRate: 0.05, epsilon: 1e-3 })],
    [
      "sgd under a schedule",
      (more) =>
        sgd({
          ...more,
          learningRate: piecewiseConstantDecay({ boundaries: [1, 3], values: [1, 0.5, 0.1] }),
        }),
    ],
  ];
  test.each(pairs)("makes the updates of batches as large together: %s", async (_, optimizer) => {
    const [large, small] = [
      await make(optimizer()),
      await make(optimizer({ gradientAccumulationSteps })),
    ];
    await large.fit(data, { epochs: 4, batchSize: 12 });
    await small.fit(data, { epochs: 4, batchSize: 4 });
    expect(numbers(small.getWeights())).toBeNear(numbers(large.getWeights()), {
      relative: 2e-4,
      absolute: 2e-5,
    });
  });

  test("leaves the weights alone until all gradients are there", async () => {
    const model = await make(adam({ gradientAccumulationSteps }));
    const before = model.getWeights();
    await model.step(2, { data, batchSize: 4 });
    expect(model.getWeights()).toEqual(before);
    await model.step(1);
    expect(model.getWeights()).not.toEqual(before);
  });

  test("of 1 changes no bit", async () => {
    const [a, b] = [await make(adam()), await make(adam({ gradientAccumulationSteps: 1 }))];
    for (const model of [a, b]) await model.fit(data, { epochs: 2 });
    expect(a.save()).toEqual(b.save());
  });

  test("goes on after it was saved between two updates", async () => {
    const optimizer = adagrad({ gradientAccumulationSteps, emaMomentum: 0.9 });
    const [whole, part] = [await make(optimizer), await make(optimizer)];
    await whole.fit(data, { epochs: 3, batchSize: 5 });
    await part.step(13, { data, batchSize: 5 });
    const resumed = await loadModel(part.save());
    expect(resumed.hyper).toEqual(part.hyper);
    await resumed.step(17, { data, batchSize: 5 });
    expect(hashModel(resumed)).toBe(hashModel(whole));
    expect(resumed.averagedWeights()).toEqual(whole.averagedWeights());
  });

  test("leaves frozen units as they are", async () => {
    const model = await make(adam({ gradientAccumulationSteps, emaMomentum: 0.5 }));
    model.unit("dense_1", 2).frozen = true;
    const column = (of: ReturnType<Model["getWeights"]>) =>
      of["dense_1.weight"]?.rows().map((row) => row[2]);
    const before = column(model.getWeights());
    await model.fit(data, { epochs: 3 });
    expect(column(model.getWeights())).toEqual(before);
    expect(column(model.averagedWeights())).toEqual(before);
  });
});

describe("emaMomentum", () => {
  test("keeps the average of the weights after each update, the first one's to begin with", async () => {
    const model = await make(adam({ learningRate: 0.05, emaMomentum: 0.9 }));
    expect(model.averagedWeights()).toEqual(model.getWeights());
    const m = Math.fround(0.9);
    const rest = Math.fround(1 - m);
    let average: number[] = [];
    for (let step = 0; step < 20; step++) {
      await model.step(1, step === 0 ? { data, batchSize: 8 } : {});
      const weights = numbers(model.getWeights());
      average = weights.map((it, i) =>
        step === 0 ? it : Math.fround(Math.fround((average[i] ?? 0) * m) + Math.fround(it * rest)),
      );
      expect(numbers(model.averagedWeights())).toEqual(average);
    }
  });

  test("does not disturb the training, and begins anew after reset", async () => {
    const [plain, averaged] = [await make(adam()), await make(adam({ emaMomentum: 0.99 }))];
    for (const model of [plain, averaged]) await model.fit(data, { epochs: 3 });
    expect(averaged.getWeights()).toEqual(plain.getWeights());
    const first = averaged.averagedWeights();
    averaged.reset();
    await averaged.fit(data, { epochs: 3 });
    expect(averaged.averagedWeights()).toEqual(first);
    averaged.setWeights(first);
    expect(averaged.getWeights()).toEqual(first);
  });

  test("changes by setHyper, but is not switched on or off", async () => {
    const model = await make(sgd({ learningRate: 0.5, emaMomentum: 0.9 }));
    model.setHyper({ emaMomentum: 0.5 });
    expect(model.hyper.emaMomentum).toBe(0.5);
    const refused = async (optimizer: Optimizer, change: object) =>
      (await rejection(async () => (await make(optimizer)).setHyper(change))).code;
    expect(await refused(sgd(), { emaMomentum: 0.5 })).toBe("invalidArgument");
    expect(await refused(sgd(), { gradientAccumulationSteps: 2 })).toBe("invalidArgument");
    const on = sgd({ gradientAccumulationSteps: 3 });
    expect(await refused(on, { gradientAccumulationSteps: 2 })).toBe("invalidArgument");
  });
});

test("bad options are refused", async () => {
  for (const gradientAccumulationSteps of [0, -1, 1.5, Number.NaN]) {
    expect((await rejection(() => sgd({ gradientAccumulationSteps }))).code).toBe(
      "invalidArgument",
    );
  }
  for (const emaMomentum of [0, 1, -0.5, Number.NaN]) {
    expect((await rejection(() => sgd({ emaMomentum }))).code).toBe("invalidArgument");
  }
  const model = await make(
    sgd({ learningRate: cosineDecay({ initialLearningRate: 1, decaySteps: 9 }) }),
  );
  expect((await rejection(() => model.averagedWeights())).code).toBe("invalidArgument");
});
