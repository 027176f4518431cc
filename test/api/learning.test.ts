// Models learn: each data set by a small net, each kind of task, and what fit and evaluate report.

import { describe, expect, test } from "vitest";
import { datasetNames } from "../../src/data/datasets/index.ts";
import {
  type Activation,
  type ActivationName,
  adam,
  type Dataset,
  datasets,
  dense,
  type LossName,
  type MetricName,
  type Sequential,
  sequential,
} from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";

/** The bounds-checked kernel is slow: there models only begin to learn. */
const checked = kernelName === "check";

interface Task {
  readonly data: () => Dataset;
  readonly hidden: readonly (readonly [units: number, activation: ActivationName | Activation])[];
  readonly epochs: number;
  /** Held-out accuracy, or R², that must be reached. */
  readonly reached: number;
}

const DATASETS = {
  circles: {
    data: () => datasets.circles({ seed: 1, noise: 0.05 }),
    hidden: [
      [8, "tanh"],
      [8, "tanh"],
    ],
    epochs: 60,
    reached: 0.97,
  },
  rings: {
    data: () => datasets.rings({ seed: 2, rings: 3 }),
    hidden: [[16, "relu"]],
    epochs: 80,
    reached: 0.95,
  },
  xor: { data: () => datasets.xor({ seed: 3 }), hidden: [[6, "tanh"]], epochs: 40, reached: 0.97 },
  gaussians: {
    data: () => datasets.gaussians({ seed: 4, classes: 4 }),
    hidden: [],
    epochs: 30,
    reached: 0.9,
  },
  moons: {
    data: () => datasets.moons({ seed: 5, noise: 0.1 }),
    hidden: [[8, "gelu"]],
    epochs: 40,
    reached: 0.97,
  },
  spiral: {
    data: () => datasets.spiral({ seed: 6 }),
    hidden: [
      [16, "sine"],
      [16, "tanh"],
    ],
    epochs: 100,
    reached: 0.95,
  },
  checkerboard: {
    data: () => datasets.checkerboard({ seed: 7, samples: 1000 }),
    hidden: [
      [24, "sine"],
      [16, "tanh"],
    ],
    epochs: 100,
    reached: 0.85,
  },
  plane: { data: () => datasets.plane({ seed: 8 }), hidden: [], epochs: 30, reached: 0.99 },
  hills: {
    data: () => datasets.hills({ seed: 9 }),
    hidden: [
      [16, "tanh"],
      [16, "tanh"],
    ],
    epochs: 80,
    reached: 0.9,
  },
  sine: {
    data: () => datasets.sine({ seed: 10 }),
    hidden: [
      [16, "tanh"],
      [16, "tanh"],
    ],
    epochs: 80,
    reached: 0.95,
  },
} as const satisfies Readonly<Record<string, Task>>;

/** A model for the data's task, compiled. */
async function modelFor(data: Dataset, hidden: Task["hidden"]): Promise<Sequential> {
  const { task, classes } = data;
  const [units, head, loss, metric] = (
    task === "regression"
      ? [1, "linear", "meanSquaredError", "r2"]
      : classes === 2
        ? [1, "sigmoid", "binaryCrossentropy", "accuracy"]
        : [classes, "softmax", "sparseCategoricalCrossentropy", "accuracy"]
  ) as readonly [number, ActivationName, LossName, MetricName];
  const layers = [...hidden.map(([width, f]) => dense(width, f)), dense(units, head)];
  const model = await sequential({ inputShape: data.inputShape, seed: 42, layers });
  model.compile({ optimizer: adam({ learningRate: 0.02 }), loss, metrics: [metric] });
  return model;
}

describe("every data set is learned", () => {
  test("every data set has a task here", () => {
    // Pictures and sequences have theirs in learning-pictures and learning-sequences.
    expect(Object.keys(DATASETS).sort()).toEqual(datasetNames.map((it) => it.name).sort());
  });
  for (const [name, { data, hidden, epochs, reached }] of Object.entries<Task>(DATASETS)) {
    test(`a small net learns ${name}`, async () => {
      const { train, test: held } = data().split(0.8);
      using model = await modelFor(train, hidden);
      const before = await model.evaluate(held);
      await model.fit(train, { epochs: checked ? 2 : epochs, batchSize: checked ? 50 : 10 });
      const after = await model.evaluate(held);
      expect(after.loss).toBeLessThan(before.loss ?? 0);
      if (!checked) expect(after.accuracy ?? after.r2).toBeGreaterThanOrEqual(reached);
    });
  }
});

test("the README's model learns the circles", async () => {
  const { train, test: held } = datasets.circles({ samples: 500, noise: 0.1, seed: 1 }).split(0.8);
  const layers = [dense(8, "tanh"), dense(8, "tanh"), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], seed: 42, layers });
  const optimizer = adam({ learningRate: 0.01 });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  const epochs = checked ? 3 : 100;
  const history = await model.fit(train, { epochs, batchSize: 10, validationData: held });
  const [first = 0] = history.history.loss ?? [];
  expect(history.history.loss?.at(-1)).toBeLessThan(first);
  if (!checked) expect((await model.evaluate(held)).accuracy).toBeGreaterThanOrEqual(0.95);
});

test("three classes of circles are learned by a softmax", async () => {
  const { train, test: held } = datasets.circles({ seed: 3, classes: 3 }).split(0.8);
  using model = await modelFor(train, [[12, "tanh"]]);
  await model.fit(train, { epochs: checked ? 2 : 60, batchSize: checked ? 50 : 10 });
  const { accuracy = 0 } = await model.evaluate(held);
  expect(accuracy).toBeGreaterThan(checked ? 0.34 : 0.95);
});

test("probabilities of a softmax sum to 1", async () => {
  const data = datasets.gaussians({ samples: 40, classes: 5 });
  using model = await modelFor(data, []);
  const sums = (await model.predict(data)).rows().map((row) => row.reduce((a, b) => a + b));
  expect(sums).toBeNear(new Array(40).fill(1), { absolute: 1e-6 });
});

describe("the history", () => {
  const data = datasets.moons({ samples: 60, noise: 0.1 });
  const model = () => modelFor(data, [[4, "tanh"]]);

  test("has one value per epoch and numbers epochs from the model's first", async () => {
    using it = await model();
    await it.fit(data, { epochs: 2 });
    const { epoch, history, stopped } = await it.fit(data, { epochs: 3 });
    expect({
      epoch,
      lengths: Object.values(history).map((values) => values.length),
      stopped,
    }).toEqual({
      epoch: [2, 3, 4],
      lengths: [3, 3],
      stopped: "epochs",
    });
  });
  test("names loss and metrics, and those of validation data beginning with val", async () => {
    using it = await model();
    const metrics = ["accuracy", "mae", "rootMeanSquaredError"] as const;
    it.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics });
    const { history } = await it.fit(data, { validationData: data });
    expect(Object.keys(history)).toEqual([
      "loss",
      "accuracy",
      "mae",
      "rootMeanSquaredError",
      "valLoss",
      "valAccuracy",
      "valMae",
      "valRootMeanSquaredError",
    ]);
  });
  test("holds what evaluate says of the validation data at the epoch's end", async () => {
    using it = await model();
    const { history } = await it.fit(data, { epochs: 2, validationData: data });
    const { loss, accuracy } = await it.evaluate(data);
    expect([history.valLoss?.at(-1), history.valAccuracy?.at(-1)]).toEqual([loss, accuracy]);
  });
  test("holds the epoch's mean loss while training", async () => {
    using it = await model();
    const batches: number[] = [];
    const { history } = await it.fit(data, {
      batchSize: 25,
      callbacks: { onBatchEnd: (_, { loss = Number.NaN }) => void batches.push(loss) },
    });
    const [a = 0, b = 0, c = 0] = batches;
    expect(history.loss).toBeNear([(25 * a + 25 * b + 10 * c) / 60], { relative: 1e-12 });
  });
  test("is empty after zero epochs", async () => {
    using it = await model();
    expect(await it.fit(data, { epochs: 0 })).toEqual({
      epoch: [],
      history: {},
      stopped: "epochs",
    });
  });
});

describe("validationSplit", () => {
  const data = datasets.moons({ samples: 50, noise: 0.1, seed: 3 });

  test("holds out the last samples", async () => {
    using split = await modelFor(data, [[4, "tanh"]]);
    using given = await modelFor(data, [[4, "tanh"]]);
    const a = await split.fit(data, { epochs: 2, validationSplit: 0.2 });
    const b = await given.fit(data.slice(0, 40), { epochs: 2, validationData: data.slice(40) });
    expect(a.history).toEqual(b.history);
  });
  test("works on arrays", async () => {
    using model = await modelFor(data, []);
    const x = Array.from({ length: 10 }, (_, i) => [i / 10, 1 - i / 10]);
    const y = x.map((_, i) => i % 2);
    const { history } = await model.fit({ x, y }, { validationSplit: 0.3 });
    expect(history.valLoss).toHaveLength(1);
  });
});

test("a metric of regression agrees with its formula", async () => {
  const data = datasets.hills({ samples: 70, seed: 2 });
  using model = await modelFor(data, [[5, "tanh"]]);
  const metrics = ["mae", "mse", "rootMeanSquaredError", "r2"] as const;
  model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics });
  const predicted = (await model.predict(data)).data;
  const targets = [...(data.targets ?? [])];
  const n = targets.length;
  const mean = targets.reduce((a, b) => a + b) / n;
  const errors = targets.map((t, i) => (predicted[i] ?? 0) - t);
  const mae = errors.reduce((sum, e) => sum + Math.abs(e), 0) / n;
  const mse = errors.reduce((sum, e) => sum + e * e, 0) / n;
  const spread = targets.reduce((sum, t) => sum + (t - mean) ** 2, 0) / n;
  const got = await model.evaluate(data);
  expect(Object.values(got)).toBeNear([mse, mae, mse, Math.sqrt(mse), 1 - mse / spread], {
    relative: 1e-5,
  });
});
