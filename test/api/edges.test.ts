// Odd shapes and odd orders of calls: narrow, wide, tiny and empty models and data, and models that are
// asked for everything at once.

import { describe, expect, test } from "vitest";
import {
  activation,
  type Dataset,
  datasets,
  dense,
  dropout,
  engine,
  flatten,
  fromArrays,
  type Layer,
  type LossName,
  type MetricName,
  type Sequential,
  sequential,
  sgd,
} from "../../src/index.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { oracle } from "../support/oracle.ts";
import { random } from "../support/reference/cases.ts";
import { metrics as referenceMetrics } from "../support/reference.ts";

const moons = datasets.moons({ samples: 30, noise: 0.1 });
const matrix = (seed: number, rows: number, cols: number) =>
  Array.from({ length: rows }, (_, i) => random(seed + i, cols, -1, 1).map(Math.fround));

async function compiled(
  inputShape: readonly number[],
  layers: readonly Layer[],
  loss: LossName,
): Promise<Sequential> {
  const model = await sequential({ inputShape, seed: 1, layers });
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss });
  return model;
}

describe("summary", () => {
  const build = () =>
    sequential({ inputShape: [3], layers: [dense(5, "tanh"), dropout(0.5), dense(2, "softmax")] });
  test("has parameters and bytes of every layer", async () => {
    using model = await build();
    const lines = model.summary().split("\n");
    expect(lines[0]).toMatch(/^layer +type +output shape +parameters +bytes$/);
    expect(lines.find((it) => it.startsWith("dense_1"))).toMatch(/\[5\] +20 +80$/);
    expect(lines.find((it) => it.startsWith("dropout_1"))).toMatch(/\[5\] +0 +0$/);
    expect(lines).toContain("32 parameters, 128 bytes");
    expect(lines).toContain("forward plan");
    expect(lines.some((it) => it.startsWith("training plan"))).toBe(false);
  });
  for (const loss of ["sparseCategoricalCrossentropy", "meanSquaredError"] as const) {
    test(`has the ops that train on ${loss} once it is compiled, and allocates nothing`, async () => {
      using model = await build();
      const optimizer = sgd({ momentum: 0.5, globalClipNorm: 1 });
      model.compile({ optimizer, loss, metrics: ["accuracy"] });
      const { arena } = await engine();
      const before = [arena.used, hashModel(model)];
      const [, plan = ""] = model.summary().split("\ntraining plan, batches of 32\n");
      expect([arena.used, hashModel(model)]).toEqual(before);
      const order = [
        "input gather ",
        "input gather targets",
        "dense_1 forward",
        "dropout_1 forward",
        "dense_2 forward",
        `loss ${loss}`,
        "metrics accuracy",
        "loss mean ",
        "dense_2 weight gradient",
        "dropout_1 gradient",
        "dense_1 weight gradient",
        "optimizer sgd",
      ].map((it) => plan.indexOf(it));
      expect(order).not.toContain(-1);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  }
});

describe("widths that don't fill a vector", () => {
  for (const [inputs, hidden, outputs] of [
    [1, 1, 1],
    [5, 3, 2],
    [4, 4, 4],
    [7, 9, 5],
    [2, 6, 3],
    [129, 17, 11],
  ] as const) {
    for (const head of ["linear", "softmax", "exponential"] as const) {
      test(`${inputs}-${hidden}-${outputs}, ${head}: two steps are the reference's`, async () => {
        const loss = head === "softmax" ? "categoricalCrossentropy" : "meanSquaredError";
        const model = await compiled(
          [inputs],
          [dense(hidden, "softplus"), dense(outputs, head)],
          loss,
        );
        const x = matrix(inputs, 5, inputs);
        const y = Array.from({ length: 5 }, (_, i) =>
          Array.from({ length: outputs }, (_, j) => (i % outputs === j ? 1 : 0)),
        );
        const reference = oracle({
          inputs,
          layers: [
            { name: "dense_1", activation: "softplus" },
            { name: "dense_2", activation: head },
          ],
          loss,
          optimizer: sgd({ learningRate: 0.1 }),
          weights: model.getWeights(),
        });
        const losses: number[] = [];
        for (let step = 0; step < 2; step++) {
          const { loss: got } = await model.step(
            1,
            step === 0 ? { data: { x, y }, batchSize: 5, shuffle: false } : {},
          );
          losses.push(got, reference.step({ x: x.flat(), t: y.flat() }));
        }
        const [a = 0, b = 1, c = 0, d = 1] = losses;
        expect([a, c]).toBeNear([b, d], { relative: 1e-4, absolute: 1e-6 });
        for (const [name, { data }] of Object.entries(model.getWeights())) {
          expect(data).toBeNear(reference.weights[name] ?? [], { relative: 1e-4, absolute: 1e-5 });
        }
      });
    }
  }
});

describe("metrics on widths that don't fill a vector", () => {
  for (const [name, reference] of [
    ["categoricalAccuracy", referenceMetrics.categoricalAccuracy],
    ["binaryAccuracy", referenceMetrics.binaryAccuracy],
    ["meanAbsoluteError", referenceMetrics.meanAbsoluteError],
    ["rootMeanSquaredError", referenceMetrics.rootMeanSquaredError],
    ["r2", referenceMetrics.r2Score],
  ] as const) {
    test(`${name} over five outputs and a short last batch is the reference's`, async () => {
      const model = await sequential({ inputShape: [3], seed: 2, layers: [dense(5, "sigmoid")] });
      const metrics: readonly MetricName[] = [name];
      model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", metrics });
      const x = matrix(9, 300, 3);
      const y = x.map((_, i) => Array.from({ length: 5 }, (_, j) => (j === (i * 7) % 5 ? 1 : 0)));
      const sampleWeight = x.map((_, i) => 1 + (i % 3));
      const predicted = (await model.predict(x)).data;
      // As with Keras' `metrics`, weights are for the loss alone.
      const got = (await model.evaluate({ x, y, sampleWeight }))[name];
      expect([got ?? 0]).toBeNear([reference(predicted, y.flat(), 5)], { relative: 1e-5 });
    });
  }
});

describe("tiny data", () => {
  test("one sample trains", async () => {
    const model = await compiled([2], [dense(1)], "meanSquaredError");
    const { history } = await model.fit({ x: [[1, 2]], y: [3] }, { epochs: 50 });
    expect(history.loss?.at(-1)).toBeLessThan(1e-6);
  });
  test("one number in, one number out", async () => {
    const model = await compiled([1], [dense(1)], "meanSquaredError");
    await model.fit({ x: [1, 2, 3], y: [2, 4, 6] }, { epochs: 500 });
    expect((await model.predict([5])).data[0]).toBeCloseTo(10, 1);
  });
  test("fewer samples than the usual batch are one batch", async () => {
    const model = await compiled([2], [dense(1)], "meanSquaredError");
    await model.fit({ x: matrix(1, 5, 2), y: [1, 2, 3, 4, 5] });
    expect(model.position).toEqual({ step: 1, epoch: 1, cursor: 0 });
  });
  test("samples of weight 0 alone have loss 0 and change nothing", async () => {
    const model = await compiled([2], [dense(1)], "meanSquaredError");
    const before = hashWeights(model);
    const { history } = await model.fit({ x: [[1, 2]], y: [3], sampleWeight: [0] });
    expect([history.loss, hashWeights(model)]).toEqual([[0], before]);
  });
  test("four samples are enough for a lens", async () => {
    const model = await sequential({ inputShape: [2], layers: [dense(1, "sigmoid")] });
    const data = fromArrays({
      features: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      targets: [0, 1, 1, 0],
    });
    expect((await model.lens(data, { probeSteps: 2, resolution: 2 })).layers).toHaveLength(2);
  });
});

describe("unusual models", () => {
  test("very wide inputs train", async () => {
    const inputs = 20_000;
    const model = await compiled([inputs], [dense(1)], "meanSquaredError");
    model.setHyper({ learningRate: 1e-5 });
    const x = [0, 1, 2].map((i) => new Float32Array(inputs).map((_, j) => Math.sin(i + j)));
    const { history } = await model.fit({ x, y: [1, 0, -1] }, { epochs: 30 });
    const [first = 0, last = 0] = [history.loss?.[0], history.loss?.at(-1)];
    expect(last).toBeLessThan(first / 2);
  });
  test("a single activation layer trains nothing and fails at nothing", async () => {
    const model = await compiled([1], [activation("sigmoid")], "binaryCrossentropy");
    const { history } = await model.fit({ x: [0, 0], y: [0, 1] }, { epochs: 2 });
    expect(history.loss).toBeNear([Math.LN2, Math.LN2], { relative: 1e-6 });
  });
  test("a single flatten layer is the identity", async () => {
    const model = await compiled([2, 2], [flatten()], "meanSquaredError");
    const x = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    expect((await model.predict(x)).rows()).toEqual([[1, 2, 3, 4]]);
    expect((await model.fit({ x, y: [[1, 2, 3, 5]] })).history.loss).toEqual([0.25]);
  });
  test("dropout at both ends trains", async () => {
    const layers = [dropout(0.1), dense(8, "relu"), dropout(0.5), dense(1), dropout(0.1)];
    const model = await compiled([2], layers, "meanSquaredError");
    const { history } = await model.fit(moons, { epochs: 20 });
    expect(history.loss?.at(-1)).toBeLessThan(history.loss?.[0] ?? 0);
  });
  test("activations as layers of their own train to the same bits", async () => {
    const fused = await compiled(
      [2],
      [dense(4, "tanh"), dense(1, "sigmoid")],
      "binaryCrossentropy",
    );
    const apart = await compiled(
      [2],
      [dense(4), activation("tanh"), dense(1), activation("sigmoid")],
      "binaryCrossentropy",
    );
    await fused.fit(moons, { epochs: 3 });
    await apart.fit(moons, { epochs: 3 });
    expect(hashWeights(apart)).toBe(hashWeights(fused));
  });
  for (const f of ["gelu", "softmax", "relu", "step"] as const) {
    test(`${f} twice over, dropout and flatten between, takes the steps of one after the other`, async () => {
      const layers = [dense(4, f), dropout(0), flatten(), activation(f), dense(1)];
      const model = await compiled([2], layers, "meanSquaredError");
      const other = await compiled(
        [2],
        [dense(4), activation(f), activation(f), dense(1)],
        "meanSquaredError",
      );
      await model.fit(moons, { epochs: 2 });
      await other.fit(moons, { epochs: 2 });
      expect(hashWeights(model)).toBe(hashWeights(other));
    });
  }
  test("images go through flatten", async () => {
    const model = await compiled(
      [3, 3, 2],
      [flatten(), dense(2, "softmax")],
      "sparseCategoricalCrossentropy",
    );
    const x = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => [i % 2, 1 - (i % 2)])),
    );
    const y = [0, 1, 0, 1, 0, 1];
    await model.fit({ x, y }, { epochs: 30 });
    expect((await model.predict(x)).argMax()).toEqual(y);
  });
  test("two models may share layers and optimizer, since these are plain data", async () => {
    const layers = [dense(3, "tanh"), dense(1)];
    const optimizer = sgd({ momentum: 0.9 });
    const models = [
      await sequential({ inputShape: [2], layers }),
      await sequential({ inputShape: [2], layers }),
    ];
    for (const model of models) model.compile({ optimizer, loss: "meanSquaredError" });
    await models[0]?.fit(moons);
    await models[1]?.fit(moons);
    const [a, b] = models.map(hashModel);
    expect(a).toBe(b);
  });
});

describe("kinds of data", () => {
  const nested = matrix(3, 12, 2);
  const y = nested.map(([a = 0]) => a);
  const kinds: Readonly<Record<string, { readonly x: unknown; readonly y: unknown } | Dataset>> = {
    "nested arrays": { x: nested, y },
    "nested targets": { x: nested, y: y.map((v) => [v]) },
    "typed rows": { x: nested.map((row) => Float32Array.from(row)), y },
    "one typed array": { x: Float32Array.from(nested.flat()), y: Float32Array.from(y) },
    doubles: { x: Float64Array.from(nested.flat()), y: Float64Array.from(y) },
    "a Dataset": fromArrays({ features: nested, targets: y, task: "regression" }),
  };
  for (const [name, data] of Object.entries(kinds)) {
    test(`${name} train as nested arrays do`, async () => {
      const [model, other] = [
        await compiled([2], [dense(1)], "meanSquaredError"),
        await compiled([2], [dense(1)], "meanSquaredError"),
      ];
      await model.fit(data as Dataset, { batchSize: 5 });
      await other.fit({ x: nested, y }, { batchSize: 5 });
      expect(hashWeights(model)).toBe(hashWeights(other));
    });
  }
  test("the caller's arrays are not written to, and may change later", async () => {
    const model = await compiled([2], [dense(1)], "meanSquaredError");
    const other = await compiled([2], [dense(1)], "meanSquaredError");
    const x = Float32Array.from(nested.flat());
    await model.step(1, { data: { x, y }, batchSize: 5 });
    expect(x).toEqual(Float32Array.from(nested.flat()));
    x.fill(Number.NaN);
    await model.step(2);
    await other.step(3, { data: { x: nested, y }, batchSize: 5 });
    expect(hashWeights(model)).toBe(hashWeights(other));
  });
  test("arrays that are handed out belong to the caller", async () => {
    const model = await compiled([2], [dense(1)], "meanSquaredError");
    const before = hashWeights(model);
    model.getWeights()["dense_1.weight"]?.data.fill(7);
    model.weight("dense_1.weight").read().data.fill(7);
    (await model.predict(nested)).data.fill(7);
    expect(hashWeights(model)).toBe(before);
  });
  test("setWeights takes what getWeights gave", async () => {
    const a = await compiled([2], [dense(3), dense(1)], "meanSquaredError");
    const b = await sequential({ inputShape: [2], seed: 99, layers: [dense(3), dense(1)] });
    b.setWeights(a.getWeights());
    expect(hashWeights(b)).toBe(hashWeights(a));
  });
  test("setWeights takes nested arrays, and leaves others as they are", async () => {
    const model = await compiled([2], [dense(3), dense(1)], "meanSquaredError");
    const bias = model.weight("dense_2.bias").read();
    model.setWeights({
      "dense_1.weight": [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    expect(model.weight("dense_1.weight").get(1, 2)).toBe(6);
    expect(model.weight("dense_2.bias").read()).toEqual(bias);
  });
});

describe("an epoch that was cut short", () => {
  test("is finished on the data it began with, by another batch size too", async () => {
    const model = await compiled([2], [dense(1, "sigmoid")], "binaryCrossentropy");
    await model.step(2, { data: moons, batchSize: 7 });
    await model.fit(moons, { batchSize: 16 });
    expect(model.position).toEqual({ step: 2 + 1, epoch: 1, cursor: 0 });
  });
  test("is given up for data that have fewer samples than it used", async () => {
    const model = await compiled([2], [dense(1, "sigmoid")], "binaryCrossentropy");
    await model.step(2, { data: moons, batchSize: 7 });
    await model.fit(moons.take(10), { batchSize: 5 });
    expect(model.position).toEqual({ step: 2 + 2, epoch: 2, cursor: 0 });
  });
});

describe("everything at once", () => {
  test("ten models train, predict and are looked into side by side, each as if alone", async () => {
    const work = async (seed: number): Promise<string> => {
      using model = await sequential({
        inputShape: [2],
        seed,
        layers: [dense(4, "tanh"), dense(1, "sigmoid")],
      });
      model.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
      await model.fit(moons, { epochs: 3, validationData: moons });
      await model.lens(moons, { resolution: 4, probeSteps: 5 });
      await model.step(5, { data: moons });
      const { loss } = await model.evaluate(moons);
      return `${hashModel(model)} ${loss}`;
    };
    const alone: string[] = [];
    for (let seed = 0; seed < 10; seed++) alone.push(await work(seed));
    expect(await Promise.all(alone.map((_, seed) => work(seed)))).toEqual(alone);
  });
  test("one model answers many calls at a time while it trains", async () => {
    const model = await compiled(
      [2],
      [dense(4, "tanh"), dense(1, "sigmoid")],
      "binaryCrossentropy",
    );
    const alone = await compiled(
      [2],
      [dense(4, "tanh"), dense(1, "sigmoid")],
      "binaryCrossentropy",
    );
    await alone.fit(moons, { epochs: 30, batchSize: 5 });
    await Promise.all([
      model.fit(moons, { epochs: 30, batchSize: 5 }),
      ...Array.from({ length: 10 }, () => model.predict(moons)),
      ...Array.from({ length: 5 }, () => model.evaluate(moons)),
      model.lens(moons, { resolution: 4, probeSteps: 5 }),
    ]);
    expect(hashModel(model)).toBe(hashModel(alone));
  });
});
