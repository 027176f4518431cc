// Bad input: each case with its code, thrown before anything is changed. The model keeps its bits, the
// arena what it had, and training goes on.

import { beforeAll, describe, expect, test } from "vitest";
import {
  type Activation,
  activation,
  adam,
  constant,
  Dataset,
  datasets,
  dense,
  dropout,
  type Engine,
  type ErrorCode,
  earlyStopping,
  elu,
  engine,
  type FitOptions,
  flatten,
  fromArrays,
  huber,
  type Layer,
  type LossName,
  leakyRelu,
  loadModel,
  type MetricName,
  type Optimizer,
  type OptimizerName,
  type Sequential,
  sequential,
  sgd,
  type TrainingData,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const data = datasets.moons({ samples: 30, noise: 0.1 });
const x = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
];
const y = [0, 1, 1, 0];

/** What plain JavaScript may pass. */
const any = <T>(value: unknown) => value as T;

let arena: Engine["arena"];
beforeAll(async () => {
  arena = (await engine()).arena;
});

interface Bad {
  readonly code: ErrorCode;
  readonly run: (model: Sequential) => unknown;
}
type Cases = Readonly<Record<string, Bad>>;

async function binaryModel(): Promise<Sequential> {
  const model = await sequential({
    inputShape: [2],
    seed: 1,
    layers: [dense(4, "tanh"), dense(1, "sigmoid")],
  });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

async function classModel(): Promise<Sequential> {
  const model = await sequential({ inputShape: [2], layers: [dense(3, "softmax")] });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** Each case throws its code, and leaves no trace. */
function check(cases: Cases, make: () => Promise<Sequential> = binaryModel): void {
  for (const [name, { code, run }] of Object.entries(cases)) {
    test(`${name}: ${code}`, async () => {
      using model = await make();
      // With a data set bound and an epoch begun: all that an error could harm.
      await model.step(1, { data, batchSize: 8 });
      await model.predict(data);
      const before = [hashModel(model), arena.used, model.data];
      const error = await rejection(() => run(model));
      expect(error.code).toBe(code);
      expect([hashModel(model), arena.used, model.data]).toEqual(before);
      await model.step(1);
      expect(model.position.step).toBe(2);
    });
  }
}

const fitting =
  (given: unknown, options: unknown = {}) =>
  (model: Sequential) =>
    model.fit(any<TrainingData>(given), any<FitOptions>(options));

describe("data that fit refuses", () => {
  check({
    "ragged rows": { code: "raggedRows", run: fitting({ x: [[0, 1], [2]], y: [0, 1] }) },
    "ragged rows further down": {
      code: "raggedRows",
      run: fitting({
        x: [
          [0, 1],
          [2, 3],
          [4, 5, 6],
        ],
        y,
      }),
    },
    "a row that is a number": { code: "raggedRows", run: fitting({ x: [[0, 1], 2], y: [0, 1] }) },
    "NaN among the features": { code: "nanInData", run: fitting({ x: [[0, Number.NaN]], y: [0] }) },
    "infinity among the features": { code: "nanInData", run: fitting({ x: [[0, 1e39]], y: [0] }) },
    "text among the features": { code: "nanInData", run: fitting({ x: [[0, "1"]], y: [0] }) },
    "a hole among the features": {
      code: "nanInData",
      run: fitting({ x: [[0, undefined]], y: [0] }),
    },
    "NaN among the targets": { code: "nanInData", run: fitting({ x, y: [0, 1, Number.NaN, 1] }) },
    "a target outside 0 to 1": { code: "labelOutOfRange", run: fitting({ x, y: [0, 1, 2, 1] }) },
    "a negative target": { code: "labelOutOfRange", run: fitting({ x, y: [0, 1, -1, 1] }) },
    "samples of another width": { code: "shapeMismatch", run: fitting({ x: [[1, 2, 3]], y: [0] }) },
    "a data set of another width": {
      code: "shapeMismatch",
      run: fitting(datasets.sine({ samples: 10 })),
    },
    "a typed array of half a sample": {
      code: "shapeMismatch",
      run: fitting({ x: new Float32Array(5), y: [0, 1] }),
    },
    "one target too few": { code: "shapeMismatch", run: fitting({ x, y: [0, 1, 1] }) },
    "targets wider than the output": { code: "shapeMismatch", run: fitting({ x, y: x }) },
    "features without targets": {
      code: "shapeMismatch",
      run: fitting(fromArrays({ features: x, task: "regression" })),
    },
    "no samples": { code: "emptyData", run: fitting({ x: [], y: [] }) },
    "samples without values": { code: "emptyData", run: fitting({ x: [[], []], y: [0, 1] }) },
    "no data": { code: "invalidArgument", run: fitting(undefined) },
    "null for data": { code: "invalidArgument", run: fitting(null) },
    "features without the key y": { code: "invalidArgument", run: fitting({ x }) },
    "a misspelt key beside x and y": {
      code: "unknownName",
      run: fitting({ x, y, sampleWeights: y }),
    },
    "a negative sample weight": {
      code: "invalidArgument",
      run: fitting({ x, y, sampleWeight: [1, 1, -1, 1] }),
    },
    "a sample weight too few": {
      code: "shapeMismatch",
      run: fitting({ x, y, sampleWeight: [1, 1, 1] }),
    },
    "NaN for a sample weight": {
      code: "nanInData",
      run: fitting({ x, y, sampleWeight: [1, 1, Number.NaN, 1] }),
    },
    "bad validation data": {
      code: "nanInData",
      run: fitting(data, { validationData: { x: [[0, Number.NaN]], y: [1] } }),
    },
    "validation data of another width": {
      code: "shapeMismatch",
      run: fitting(data, { validationData: { x: [[0]], y: [1] } }),
    },
  });
});

describe("labels", () => {
  check(
    {
      "a label as large as the number of classes": {
        code: "labelOutOfRange",
        run: fitting({ x, y: [0, 1, 2, 3] }),
      },
      "a negative label": { code: "labelOutOfRange", run: fitting({ x, y: [0, 1, 2, -1] }) },
      "half a label": { code: "labelOutOfRange", run: fitting({ x, y: [0, 1, 2, 0.5] }) },
      "a data set of more classes than outputs": {
        code: "labelOutOfRange",
        run: fitting(datasets.gaussians({ samples: 40, classes: 4 })),
      },
      "one-hot targets for a loss on class indices": {
        code: "shapeMismatch",
        run: fitting({ x, y: x.map(() => [1, 0, 0]) }),
      },
      "a class weight for no class": {
        code: "invalidArgument",
        run: fitting({ x, y }, { classWeight: { 3: 1 } }),
      },
      "a negative class weight": {
        code: "invalidArgument",
        run: fitting({ x, y }, { classWeight: { 0: -1 } }),
      },
      "NaN for a class weight": {
        code: "invalidArgument",
        run: fitting({ x, y }, { classWeight: { 0: Number.NaN } }),
      },
      "evaluating a label out of range": {
        code: "labelOutOfRange",
        run: (model) => model.evaluate({ x, y: [0, 1, 2, 3] }),
      },
    },
    classModel,
  );
});

describe("options that fit refuses", () => {
  check({
    "a batch larger than the data": {
      code: "batchTooLarge",
      run: fitting(data, { batchSize: 31 }),
    },
    "a batch larger than what validationSplit leaves": {
      code: "batchTooLarge",
      run: fitting(data, { batchSize: 20, validationSplit: 0.5 }),
    },
    "a batch of 0": { code: "invalidArgument", run: fitting(data, { batchSize: 0 }) },
    "half a batch": { code: "invalidArgument", run: fitting(data, { batchSize: 1.5 }) },
    "NaN epochs": { code: "invalidArgument", run: fitting(data, { epochs: Number.NaN }) },
    "negative epochs": { code: "invalidArgument", run: fitting(data, { epochs: -1 }) },
    "a misspelt option": { code: "unknownName", run: fitting(data, { epoch: 3 }) },
    "a split of 0": { code: "invalidArgument", run: fitting(data, { validationSplit: 0 }) },
    "a split of everything": {
      code: "invalidArgument",
      run: fitting(data, { validationSplit: 1 }),
    },
    "a split that leaves nothing": {
      code: "invalidArgument",
      run: fitting({ x: [[0, 1]], y: [0] }, { validationSplit: 0.5 }),
    },
    "a split besides validation data": {
      code: "invalidArgument",
      run: fitting(data, { validationSplit: 0.5, validationData: data }),
    },
    "no options but a number": { code: "invalidArgument", run: fitting(data, 10) },
    "an option that streams don't have": {
      code: "unknownName",
      run: fitting(function* () {}, { batchSize: 5 }),
    },
    "a stream without batches": { code: "emptyData", run: fitting([]) },
    "a stream of something else": { code: "invalidArgument", run: fitting([5]) },
    "a stream whose first batch is bad": {
      code: "nanInData",
      run: fitting([{ x: [[Number.NaN, 1]], y: [0] }]),
    },
    "a monitor that is not measured": {
      code: "unknownName",
      run: (model) =>
        model.fit(data, { epochs: 0 }).then(() => {
          const callback = earlyStopping({ monitor: "valLos" });
          const control = {
            stop() {},
            snapshot: () => any<never>(0),
            restore() {},
            learningRate: 1,
            save: () => any<never>(0),
          };
          return callback.onEpochEnd?.(0, { loss: 1 }, control);
        }),
    },
    "a misspelt option of earlyStopping": {
      code: "unknownName",
      run: () => earlyStopping(any({ patient: 3 })),
    },
    "NaN patience": { code: "invalidArgument", run: () => earlyStopping({ patience: Number.NaN }) },
    "an unknown mode of earlyStopping": {
      code: "unknownName",
      run: () => earlyStopping({ mode: any<"min">("minimum") }),
    },
  });
});

describe("step", () => {
  check({
    "a negative number of batches": { code: "invalidArgument", run: (model) => model.step(-1) },
    "NaN batches": { code: "invalidArgument", run: (model) => model.step(Number.NaN) },
    "NaN batches on other data": {
      code: "invalidArgument",
      run: (model) => model.step(Number.NaN, { data: { x, y }, batchSize: 2 }),
    },
    "a batch larger than the data": {
      code: "batchTooLarge",
      run: (model) => model.step(1, { data: { x, y }, batchSize: 5 }),
    },
    "a batch size without the data it is for": {
      code: "invalidArgument",
      run: (model) => model.step(1, { batchSize: 5 }),
    },
    "a misspelt option": { code: "unknownName", run: (model) => model.step(1, any({ dta: data })) },
    "bad data": {
      code: "raggedRows",
      run: (model) => model.step(1, { data: { x: [[1, 2], [3]], y: [0, 1] } }),
    },
  });
  test("no data at first: invalidArgument", async () => {
    using model = await binaryModel();
    expect((await rejection(() => model.step(1))).code).toBe("invalidArgument");
  });
});

describe("compile", () => {
  const compile =
    (options: unknown): Bad["run"] =>
    (model) =>
      model.compile(any(options));
  const loss = "binaryCrossentropy";
  check({
    "an unknown optimizer": {
      code: "unknownName",
      run: compile({ optimizer: any<OptimizerName>("adm"), loss }),
    },
    "an inherited name for an optimizer": {
      code: "unknownName",
      run: compile({ optimizer: "toString", loss }),
    },
    "no optimizer": { code: "invalidArgument", run: compile({ loss }) },
    "an optimizer by hand": {
      code: "unknownName",
      run: compile({ optimizer: { name: "mine", hyper: {} }, loss }),
    },
    "an optimizer with a rate of 0 by hand": {
      code: "invalidArgument",
      run: (model) => {
        const good = adam();
        const optimizer: Optimizer = { ...good, hyper: { ...good.hyper, learningRate: 0 } };
        model.compile({ optimizer, loss });
      },
    },
    "an unknown loss": {
      code: "unknownName",
      run: compile({ optimizer: "sgd", loss: any<LossName>("crossentropy") }),
    },
    "no loss": { code: "unknownName", run: compile({ optimizer: "sgd" }) },
    "an unknown metric": {
      code: "unknownName",
      run: compile({ optimizer: "sgd", loss, metrics: [any<MetricName>("acuracy")] }),
    },
    "a metric that doesn't fit the loss": {
      code: "invalidArgument",
      run: compile({ optimizer: "sgd", loss, metrics: ["sparseCategoricalAccuracy"] }),
    },
    "a misspelt option": {
      code: "unknownName",
      run: compile({ optimizer: "sgd", loss, metric: [] }),
    },
    "no options": { code: "invalidArgument", run: compile(undefined) },
    "one metric without its array": {
      code: "invalidArgument",
      run: compile({ optimizer: "sgd", loss, metrics: "accuracy" }),
    },
    "a metric twice": {
      code: "invalidArgument",
      run: compile({ optimizer: "sgd", loss, metrics: ["mse", "accuracy", "mse"] }),
    },
  });
});

describe("hyper-parameters", () => {
  check({
    "a learning rate of 0": { code: "invalidArgument", run: () => adam({ learningRate: 0 }) },
    "NaN for the learning rate": {
      code: "invalidArgument",
      run: () => sgd({ learningRate: Number.NaN }),
    },
    "a negative learning rate": { code: "invalidArgument", run: () => sgd({ learningRate: -0.1 }) },
    "a learning rate that is 0 in f32": {
      code: "invalidArgument",
      run: () => sgd({ learningRate: 1e-60 }),
    },
    "momentum of 1": { code: "invalidArgument", run: () => sgd({ momentum: 1 }) },
    "a misspelt option": { code: "unknownName", run: () => adam(any({ lr: 0.1 })) },
    "both ways to clip": {
      code: "invalidArgument",
      run: () => adam({ clipValue: 1, globalClipNorm: 1 }),
    },
    "setting the learning rate to 0": {
      code: "invalidArgument",
      run: (m) => m.setHyper({ learningRate: 0 }),
    },
    "setting the learning rate to NaN": {
      code: "invalidArgument",
      run: (m) => m.setHyper({ learningRate: Number.NaN }),
    },
    "setting an unknown hyper-parameter": {
      code: "unknownName",
      run: (m) => m.setHyper(any({ rate: 0.1 })),
    },
    "switching clipping on": { code: "invalidArgument", run: (m) => m.setHyper({ clipValue: 1 }) },
    "switching the variant": {
      code: "invalidArgument",
      run: (m) => m.setHyper({ amsgrad: true }),
    },
    "setting nothing at all": { code: "invalidArgument", run: (m) => m.setHyper(any(undefined)) },
  });
  for (const [name, optimizer, change] of [
    ["momentum of sgd", sgd(), { momentum: 0.9 }],
    ["no momentum of sgd", sgd({ momentum: 0.9 }), { momentum: 0 }],
  ] as const) {
    test(`switching to ${name}, which needs other memory: invalidArgument`, async () => {
      using model = await binaryModel();
      model.compile({ optimizer, loss: "binaryCrossentropy" });
      const before = model.hyper;
      expect((await rejection(() => model.setHyper(change))).code).toBe("invalidArgument");
      expect(model.hyper).toEqual(before);
    });
  }
  test("are there and can be set by the names of the optimizer's own options", async () => {
    using model = await binaryModel();
    using other = await binaryModel();
    const loss = "binaryCrossentropy";
    model.compile({ optimizer: sgd({ momentum: 0.9 }), loss });
    model.setHyper({ momentum: 0.95 });
    expect(model.hyper).toEqual({
      learningRate: 0.01,
      weightDecay: 0,
      momentum: 0.95,
      nesterov: false,
    });
    other.compile({ optimizer: sgd({ momentum: 0.95 }), loss });
    for (const it of [model, other]) await it.fit(data, { epochs: 2 });
    expect(hashModel(model)).toBe(hashModel(other));
  });
  test("setting one that the optimizer doesn't have: unknownName", async () => {
    using model = await binaryModel();
    model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
    expect((await rejection(() => model.setHyper({ beta2: 0.5 }))).code).toBe("unknownName");
  });
  test("setting one to undefined leaves it as it was", async () => {
    using model = await binaryModel();
    model.compile({ optimizer: sgd({ learningRate: 0.5 }), loss: "binaryCrossentropy" });
    model.setHyper(any({ learningRate: undefined }));
    expect(model.hyper.learningRate).toBe(0.5);
  });
});

describe("what predict, evaluate, lens and weights refuse", () => {
  check({
    "predicting ragged rows": { code: "raggedRows", run: (m) => m.predict([[1, 2], [3]]) },
    "predicting NaN": { code: "nanInData", run: (m) => m.predict([[1, Number.NaN]]) },
    "predicting samples of another width": {
      code: "shapeMismatch",
      run: (m) => m.predict([[1, 2, 3]]),
    },
    "predicting one sample without its row": {
      code: "shapeMismatch",
      run: (m) => m.predict([1, 2]),
    },
    "predicting nothing": { code: "emptyData", run: (m) => m.predict([]) },
    "predicting undefined": { code: "invalidArgument", run: (m) => m.predict(any(undefined)) },
    "predicting a data set of another width": {
      code: "shapeMismatch",
      run: (m) => m.predict(datasets.sine({ samples: 3 })),
    },
    "evaluating NaN": {
      code: "nanInData",
      run: (m) => m.evaluate({ x: [[1, Number.NaN]], y: [0] }),
    },
    "a lens on three samples": { code: "invalidArgument", run: (m) => m.lens(data.take(3)) },
    "a lens without targets": {
      code: "shapeMismatch",
      run: (m) => m.lens(fromArrays({ features: x, task: "regression" })),
    },
    "a lens with a misspelt option": {
      code: "unknownName",
      run: (m) => m.lens(data, any({ resolutoin: 3 })),
    },
    "a lens with a misspelt option of the plane": {
      code: "unknownName",
      run: (m) => m.lens(data, { plane: any({ feature: [0, 1] }) }),
    },
    "a lens on a feature that isn't there": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { features: [0, 2] } }),
    },
    "a lens on an empty window": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { x: [1, 1] } }),
    },
    "a lens of half a cell": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { resolution: 0.5 }),
    },
    "a lens on one feature": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { features: any([1]) } }),
    },
    "a lens on a feature twice": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { features: [0, 0] } }),
    },
    "a lens on a window that is a number": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { x: any(5) } }),
    },
    "a lens on a window of three numbers": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { plane: { y: any([0, 1, 2]) } }),
    },
    "a lens of too many cells": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { resolution: 1e6 }),
    },
    "a lens of too many lines": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { lines: 1001 }),
    },
    "a lens of too many steps": {
      code: "invalidArgument",
      run: (m) => m.lens(data, { probeSteps: 100_001 }),
    },
    "a lens without targets, with train": {
      code: "shapeMismatch",
      run: (m) => m.lens(fromArrays({ features: x, task: "regression" }), { train: data }),
    },
    "a lens whose train has no targets": {
      code: "shapeMismatch",
      run: (m) => m.lens(data, { train: fromArrays({ features: x, task: "regression" }) }),
    },
    "a lens whose train is another task": {
      code: "shapeMismatch",
      run: (m) => m.lens(data, { train: datasets.plane({ samples: 8 }) }),
    },
    "a lens whose train has other classes": {
      code: "shapeMismatch",
      run: (m) => m.lens(data, { train: datasets.rings({ samples: 9, rings: 3 }) }),
    },
    "a lens whose train has wider targets": {
      code: "shapeMismatch",
      run: (m) =>
        m.lens(datasets.plane({ samples: 8 }), {
          train: fromArrays({ features: x, targets: x, task: "regression" }),
        }),
    },
    "no weights at all": { code: "invalidArgument", run: (m) => m.setWeights(any(undefined)) },
    "weights in an array": { code: "invalidArgument", run: (m) => m.setWeights(any([[1]])) },
    "a weight that isn't there": { code: "unknownName", run: (m) => m.weight("dense_9.weight") },
    "an index outside a weight": {
      code: "invalidArgument",
      run: (m) => m.weight("dense_1.weight").get(2, 0),
    },
    "an index of too few numbers": {
      code: "invalidArgument",
      run: (m) => m.weight("dense_1.weight").set(1, 0),
    },
    "NaN for a weight": {
      code: "invalidArgument",
      run: (m) => m.weight("dense_1.bias").set(Number.NaN, 0),
    },
    "NaN among weights, after good ones": {
      code: "nanInData",
      run: (m) => m.setWeights({ "dense_1.bias": [1, 2, 3, 4], "dense_2.bias": [Number.NaN] }),
    },
    "weights of another shape, after good ones": {
      code: "shapeMismatch",
      run: (m) => m.setWeights({ "dense_1.bias": [1, 2, 3, 4], "dense_1.weight": [[1, 2]] }),
    },
    "weights of an unknown name, after good ones": {
      code: "unknownName",
      run: (m) => m.setWeights({ "dense_1.bias": [1, 2, 3, 4], bias: [1] }),
    },
  });
});

describe("layers and models that can't be built", () => {
  const build = (...layers: Layer[]) => sequential({ inputShape: [2], layers });
  const cases: Readonly<Record<string, Pick<Bad, "code"> & { readonly run: () => unknown }>> = {
    "an unknown activation": { code: "unknownName", run: () => dense(3, any<"tanh">("tahn")) },
    "an unknown activation layer": {
      code: "unknownName",
      run: () => activation(any<"tanh">("constructor")),
    },
    "an activation by hand with a bad slope": {
      code: "invalidArgument",
      run: () => dense(3, any<Activation>({ name: "leakyRelu", alpha: -1 })),
    },
    "an unknown initializer": {
      code: "unknownName",
      run: () => dense({ units: 3, kernelInitializer: any<"zeros">("xavier") }),
    },
    "a parameter that an initializer doesn't have": {
      code: "unknownName",
      run: () => constant(any({ values: 3 })),
    },
    "a misspelt option of dense": { code: "unknownName", run: () => dense(any({ unit: 3 })) },
    "no units": { code: "invalidArgument", run: () => dense(0) },
    "half a unit": { code: "invalidArgument", run: () => dense(1.5) },
    "too many units": { code: "invalidArgument", run: () => dense(2 ** 24) },
    "a negative penalty": {
      code: "invalidArgument",
      run: () => dense({ units: 1, kernelRegularizer: { l2: -1 } }),
    },
    "a penalty that is no number": {
      code: "invalidArgument",
      run: () => dense({ units: 1, kernelRegularizer: any<number>("l2") }),
    },
    "a misspelt penalty": {
      code: "unknownName",
      run: () => dense({ units: 1, kernelRegularizer: any<number>({ L2: 1 }) }),
    },
    "a bias that is said to be there": {
      code: "invalidArgument",
      run: () => dense({ units: 1, useBias: any<boolean>("no") }),
    },
    "units as text": { code: "invalidArgument", run: () => dense(any<number>("3")) },
    "text for dropout": { code: "invalidArgument", run: () => dropout(any<number>("0.5")) },
    "a dropout of everything in f32": {
      code: "invalidArgument",
      run: () => dropout(1 - 1e-10),
    },
    "a dropout of everything": { code: "invalidArgument", run: () => dropout(1) },
    "NaN for dropout": { code: "invalidArgument", run: () => dropout(Number.NaN) },
    "a misspelt option of dropout": {
      code: "unknownName",
      run: () => dropout(0.5, any({ nme: "a" })),
    },
    "a misspelt option of flatten": { code: "unknownName", run: () => flatten(any({ nme: "a" })) },
    "a misspelt option of activation": {
      code: "unknownName",
      run: () => activation("relu", any({ nme: "a" })),
    },
    "a misspelt option of leakyRelu": {
      code: "unknownName",
      run: () => leakyRelu(any({ slope: 0.1 })),
    },
    "a misspelt option of elu": { code: "unknownName", run: () => elu(any({ a: 0.1 })) },
    "a misspelt option of huber": { code: "unknownName", run: () => huber(any({ d: 0.1 })) },
    "a negative delta": { code: "invalidArgument", run: () => huber({ delta: -1 }) },
    "no layers": { code: "invalidArgument", run: () => build() },
    "layers that are none": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [2], layers: any(5) }),
    },
    "a layer that is undefined": {
      code: "invalidArgument",
      run: () => build(dense(1), any<Layer>(undefined)),
    },
    "a layer by its name": { code: "invalidArgument", run: () => build(any<Layer>("dense")) },
    "a layer's function, not called": {
      code: "invalidArgument",
      run: () => build(any<Layer>(flatten)),
    },
    "an engine that is none": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [2], layers: [dense(1)], engine: any<Engine>({}) }),
    },
    "an engine that was not awaited": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [2], layers: [dense(1)], engine: any<Engine>(engine()) }),
    },
    "two layers of one name": {
      code: "invalidArgument",
      run: () => build(dense({ units: 1, name: "a" }), dense({ units: 1, name: "a" })),
    },
    "a name with a dot": {
      code: "invalidArgument",
      run: () => build(dense({ units: 1, name: "a.b" })),
    },
    "an empty input": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [0], layers: [dense(1)] }),
    },
    "half an input": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [1.5], layers: [dense(1)] }),
    },
    "a negative seed": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [1], seed: -1, layers: [dense(1)] }),
    },
    "half a seed": {
      code: "invalidArgument",
      run: () => sequential({ inputShape: [1], seed: 0.5, layers: [dense(1)] }),
    },
    "a misspelt option of sequential": {
      code: "unknownName",
      run: () => sequential(any({ input: [1], inputShape: [1], layers: [dense(1)] })),
    },
    "a model larger than all memory": {
      code: "outOfMemory",
      run: () => sequential({ inputShape: [100_000], layers: [dense(1_000_000)] }),
    },
    "a second layer larger than all memory": {
      code: "outOfMemory",
      run: () => build(dense(1_000_000), dense(1_000_000)),
    },
  };
  for (const [name, { code, run }] of Object.entries(cases)) {
    test(`${name}: ${code}`, async () => {
      const before = arena.used;
      const error = await rejection(run);
      expect([error.code, arena.used]).toEqual([code, before]);
    });
  }
});

describe("a model that is not compiled", () => {
  const calls: Readonly<Record<string, Bad["run"]>> = {
    fit: (model) => model.fit(data),
    "fit on a stream": (model) => model.fit(data.batch(5)),
    step: (model) => model.step(1, { data }),
    evaluate: (model) => model.evaluate(data),
    setHyper: (model) => model.setHyper({ learningRate: 0.1 }),
    hyper: (model) => model.hyper,
  };
  for (const [name, run] of Object.entries(calls)) {
    test(`${name}: notCompiled`, async () => {
      using model = await sequential({ inputShape: [2], layers: [dense(1, "sigmoid")] });
      expect((await rejection(() => run(model))).code).toBe("notCompiled");
    });
  }
});

describe("while a model is busy", () => {
  const calls: Readonly<Record<string, Bad["run"]>> = {
    fit: (model) => model.fit(data),
    "fit on a stream": (model) => model.fit(data.batch(5)),
    step: (model) => model.step(1, { data }),
    compile: (model) => model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" }),
    reset: (model) => model.reset(),
    setWeights: (model) => model.setWeights({ "dense_1.bias": [1, 2, 3, 4] }),
    dispose: (model) => model.dispose(),
  };
  for (const [name, run] of Object.entries(calls)) {
    test(`${name} during fit: busy, and fit goes on`, async () => {
      using alone = await binaryModel();
      await alone.fit(data, { epochs: 2 });
      using model = await binaryModel();
      const codes: string[] = [];
      const onEpochBegin = async () => void codes.push((await rejection(() => run(model))).code);
      await model.fit(data, { epochs: 2, callbacks: { onEpochBegin } });
      expect([codes, hashModel(model)]).toEqual([["busy", "busy"], hashModel(alone)]);
    });
  }
  test("fit right after fit, not awaited: busy", async () => {
    using model = await binaryModel();
    const first = model.fit(data, { epochs: 20 });
    expect((await rejection(() => model.fit(data))).code).toBe("busy");
    expect((await first).epoch).toHaveLength(20);
  });
  test("fit while a stream waits for its batch: busy", async () => {
    using model = await binaryModel();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stream = async function* () {
      await released;
      yield data;
    };
    const first = model.fit(stream());
    expect((await rejection(() => model.fit(data))).code).toBe("busy");
    release();
    await first;
  });
});

describe("a model that was disposed", () => {
  const calls: Readonly<Record<string, Bad["run"]>> = {
    fit: (model) => model.fit(data),
    "fit on a stream": (model) => model.fit(data.batch(5)),
    step: (model) => model.step(1, { data }),
    evaluate: (model) => model.evaluate(data),
    predict: (model) => model.predict(data),
    lens: (model) => model.lens(data),
    compile: (model) => model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" }),
    reset: (model) => model.reset(),
    summary: (model) => model.summary(),
    setHyper: (model) => model.setHyper({ learningRate: 0.1 }),
    getWeights: (model) => model.getWeights(),
    setWeights: (model) => model.setWeights({}),
    weight: (model) => model.weight("dense_1.bias"),
    save: (model) => model.save(),
    "save to a folder": (model) => model.save("nowhere"),
  };
  for (const [name, run] of Object.entries(calls)) {
    test(`${name}: disposed`, async () => {
      using model = await binaryModel();
      model.dispose();
      expect((await rejection(() => run(model))).code).toBe("disposed");
    });
  }
  test("a weight held from before: disposed", async () => {
    using model = await binaryModel();
    const weight = model.weight("dense_1.bias");
    model.dispose();
    const codes = [
      await rejection(() => weight.get(0)),
      await rejection(() => weight.set(1, 0)),
      await rejection(() => weight.read()),
    ];
    expect(codes.map(({ code }) => code)).toEqual(["disposed", "disposed", "disposed"]);
  });
  test("dispose once more is no error", async () => {
    using model = await binaryModel();
    model.dispose();
    expect(() => model.dispose()).not.toThrow();
  });
});

describe("every message", () => {
  test("says where, what was required and what came", async () => {
    using model = await binaryModel();
    const { message } = await rejection(() => model.fit(data, { batchSize: 99 }));
    expect(message).toBe(
      "fit: required a batchSize of at most 30, the number of samples, got 99. Lower it, or leave it out.",
    );
  });
  test("carries the facts as details", async () => {
    const { details } = await rejection(() => fromArrays({ features: [[1, 2], [3]] }));
    expect(details).toMatchObject({ row: 1, length: 1, expected: 2 });
  });
});

test("a Dataset checks what it is made of: labelOutOfRange", async () => {
  const make = () =>
    new Dataset({
      features: new Float32Array(4),
      targets: Float32Array.of(0, 5),
      inputShape: [2],
      task: "classification",
      classes: 3,
    });
  expect((await rejection(make)).code).toBe("labelOutOfRange");
});

test("loadModel takes a folder or what save returned: invalidArgument", async () => {
  const codes = [];
  for (const source of [undefined, 5, {}, { json: "{}" }, { json: 5, weights: new Uint8Array() }]) {
    codes.push((await rejection(() => loadModel(any(source)))).code);
  }
  expect(new Set(codes)).toEqual(new Set(["invalidArgument"]));
});

test("loadModel takes the weights as an ArrayBuffer too", async () => {
  using model = await binaryModel();
  const { json, weights } = model.save();
  using loaded = await loadModel({ json, weights: Uint8Array.from(weights).buffer });
  expect(hashModel(loaded)).toBe(hashModel(model));
});

test("loadModel refuses an engine that is none, and what it doesn't know", async () => {
  using model = await binaryModel();
  const load = (options: unknown) => rejection(() => loadModel(model.save(), any<object>(options)));
  expect((await load({ engine: {} })).code).toBe("invalidArgument");
  expect((await load({ engin: arena })).code).toBe("unknownName");
});

test("a folder without a model: fileUnreadable", async () => {
  expect((await rejection(() => loadModel("no/such/folder"))).code).toBe("fileUnreadable");
});
