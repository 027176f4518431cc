import { expect, test } from "vitest";
import {
  type Callback,
  datasets,
  dense,
  earlyStopping,
  type MetricName,
  sequential,
  type TrainingControl,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";

const regression = async () => {
  const model = await sequential({ inputShape: [2], layers: [dense(5, "tanh"), dense(1)] });
  const metrics: MetricName[] = ["mae", "rootMeanSquaredError", "r2"];
  model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics });
  return model;
};

const classifier = async (units = 8) => {
  const layers = [dense(units, "tanh"), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], layers });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
};

test("a stream's history is that of the same batches from an array, for every metric", async () => {
  const data = datasets.plane({ samples: 23, noise: 0.2 });
  const whole = await regression();
  const expected = await whole.fit(data, { epochs: 3, batchSize: 4, shuffle: false });
  const streamed = await regression();
  const got = await streamed.fit(() => data.batch(4), { epochs: 3 });
  for (const [name, values] of Object.entries(expected.history)) {
    expect(got.history[name], name).toBeNear(values, { relative: 1e-12 });
  }
});

test("a stream whose batches grow keeps the sums of its epoch", async () => {
  const data = datasets.plane({ samples: 14, noise: 0.2 });
  const parts = [data.slice(0, 2), data.slice(2, 6), data.slice(6, 14)];
  const model = await regression();
  const before = await model.evaluate(data);
  model.setHyper({ learningRate: 1e-30 });
  const { history } = await model.fit(parts);
  expect(history.r2?.[0]).toBeCloseTo(before.r2 ?? Number.NaN, 10);
  expect(history.rootMeanSquaredError?.[0]).toBeCloseTo(before.rootMeanSquaredError ?? 0, 10);
});

test("raw validation data is normalized like the stream's batches, from the first epoch on", async () => {
  const { train, test: held } = datasets.circles({ samples: 200, seed: 2 }).split(0.5);
  const normalized = train.normalize();
  const model = await classifier();
  const { history } = await model.fit(() => normalized.batch(20), {
    epochs: 1,
    validationData: held,
  });
  const after = await model.evaluate(held);
  expect(history.valLoss?.[0]).toBe(after.loss);
});

test("one earlyStopping serves two fits at once, each with its own best weights", async () => {
  const data = datasets.circles({ samples: 100 });
  const shared = earlyStopping({ monitor: "loss", patience: 2, restoreBestWeights: true });
  const models = [await classifier(3), await classifier(30)] as const;
  const runs = models.map((it) => it.fit(data, { epochs: 5, callbacks: shared }));
  for (const run of runs) expect((await run).epoch.length).toBeGreaterThan(0);
});

test("another model's snapshot is refused, and nobody's weights change", async () => {
  const data = datasets.circles({ samples: 40 });
  const controls: TrainingControl[] = [];
  const keep: Callback = { onTrainBegin: (control) => void controls.push(control) };
  const models = [await classifier(64), await classifier(1), await classifier(1)] as const;
  for (const it of models) await it.fit(data, { callbacks: keep });
  const weights = models.map((it) => it.getWeights());
  const [large, small] = controls;
  const error = await rejection(async () => {
    if (large && small) small.restore(large.snapshot());
  });
  expect(error.code).toBe("invalidArgument");
  expect(models.map((it) => it.getWeights())).toEqual(weights);
});
