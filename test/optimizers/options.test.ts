// Optimizers on the host: Keras' defaults, what is refused, and saving.

import { describe, expect, test } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { LayerwiseError } from "../../src/errors.ts";
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  changeHyper,
  hyperOptions,
  lion,
  nadam,
  type Optimizer,
  type OptimizerName,
  optimizerConfig,
  optimizerFromConfig,
  optimizerNames,
  resolveOptimizer,
  rmsprop,
  sgd,
  writeHyper,
} from "../../src/optimizers/index.ts";

/** The error that `run` throws, as "code: message". */
function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

/** The keras.optimizers' defaults, by Keras' documentation. */
const defaults: Readonly<Record<OptimizerName, object>> = {
  sgd: { learningRate: 0.01, momentum: 0, nesterov: false },
  adagrad: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  adadelta: { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 },
  rmsprop: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false },
  adamW: {
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
    weightDecay: 0.004,
  },
  adamax: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  nadam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  lion: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
};

const makers: Readonly<Record<OptimizerName, (options?: object) => Optimizer>> = {
  sgd,
  adagrad,
  adadelta,
  rmsprop,
  adam,
  adamW,
  adamax,
  nadam,
  lion,
};

describe.each(optimizerNames)("%s", (name) => {
  const make = makers[name];

  test("has Keras' defaults", () => {
    expect(optimizerConfig(make())).toEqual({ name, weightDecay: 0, ...defaults[name] });
  });

  test("is what its name resolves to", () => {
    expect(resolveOptimizer("compile", name)).toEqual(make());
  });

  test("survives saving with every option changed", () => {
    const changed = Object.entries(defaults[name]).map(([key, value]) => [
      key,
      typeof value === "boolean" ? !value : 0.25,
    ]);
    const options = { ...Object.fromEntries(changed), weightDecay: 0.5, clipValue: 2 };
    const it = make(options);
    const json = JSON.parse(JSON.stringify(optimizerConfig(it)));
    expect(json).toEqual({ name, ...options });
    expect(optimizerFromConfig(json)).toEqual(it);
    expect(resolveOptimizer("compile", it)).toEqual(it);
  });

  test("passes all its options through to hyper-parameters, each to its own", () => {
    const keys = [...Object.keys(defaults[name]), "globalClipNorm"];
    const numeric = keys.filter((key) => !["nesterov", "centered", "amsgrad"].includes(key));
    const values = numeric.map((key, i) => [key, (i + 1) / 16]);
    const { hyper, initialState } = make(Object.fromEntries(values));
    const got = [...Object.values(hyper), initialState].filter((v) =>
      values.some(([, it]) => it === v),
    );
    expect(got.sort((a, b) => Number(a) - Number(b))).toEqual(values.map(([, value]) => value));
  });

  test.each([...["0.1", Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e-60, null, true]])(
    "refuses a learning rate of %s",
    (learningRate) => {
      const message = errorOf(() => make({ learningRate }));
      expect(message).toMatch(/^invalidArgument: /);
      expect(message).toContain(`${name}({ learningRate }): required a finite number > 0, got`);
    },
  );

  test("refuses an option that nobody reads", () => {
    expect(errorOf(() => make({ learning_rate: 1 }))).toMatch(
      /^unknownName: .*unknown option "learning_rate". Known: .*learningRate/,
    );
  });
});

test("decay rates lie in [0, 1), also as f32", () => {
  expect(errorOf(() => adam({ beta1: 0 }))).toBe("no error");
  for (const beta2 of [1, -0.1, 0.999999999999]) {
    expect(errorOf(() => adam({ beta2 }))).toContain(
      "adam({ beta2 }): required a number ≥ 0 and < 1",
    );
  }
  expect(errorOf(() => sgd({ momentum: 1 }))).toContain("sgd({ momentum })");
});

test("epsilon must be more than 0 as f32, since 0 / ε keeps padding at 0", () => {
  expect(errorOf(() => adam({ epsilon: 0 }))).toContain("adam({ epsilon })");
  expect(errorOf(() => adam({ epsilon: 1e-60 }))).toContain("adam({ epsilon })");
});

test("clips are off unless given, and exclude each other", () => {
  expect(sgd().hyper).toMatchObject({ clipValue: 0, globalClipNorm: 0 });
  expect(sgd({ globalClipNorm: 2 }).hyper).toMatchObject({ clipValue: 0, globalClipNorm: 2 });
  expect(errorOf(() => sgd({ clipValue: 0 }))).toContain("sgd({ clipValue }): required");
  expect(errorOf(() => sgd({ clipValue: 1, globalClipNorm: 1 }))).toContain(
    "one of the two at most",
  );
});

test("state has room for what the options turn on", () => {
  expect(sgd().slots).toBe(0);
  expect(sgd({ momentum: 0.5 }).slots).toBe(1);
  expect(rmsprop().slots).toBe(1);
  expect(rmsprop({ momentum: 0.5 }).slots).toBe(2);
  expect(rmsprop({ centered: true, momentum: 0.5 }).slots).toBe(3);
  expect(adam().slots).toBe(2);
  expect(adamW({ amsgrad: true }).slots).toBe(3);
});

test("an undefined option is one left out", () => {
  const options: object = { learningRate: undefined, clipValue: undefined };
  expect(adam(options)).toEqual(adam());
});

test.each([
  [undefined, "invalidArgument"],
  [null, "invalidArgument"],
  [[], "invalidArgument"],
  ["adam", "invalidArgument"],
  [{}, "unknownName"],
  [{ name: "Adam" }, "unknownName"],
  [{ name: "__proto__" }, "unknownName"],
  [{ name: "constructor" }, "unknownName"],
  [{ name: "adam", hyper: {} }, "unknownName"],
  [JSON.parse('{"name": "adam", "__proto__": {"learningRate": 1}}'), "unknownName"],
  [{ name: "adam", learningRate: "0.1" }, "invalidArgument"],
  [{ name: "adam", learningRate: { valueOf: 1 } }, "invalidArgument"],
  [{ name: "adam", amsgrad: 1 }, "invalidArgument"],
])("a saved optimizer %j is refused as %s", (json, code) => {
  expect(errorOf(() => optimizerFromConfig(json, "model.json"))).toMatch(`${code}: model.json`);
});

test("what is neither a name nor an optimizer is refused with the remedy", () => {
  for (const it of [undefined, 3, { name: "adam" }, adam]) {
    const message = errorOf(() => resolveOptimizer("compile({ optimizer })", it as Optimizer));
    expect(message).toMatch(/^invalidArgument: compile\(\{ optimizer \}\): .*adam\(\)/);
  }
  expect(errorOf(() => resolveOptimizer("compile", "adma" as OptimizerName))).toMatch(
    /^unknownName: compile: unknown optimizer "adma". Known: sgd, .*lion/,
  );
  const broken = { ...adam(), hyper: { ...adam().hyper, beta1: Number.NaN } };
  expect(errorOf(() => resolveOptimizer("compile", broken))).toContain("compile: adam({ beta1 })");
});

test("hyper-parameters change later only where no state or plan depends on them", () => {
  const it = sgd({ momentum: 0.5, clipValue: 1 });
  expect(changeHyper("setHyper", it, { learningRate: 0.25, momentum: 0.75, clipValue: 2 })).toEqual(
    sgd({ learningRate: 0.25, momentum: 0.75, clipValue: 2 }),
  );
  for (const [optimizer, change] of [
    [sgd(), { momentum: 0.5 }],
    [it, { momentum: 0 }],
    [it, { clipValue: 0 }],
    [it, { globalClipNorm: 1 }],
    [it, { nesterov: true }],
    [rmsprop(), { momentum: 0.5 }],
    [rmsprop(), { centered: true }],
    [adam(), { amsgrad: true }],
    [adagrad(), { initialAccumulatorValue: 0.5 }],
    [adam(), { epsilon: 0 }],
  ] as const) {
    expect(errorOf(() => changeHyper("setHyper", optimizer, change))).toMatch(
      /^invalidArgument: setHyper/,
    );
  }
});

test("a refused change is shown by its values, with the remedy", () => {
  expect(errorOf(() => changeHyper("setHyper", sgd(), { momentum: 0.5, learningRate: 1 }))).toBe(
    "invalidArgument: setHyper: required what is compiled in (state, a clip, a variant, a schedule) to stay on or off as it is, " +
      'got "momentum: 0.5, learningRate: 1". Compile the model again.',
  );
});

test("an optimizer's options change under its own names only", () => {
  for (const change of [{ beta1: 0.5 }, { variant: 1 }, { rho: 0.5 }] as const) {
    expect(errorOf(() => changeHyper("setHyper", sgd(), change))).toMatch(
      /^unknownName: setHyper: .* Known: .*learningRate, momentum, nesterov\.$/,
    );
  }
  for (const change of [undefined, 5, [0.1]]) {
    expect(errorOf(() => changeHyper("setHyper", sgd(), change as object))).toMatch(
      /^invalidArgument: setHyper/,
    );
  }
  const it = rmsprop({ rho: 0.5, momentum: 0.25, centered: true });
  const changed = changeHyper("setHyper", it, { rho: 0.75, momentum: 0.5 });
  expect(changed).toEqual(rmsprop({ rho: 0.75, momentum: 0.5, centered: true }));
  expect(hyperOptions(changed)).toEqual({
    learningRate: 0.001,
    weightDecay: 0,
    rho: 0.75,
    momentum: 0.5,
    epsilon: 1e-7,
    centered: true,
  });
});

test("hyper-parameters are written as f32 where the table says", () => {
  const view = new DataView(new ArrayBuffer(16 + abi.HYPER_BYTES));
  const hyper = {
    learningRate: 0.1,
    weightDecay: 0.2,
    beta1: 0.3,
    beta2: 0.4,
    epsilon: 0.5,
    variant: 1,
    clipValue: 0.6,
    globalClipNorm: 0.7,
    scheduled: 1,
    ema: 0.9,
  };
  writeHyper(view, 16, hyper);
  const at = (offset: number) => view.getFloat32(16 + offset, true);
  expect(at(abi.HYPER_LEARNING_RATE)).toBe(Math.fround(0.1));
  expect(at(abi.HYPER_WEIGHT_DECAY)).toBe(Math.fround(0.2));
  expect(at(abi.HYPER_BETA1)).toBe(Math.fround(0.3));
  expect(at(abi.HYPER_BETA2)).toBe(Math.fround(0.4));
  expect(at(abi.HYPER_EPSILON)).toBe(Math.fround(0.5));
  expect(at(abi.HYPER_VARIANT)).toBe(1);
  expect(at(abi.HYPER_CLIP_VALUE)).toBe(Math.fround(0.6));
  expect(at(abi.HYPER_CLIP_NORM)).toBe(Math.fround(0.7));
  expect(at(abi.HYPER_SCHEDULED)).toBe(1);
  expect(at(abi.HYPER_EMA)).toBe(Math.fround(0.9));
});
