// Units taken in hand. Switched off, a unit is as good as not there; frozen, its weights keep their bits.
// Both hold from the next step on, and go with the model when it is saved.

import { afterEach, describe, expect, test } from "vitest";
import {
  type ActivationName,
  activation,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  datasets,
  dense,
  dropout,
  earlyStopping,
  engine,
  type Layer,
  lion,
  loadModel,
  NdArray,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsprop,
  type Sequential,
  type SequentialOptions,
  sequential,
  sgd,
} from "../../src/index.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { oracle, rows } from "../support/oracle.ts";
import { random } from "../support/reference/cases.ts";
import { rejection } from "../support/rejection.ts";

const checked = kernelName === "check";
const data = datasets.moons({ samples: 40, noise: 0.2, seed: 6 });
const BATCH = 7;

/** Models of the test at hand: disposed behind it. */
const made: Sequential[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});
async function build(options: SequentialOptions): Promise<Sequential> {
  const model = await sequential(options);
  made.push(model);
  return model;
}
async function reloaded(model: Sequential): Promise<Sequential> {
  const loaded = await loadModel(model.save());
  made.push(loaded);
  return loaded;
}

const stack = (): Layer[] => [
  dense({ units: 6, activation: "tanh", biasInitializer: "randomUniform" }),
  dropout(0.2),
  dense({ units: 5, activation: "swish", biasInitializer: "randomUniform" }),
  dense(1, "sigmoid"),
];

async function make(
  optimizer: Optimizer = adam({ learningRate: 0.02 }),
  layers = stack(),
): Promise<Sequential> {
  const model = await build({ inputShape: [2], seed: 3, layers });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

const bind = { data, batchSize: BATCH };
/** `n` steps on the data, which the model is given by the first of them. */
const steps = (model: Sequential, n: number) => model.step(n, model.position.step ? {} : bind);

/** What goes into a unit: its column of the weights, and its bias. */
function incoming(model: Sequential, layer: string, unit: number): number[] {
  const weights = model.getWeights();
  const columns = weights[`${layer}.weight`]?.rows().map((row) => row[unit] ?? Number.NaN) ?? [];
  return [...columns, weights[`${layer}.bias`]?.data[unit] ?? Number.NaN];
}

describe("a unit switched off", () => {
  const activations: readonly ActivationName[] = [
    ...(["linear", "step", "relu", "relu6", "leakyRelu", "elu", "selu", "sigmoid"] as const),
    ...(["hardSigmoid", "tanh", "softplus", "softsign", "gelu", "swish", "mish"] as const),
    ...(["sine", "gaussian", "exponential"] as const),
  ];

  /** A net's weights without some units of its layers, which stand in the order of the net. */
  function without(
    weights: Readonly<Record<string, NdArray>>,
    off: Readonly<Record<string, readonly number[]>>,
  ): Record<string, NdArray> {
    const entries: [string, NdArray][] = [];
    let below: readonly number[] = [];
    for (const [layer, gone] of Object.entries(off)) {
      const [weight, bias] = [weights[`${layer}.weight`], weights[`${layer}.bias`]];
      const kept = (row: readonly number[]) => row.filter((_, unit) => !gone.includes(unit));
      const columns = (weight?.rows() ?? []).filter((_, unit) => !below.includes(unit)).map(kept);
      const shape = [columns.length, columns[0]?.length ?? 0];
      const biases = kept([...(bias?.data ?? [])]);
      entries.push([`${layer}.weight`, new NdArray(Float32Array.from(columns.flat()), shape)]);
      entries.push([`${layer}.bias`, new NdArray(Float32Array.from(biases), [biases.length])]);
      below = gone;
    }
    return Object.fromEntries(entries);
  }

  interface Net {
    readonly f: ActivationName;
    readonly units?: number;
    readonly samples?: number;
    readonly optimizer?: Optimizer;
    readonly between?: readonly Layer[];
  }

  /** Three steps of a net with some units off, and of the reference net that has no such units. */
  async function train({ f, units = 5, samples = 12, optimizer, between = [] }: Net) {
    const layers = [
      dense({ units, activation: f, biasInitializer: "randomUniform", name: "first" }),
      ...between,
      dense({ units: 4, activation: "tanh", biasInitializer: "randomUniform", name: "second" }),
      dense({ units: 2, name: "out" }),
    ];
    const used = optimizer ?? sgd({ learningRate: 0.1 });
    const model = await build({ inputShape: [3], seed: 5, layers });
    model.compile({ optimizer: used, loss: "meanSquaredError" });
    const off = { first: [0, units - 2], second: [3], out: [] };
    for (const index of off.first) model.unit("first", index).enabled = false;
    model.unit("second", 3).enabled = false;
    const reference = oracle({
      inputs: 3,
      layers: [
        { name: "first", activation: f, alpha: f === "leakyRelu" ? 0.2 : f === "elu" ? 1 : 0 },
        { name: "second", activation: "tanh" },
        { name: "out", activation: "linear" },
      ],
      loss: "meanSquaredError",
      optimizer: used,
      weights: without(model.getWeights(), off),
    });
    const x = random(7, samples * 3, -1.5, 1.5).map(Math.fround);
    const t = random(8, samples * 2, -1, 1).map(Math.fround);
    const before = model.getWeights();
    const batchSize = samples / 3;
    const given = {
      x: Array.from({ length: samples }, (_, i) => x.slice(3 * i, 3 * i + 3)),
      y: Array.from({ length: samples }, (_, i) => t.slice(2 * i, 2 * i + 2)),
    };
    await model.fit(given, { batchSize, shuffle: false });
    for (let at = 0; at < samples; at += batchSize) {
      reference.step(rows({ x, t }, samples, [at, at + batchSize]));
    }
    const after = model.getWeights();
    const got = Object.values(without(after, off)).flatMap(({ data }) => [...data]);
    const want = Object.values(reference.weights).flatMap((values) => [...values]);
    return { model, got, want, before, after };
  }

  test.each(activations)("trains the net as if it were not there, %s", async (f) => {
    const { got, want } = await train({ f });
    expect(got).toBeNear(want, { absolute: 2e-6, relative: 2e-5 });
  });
  test("does so with adam, clipped by norm", async () => {
    const optimizer = adam({ learningRate: 0.02, epsilon: 1e-4, globalClipNorm: 0.1 });
    const { got, want } = await train({ f: "tanh", optimizer });
    expect(got).toBeNear(want, { absolute: 2e-6, relative: 2e-5 });
  });
  test.each(["tanh", "gelu"] as const)("does so below a dropout layer, %s", async (f) => {
    const { got, want } = await train({ f, between: [dropout(0)] });
    expect(got).toBeNear(want, { absolute: 2e-6, relative: 2e-5 });
  });
  test("does so where products run packed", async () => {
    // Wide enough for it in forward and backward, with batches of a third of the samples.
    const size = checked ? { units: 40, samples: 120 } : { units: 150, samples: 240 };
    const { got, want } = await train({ f: "relu", ...size });
    expect(got).toBeNear(want, { absolute: 2e-6, relative: 2e-5 });
  });
  test.each(["tanh", "gelu", "exponential"] as const)(
    "keeps its weights, and those that lead away from it, %s",
    async (f) => {
      const { before, after } = await train({ f });
      const of = (weights: typeof after) => [
        weights["first.weight"]?.rows().map((row) => [row[0], row[3]]),
        weights["first.bias"]?.data[3],
        [0, 3].map((unit) => weights["second.weight"]?.rows()[unit]),
        weights["out.weight"]?.rows()[3],
      ];
      expect(of(after)).toEqual(of(before));
      expect(after["first.weight"]).not.toEqual(before["first.weight"]);
    },
  );

  /** Another model with the same weights, but 0 on the way out of dense_1's unit 2 and dense_2's unit 4. */
  async function cut(model: Sequential): Promise<Sequential> {
    const other = await make();
    other.setWeights(model.getWeights());
    for (let j = 0; j < 5; j++) other.weight("dense_2.weight").set(0, 2, j);
    other.weight("dense_3.weight").set(0, 4, 0);
    return other;
  }
  test("gives 0 to predict and to evaluate", async () => {
    const model = await make();
    await steps(model, 9);
    const other = await cut(model);
    model.unit("dense_1", 2).enabled = false;
    model.unit("dense_2", 4).enabled = false;
    expect((await model.predict(data)).data).toEqual((await other.predict(data)).data);
    expect((await model.predict([[0.5, 1]])).data).toEqual((await other.predict([[0.5, 1]])).data);
    expect(await model.evaluate(data)).toEqual(await other.evaluate(data));
  });
  test("gives 0 to the lens, all the way from the layer below", async () => {
    const layers = [dense(3, "sigmoid"), dense({ units: 2, activation: "exponential" }), dense(1)];
    const model = await make(adam(), layers);
    model.unit("dense_1", 1).enabled = false;
    model.unit("dense_2", 0).enabled = false;
    const lens = await model.lens(data, { resolution: 3, lines: 2, probeSteps: 2 });
    const [, first, second] = lens.layers;
    const zeros = (count: number) => new Array(count).fill(0);
    expect([...(first?.units?.data.subarray(9, 18) ?? [])]).toEqual(zeros(9));
    expect(first?.activations.rows().map((row) => row[1])).toEqual(zeros(data.samples));
    const { folding, points } = second?.representation ?? {};
    const seen = [folding?.weighted.points, folding?.shifted.points, points];
    for (const it of seen) expect(it?.rows().map(([x]) => x)).toEqual(zeros(data.samples));
    for (const it of seen) expect(it?.rows().some(([, y]) => y !== 0)).toBe(true);
  });
  test("gives 0 to an activation layer behind it", async () => {
    const layers = () => [dense(4, "tanh"), dense(3), activation("sigmoid"), dense(1, "sigmoid")];
    const [model, other] = [await make(sgd(), layers()), await make(sgd(), layers())];
    for (let i = 0; i < 4; i++) other.weight("dense_2.weight").set(0, i, 1);
    model.unit("dense_2", 1).enabled = false;
    expect((await model.predict(data)).data).toEqual((await other.predict(data)).data);
    const before = incoming(model, "dense_2", 1);
    await steps(model, 5);
    expect(incoming(model, "dense_2", 1)).toEqual(before);
  });
  test("is as it was when it is switched on again", async () => {
    const [model, other] = [await make(), await make()];
    const unit = model.unit("dense_2", 0);
    const before = (await model.predict(data)).data;
    unit.enabled = false;
    expect((await model.predict(data)).data).not.toEqual(before);
    unit.enabled = true;
    expect((await model.predict(data)).data).toEqual(before);
    await steps(model, 20);
    await steps(other, 20);
    expect(hashModel(model)).toBe(hashModel(other));
  });
});

const optimizers: Readonly<Record<OptimizerName, readonly Optimizer[]>> = {
  sgd: [
    sgd({ learningRate: 0.1, weightDecay: 0.1 }),
    sgd({ momentum: 0.9, nesterov: true, globalClipNorm: 0.1, weightDecay: 0.1 }),
  ],
  adagrad: [adagrad({ learningRate: 0.05, weightDecay: 0.1 })],
  adadelta: [adadelta({ learningRate: 1, weightDecay: 0.1 })],
  rmsprop: [rmsprop({ centered: true, momentum: 0.5, weightDecay: 0.1, clipValue: 0.1 })],
  adam: [adam({ learningRate: 0.01, amsgrad: true, weightDecay: 0.1 })],
  adamW: [adamW({ globalClipNorm: 0.5, weightDecay: 0.1 })],
  adamax: [adamax({ clipValue: 0.1, weightDecay: 0.1 })],
  nadam: [nadam({ learningRate: 0.01, weightDecay: 0.1 })],
  lion: [lion({ learningRate: 0.003, weightDecay: 0.1 })],
};

describe("a frozen unit", () => {
  const penalized = () => [
    dense({ units: 6, activation: "tanh", kernelRegularizer: { l1: 0.01, l2: 0.01 } }),
    dense({ units: 1, activation: "sigmoid", biasInitializer: "randomUniform" }),
  ];
  const columns = (model: Sequential) =>
    [0, 1, 2, 3, 4, 5].map((it) => incoming(model, "dense_1", it));

  for (const optimizer of Object.values(optimizers).flat()) {
    test(`keeps its bits for 50 steps while all others move, ${optimizer.name}`, async () => {
      const model = await make(optimizer, penalized());
      const before = columns(model);
      for (const index of [1, 4]) model.unit("dense_1", index).frozen = true;
      await steps(model, 50);
      const moved = columns(model).map((it, unit) => it.map((w, i) => w !== before[unit]?.[i]));
      expect(moved).toEqual([0, 1, 2, 3, 4, 5].map((it) => Array(3).fill(it !== 1 && it !== 4)));
    });
    test(`leaves the others the step that they make anyway, ${optimizer.name}`, async () => {
      const [model, other] = [
        await make(optimizer, penalized()),
        await make(optimizer, penalized()),
      ];
      for (const index of [1, 4]) model.unit("dense_1", index).frozen = true;
      await steps(model, 1);
      await steps(other, 1);
      const free = (it: Sequential) => columns(it).filter((_, unit) => unit !== 1 && unit !== 4);
      expect(free(model)).toEqual(free(other));
      expect(incoming(model, "dense_2", 0)).toEqual(incoming(other, "dense_2", 0));
    });
  }

  test("is frozen in the last layer too, and without a bias", async () => {
    const layers = [dense({ units: 3, activation: "tanh", useBias: false }), dense(1, "sigmoid")];
    const model = await make(adam({ weightDecay: 0.1 }), layers);
    model.unit("dense_1", 2).frozen = true;
    model.unit("dense_2", 0).frozen = true;
    const before = model.getWeights();
    await steps(model, 10);
    const after = model.getWeights();
    expect([after["dense_2.weight"], after["dense_2.bias"]]).toEqual([
      before["dense_2.weight"],
      before["dense_2.bias"],
    ]);
    const [was, is] = [before, after].map((it) => it["dense_1.weight"]?.rows());
    expect(is?.map((row) => row[2])).toEqual(was?.map((row) => row[2]));
    expect(is?.map((row) => row[1])).not.toEqual(was?.map((row) => row[1]));
  });
  test("keeps what is written by hand", async () => {
    const model = await make();
    model.unit("dense_1", 3).frozen = true;
    await steps(model, 4);
    model.weight("dense_1.weight").set(0.25, 1, 3);
    model.setWeights({ "dense_1.bias": [9, 9, 9, 0.5, 9, 9] });
    const before = incoming(model, "dense_1", 3);
    await steps(model, 4);
    expect(incoming(model, "dense_1", 3)).toEqual(before);
    expect(before.slice(1)).toEqual([0.25, 0.5]);
  });
  test("learns again when it is free", async () => {
    const model = await make();
    const unit = model.unit("dense_1", 3);
    const start = incoming(model, "dense_1", 3);
    unit.frozen = true;
    await steps(model, 4);
    expect(incoming(model, "dense_1", 3)).toEqual(start);
    unit.frozen = false;
    await steps(model, 1);
    expect(incoming(model, "dense_1", 3).map((w, i) => w === start[i])).toEqual([
      false,
      false,
      false,
    ]);
  });
  test("has its initial weights after reset, and stays frozen", async () => {
    const model = await make();
    const start = incoming(model, "dense_1", 3);
    model.unit("dense_1", 3).frozen = true;
    model.unit("dense_2", 1).enabled = false;
    await steps(model, 8);
    const first = hashModel(model);
    model.weight("dense_1.weight").set(0.25, 1, 3);
    model.reset();
    expect(incoming(model, "dense_1", 3)).toEqual(start);
    expect([model.unit("dense_1", 3).frozen, model.unit("dense_2", 1).enabled]).toEqual([
      true,
      false,
    ]);
    await steps(model, 8);
    expect(hashModel(model)).toBe(first);
  });
  test("stays through compile", async () => {
    const model = await make();
    model.unit("dense_1", 3).frozen = true;
    model.compile({ optimizer: "nadam", loss: "meanSquaredError" });
    const start = incoming(model, "dense_1", 3);
    await model.fit(data);
    expect(incoming(model, "dense_1", 3)).toEqual(start);
  });
});

describe("in every way of training", () => {
  const hold = (model: Sequential) => {
    model.unit("dense_1", 3).frozen = true;
    model.unit("dense_2", 1).enabled = false;
  };
  const start = async () => {
    const model = await make();
    hold(model);
    return { model, before: incoming(model, "dense_1", 3) };
  };

  test("fit, step and a stream end on the same bits", async () => {
    const [fitted, stepped, streamed] = [await start(), await start(), await start()];
    const batches = Array.from({ length: 5 }, (_, i) => {
      const part = data.features.slice(16 * i, 16 * i + 16);
      const x = Array.from({ length: 8 }, (_, j) => [...part.slice(2 * j, 2 * j + 2)]);
      return { x, y: [...(data.targets ?? [])].slice(8 * i, 8 * i + 8) };
    });
    const options = { batchSize: 8, shuffle: false };
    await fitted.model.fit(data, options);
    await stepped.model.step(5, { data, ...options });
    await streamed.model.fit(batches);
    expect(hashWeights(stepped.model)).toBe(hashWeights(fitted.model));
    expect(hashWeights(streamed.model)).toBe(hashWeights(fitted.model));
    for (const { model, before } of [fitted, stepped, streamed]) {
      expect(incoming(model, "dense_1", 3)).toEqual(before);
    }
  });
  test("what is set between steps holds from the next one on", async () => {
    const model = await make();
    await steps(model, 3);
    const later = await reloaded(model);
    hold(model);
    const before = incoming(model, "dense_1", 3);
    const { loss } = await steps(model, 1);
    expect(incoming(model, "dense_1", 3)).toEqual(before);
    // As a model that takes its data only now.
    hold(later);
    expect((await later.step(1, bind)).loss).toBe(loss);
    await steps(model, 10);
    await later.step(10);
    expect(hashModel(later)).toBe(hashModel(model));
  });
  test("the same calls end on the same bits", async () => {
    const run = async () => {
      const { model } = await start();
      await steps(model, 9);
      model.unit("dense_1", 3).frozen = false;
      model.unit("dense_2", 0).frozen = true;
      await steps(model, 2);
      model.unit("dense_2", 1).enabled = true;
      await model.fit(data, { batchSize: BATCH });
      return hashModel(model);
    };
    expect(await run()).toBe(await run());
  });
  test("step(0) says the last loss, whatever was set since", async () => {
    const model = await make();
    const { loss } = await steps(model, 3);
    hold(model);
    expect(await model.step(0)).toEqual({ loss, step: 3, epoch: 0 });
  });
  test("a run that was saved and loaded goes on to the bits of an unbroken one", async () => {
    const [model, whole] = [(await start()).model, (await start()).model];
    await steps(model, 8);
    const loaded = await reloaded(model);
    expect(loaded.save()).toEqual(model.save());
    expect([loaded.unit("dense_1", 3).frozen, loaded.unit("dense_2", 1).enabled]).toEqual([
      true,
      false,
    ]);
    expect((await loaded.predict(data)).data).toEqual((await model.predict(data)).data);
    await loaded.step(12, bind);
    await steps(whole, 20);
    expect(hashModel(loaded)).toBe(hashModel(whole));
  });
  test("early stopping puts them back as they were", async () => {
    const { model, before } = await start();
    const callbacks = earlyStopping({ monitor: "loss", restoreBestWeights: true });
    await model.fit(data, { epochs: 30, batchSize: BATCH, callbacks });
    expect(incoming(model, "dense_1", 3)).toEqual(before);
  });
  test("a run that diverges goes back to weights of its own, theirs among them", async () => {
    const diverging = async () => {
      const layers = [dense(6), dense(5), dense(1)];
      const model = await build({ inputShape: [2], seed: 3, layers });
      model.compile({ optimizer: sgd({ learningRate: 2 }), loss: "meanSquaredError" });
      hold(model);
      return model;
    };
    const [failed, again] = [await diverging(), await diverging()];
    const before = incoming(failed, "dense_1", 3);
    const { code } = await rejection(() => failed.fit(data, { epochs: 300, batchSize: BATCH }));
    expect(code).toBe("notFinite");
    const { step } = failed.position;
    const { loss } = await again.step(step, bind);
    expect([hashWeights(again), Number.isFinite(loss)]).toEqual([hashWeights(failed), true]);
    expect(incoming(failed, "dense_1", 3)).toEqual(before);
  });
  test("a run that diverges between changes goes back behind the last of them", async () => {
    const model = await make(sgd({ learningRate: 0.1 }));
    await steps(model, 3);
    hold(model);
    await steps(model, 2);
    model.unit("dense_1", 0).frozen = true;
    const before = [0, 3].map((unit) => incoming(model, "dense_1", unit));
    model.setHyper({ learningRate: 3e38 });
    expect((await rejection(() => model.step(50))).code).toBe("notFinite");
    expect([0, 3].map((unit) => incoming(model, "dense_1", unit))).toEqual(before);
  });
  test("the plans name what they do, and only where something is to be done", async () => {
    const model = await make();
    const before = model.summary();
    hold(model);
    const text = model.summary();
    expect(text).toMatch(
      /dense_2 units off .*dense_2\.y\[batch×5\] = 0 where not dense_2\.enabled/,
    );
    expect(text).toMatch(/dense_1 units frozen .*dense_1\.weight\.copy\[2×6\] = dense_1\.weight\n/);
    expect(text).toMatch(
      /dense_1\.bias\[1×6\] = dense_1\.bias\.copy where not dense_1\.bias\.free/,
    );
    model.unit("dense_1", 3).frozen = false;
    model.unit("dense_2", 1).enabled = true;
    expect(model.summary()).toBe(before);
  });
  test("all memory is given back", async () => {
    const { arena } = await engine();
    const before = arena.used;
    const model = await make();
    await steps(model, 2);
    await model.predict(data);
    hold(model);
    await steps(model, 2);
    await model.predict(data);
    model.dispose();
    expect(arena.used).toBe(before);
  });
});

describe("errors", () => {
  const layers = () => [
    dense(4, "tanh"),
    dropout(0.1),
    dense(3, "softmax"),
    dense(2, "tanh"),
    dense(1, "sigmoid"),
  ];
  const any = <T>(value: unknown) => value as T;
  type Run = (model: Sequential) => unknown;
  test.each<[string, string, Run]>([
    ["a layer that is none", "unknownName", (it) => it.unit("dense_9", 0)],
    ["a layer's number", "unknownName", (it) => it.unit(any(1), 0)],
    ["a layer without units", "invalidArgument", (it) => it.unit("dropout_1", 0)],
    ["a unit below the first", "invalidArgument", (it) => it.unit("dense_1", -1)],
    ["a unit behind the last", "invalidArgument", (it) => it.unit("dense_1", 4)],
    ["half a unit", "invalidArgument", (it) => it.unit("dense_1", 0.5)],
    [
      "an output switched off",
      "invalidArgument",
      (it) => {
        it.unit("dense_4", 0).enabled = false;
      },
    ],
    [
      "a part of a softmax switched off",
      "invalidArgument",
      (it) => {
        it.unit("dense_2", 1).enabled = false;
      },
    ],
    [
      "frozen by something else than true or false",
      "invalidArgument",
      (it) => {
        it.unit("dense_1", 1).frozen = any(1);
      },
    ],
    [
      "enabled by something else than true or false",
      "invalidArgument",
      (it) => {
        it.unit("dense_1", 1).enabled = any("no");
      },
    ],
  ])("%s: %s, and nothing is changed", async (_, code, run) => {
    const model = await make(adam(), layers());
    await steps(model, 1);
    const before = hashModel(model);
    expect((await rejection(() => run(model))).code).toBe(code);
    expect(hashModel(model)).toBe(before);
  });
  test("while the model trains: busy, but they can be read", async () => {
    const model = await make();
    const unit = model.unit("dense_1", 1);
    const training = model.fit(data, { epochs: 3 });
    const codes = await Promise.all([
      rejection(() => {
        unit.frozen = true;
      }),
      rejection(() => {
        unit.enabled = false;
      }),
    ]);
    expect(codes.map((it) => it.code)).toEqual(["busy", "busy"]);
    expect([unit.frozen, unit.enabled]).toEqual([false, true]);
    await training;
  });
  test("of a model that was disposed: disposed", async () => {
    const model = await make();
    const unit = model.unit("dense_1", 1);
    model.dispose();
    const runs = [
      () => model.unit("dense_1", 1),
      () => unit.frozen,
      () => unit.enabled,
      () => {
        unit.frozen = true;
      },
      () => {
        unit.enabled = false;
      },
    ];
    for (const run of runs) expect((await rejection(run)).code).toBe("disposed");
  });
  test.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["a layer that is none", "unknownName", { layer: "dense_9" }],
    ["a layer without units", "invalidArgument", { layer: "dropout_1" }],
    ["a unit that is none", "invalidArgument", { index: 4 }],
    ["an output switched off", "invalidArgument", { layer: "dense_4", index: 0, enabled: false }],
    ["a softmax switched off", "invalidArgument", { layer: "dense_2", enabled: false }],
    ["a unit that is a text", "modelFormat", { index: "1" }],
    ["a state that is a number", "modelFormat", { frozen: 1 }],
    ["a state too many", "modelFormat", { gone: true }],
  ])("in a file, %s: %s, before anything is allocated", async (_, code, entry) => {
    const model = await make(adam(), layers());
    model.unit("dense_1", 1).frozen = true;
    const { json, weights } = model.save();
    const saved = JSON.parse(json);
    expect(saved.units).toEqual([{ layer: "dense_1", index: 1, frozen: true, enabled: true }]);
    saved.units[0] = { ...saved.units[0], ...entry };
    const { arena } = await engine();
    const before = arena.used;
    const error = await rejection(() => loadModel({ json: JSON.stringify(saved), weights }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/model\.json: units\[0\]/);
    expect(arena.used).toBe(before);
  });
});
