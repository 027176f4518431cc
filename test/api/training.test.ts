// Training against the oracle: every activation × loss × optimizer takes the same steps in the kernel
// (f32) as the reference does (f64). The tables are typed by the library's own names: a name without a
// row is a type error, and a row too many or too few is a failed test.

import { describe, expect, test } from "vitest";
import {
  type Activation,
  type ActivationName,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  type DenseOptions,
  dense,
  elu,
  huber,
  type Loss,
  type LossName,
  leakyRelu,
  lion,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsprop,
  sequential,
  sgd,
} from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";
import { type Oracle, oracle, rows } from "../support/oracle.ts";
import { heads, OUTPUTS, random } from "../support/reference/cases.ts";
import type { ReferencePenalty } from "../support/reference.ts";
import { rejection } from "../support/rejection.ts";

const optimizers: Readonly<Record<OptimizerName, readonly Optimizer[]>> = {
  sgd: [
    sgd({ learningRate: 0.1 }),
    sgd({ learningRate: 0.05, momentum: 0.9 }),
    sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  ],
  adagrad: [adagrad({ learningRate: 0.1, weightDecay: 0.1 })],
  adadelta: [adadelta({ learningRate: 1, epsilon: 1e-3 })],
  rmsprop: [
    rmsprop({ learningRate: 0.01, epsilon: 1e-4 }),
    rmsprop({ learningRate: 0.01, epsilon: 1e-4, momentum: 0.5, centered: true, weightDecay: 0.1 }),
  ],
  adam: [
    adam({ learningRate: 0.01, epsilon: 1e-4 }),
    adam({ learningRate: 0.01, epsilon: 1e-4, amsgrad: true, beta2: 0.9 }),
  ],
  adamW: [adamW({ learningRate: 0.01, epsilon: 1e-4, weightDecay: 0.1 })],
  adamax: [adamax({ learningRate: 0.01, epsilon: 1e-4 })],
  nadam: [nadam({ learningRate: 0.01, epsilon: 1e-4 })],
  lion: [lion({ learningRate: 0.003, weightDecay: 0.1 })],
};

/** Each with the parameter that the reference is to use. */
const activations: Readonly<Record<ActivationName, number>> = {
  linear: 0,
  step: 0,
  relu: 0,
  relu6: 0,
  leakyRelu: 0.2,
  elu: 1,
  selu: 0,
  sigmoid: 0,
  hardSigmoid: 0,
  tanh: 0,
  softplus: 0,
  softsign: 0,
  gelu: 0,
  swish: 0,
  mish: 0,
  sine: 0,
  gaussian: 0,
  exponential: 0,
  softmax: 0,
};
const activationNames = Object.keys(activations) as readonly ActivationName[];

/** Output activations besides the one that a loss is made for: they take the unfused paths. */
const otherHeads: Readonly<Record<LossName, readonly ActivationName[]>> = {
  meanSquaredError: activationNames,
  meanAbsoluteError: activationNames,
  huber: ["tanh", "softmax"],
  logCosh: ["tanh", "softmax"],
  hinge: ["linear", "swish"],
  squaredHinge: ["linear", "swish"],
  binaryCrossentropy: ["hardSigmoid", "softmax"],
  categoricalCrossentropy: ["sigmoid", "softplus"],
  sparseCategoricalCrossentropy: ["sigmoid", "softplus"],
  kullbackLeiblerDivergence: ["sigmoid"],
  poisson: ["softplus"],
  meanAbsolutePercentageError: ["softplus"],
  meanSquaredLogarithmicError: ["sigmoid"],
  cosineSimilarity: ["tanh"],
  categoricalHinge: ["sigmoid"],
};
const lossNames = Object.keys(otherHeads) as readonly LossName[];

const INPUTS = 3;
const HIDDEN = 5;
const SAMPLES = 10;
const BATCH = 4;
const round = (values: readonly number[]) => values.map(Math.fround);
const x = Array.from({ length: SAMPLES }, (_, i) => round(random(100 + i, INPUTS, -1.5, 1.5)));

interface Case {
  readonly hidden: ActivationName | Activation;
  readonly alpha?: number;
  readonly head: ActivationName;
  readonly loss: LossName | Loss;
  readonly lossParameter?: number;
  readonly optimizer: Optimizer;
  readonly targets?: (sample: number) => readonly number[];
  readonly sampleWeight?: readonly number[];
  readonly classWeight?: Readonly<Record<number, number>>;
  readonly penalty?: ReferencePenalty;
  readonly biasPenalty?: ReferencePenalty;
  readonly useBias?: boolean;
  readonly seed?: number;
}

interface Outcome {
  /** Of each batch. */
  readonly losses: { readonly got: number[]; readonly want: number[] };
  /** All weights, end to end. */
  readonly weights: { readonly got: number[]; readonly want: number[] };
}

/** One epoch of three steps, the last batch being short, in the kernel and in the reference. */
async function run(it: Case): Promise<Outcome> {
  const loss = typeof it.loss === "string" ? it.loss : it.loss.name;
  const { head, optimizer, penalty, biasPenalty, useBias = true } = it;
  const shared: Partial<DenseOptions> = {
    useBias,
    biasInitializer: "randomUniform",
    ...(penalty && { kernelRegularizer: penalty }),
    ...(biasPenalty && { biasRegularizer: biasPenalty }),
  };
  using model = await sequential({
    inputShape: [INPUTS],
    seed: it.seed ?? 5,
    layers: [
      dense({ ...shared, units: HIDDEN, activation: it.hidden, name: "hidden" }),
      dense({ ...shared, units: OUTPUTS, activation: head, name: "out" }),
    ],
  });
  model.compile({ optimizer, loss: it.loss });
  const targets = x.map((_, i) => round([...(it.targets ?? heads[loss].targets)(i)]));
  const sparse = loss === "sparseCategoricalCrossentropy";
  const hidden = typeof it.hidden === "string" ? it.hidden : it.hidden.name;
  const penalties = {
    ...(penalty && { weightPenalty: penalty }),
    ...(biasPenalty && { biasPenalty }),
  };
  const reference: Oracle = oracle({
    inputs: INPUTS,
    layers: [
      { name: "hidden", activation: hidden, alpha: it.alpha ?? activations[hidden], ...penalties },
      { name: "out", activation: head, alpha: activations[head], ...penalties },
    ],
    loss,
    ...(it.lossParameter !== undefined && { lossParameter: it.lossParameter }),
    optimizer,
    weights: model.getWeights(),
  });
  const got: number[] = [];
  await model.fit(
    {
      x,
      y: sparse ? targets.flat() : targets,
      ...(it.sampleWeight && { sampleWeight: it.sampleWeight }),
    },
    {
      batchSize: BATCH,
      shuffle: false,
      ...(it.classWeight && { classWeight: it.classWeight }),
      callbacks: { onBatchEnd: (_, logs) => void got.push(logs.loss ?? Number.NaN) },
    },
  );
  const { classWeight } = it;
  const sampleWeights = targets.map((target, i) => {
    const label = sparse ? (target[0] ?? 0) : target.indexOf(Math.max(...target));
    return (it.sampleWeight?.[i] ?? 1) * (classWeight?.[label] ?? 1);
  });
  const batch = { x: x.flat(), t: targets.flat(), sampleWeights };
  const want: number[] = [];
  for (let from = 0; from < SAMPLES; from += BATCH) {
    want.push(reference.step(rows(batch, SAMPLES, [from, Math.min(from + BATCH, SAMPLES)])));
  }
  return {
    losses: { got, want },
    weights: {
      got: Object.values(model.getWeights()).flatMap(({ data }) => [...data]),
      want: Object.values(reference.weights).flatMap((values) => [...values]),
    },
  };
}

/** The share by which the worst number is off, 1e-4 · max(|want|, 0.1) being allowed. */
function worst({ losses, weights }: Outcome): number {
  const error = ({ got, want }: { got: number[]; want: number[] }) => {
    if (got.length !== want.length) return Number.POSITIVE_INFINITY;
    const errors = want.map(
      (it, i) => Math.abs((got[i] ?? Number.NaN) - it) / Math.max(Math.abs(it), 0.1),
    );
    return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);
  };
  return Math.max(error(losses), error(weights));
}

async function expectNear(it: Case): Promise<void> {
  expect(worst(await run(it)), `relative error`).toBeLessThanOrEqual(1e-4);
}

describe("every activation × loss", () => {
  const pairs = lossNames.flatMap((loss) => [
    ...activationNames.map((hidden) => ({ loss, hidden, head: heads[loss].head })),
    ...otherHeads[loss].map((head) => ({ loss, hidden: "tanh" as const, head })),
  ]);
  const all = Object.values(optimizers).flat();
  // Each pair meets each optimizer; the bounds-checked kernel takes every pair, with one of them in turn.
  const step = kernelName === "check" ? all.length : 1;
  for (const [number, optimizer] of all.entries()) {
    const { name, hyper } = optimizer;
    const variant = hyper.variant === 1 ? ", its variant" : "";
    const momentum = name === "sgd" && hyper.beta1 > 0 ? ", momentum" : "";
    test(`takes the reference's steps with ${name}${momentum}${variant}`, async () => {
      const bad: string[] = [];
      for (let i = number % step; i < pairs.length; i += step) {
        const pair = pairs[i];
        if (pair === undefined) continue;
        const error = worst(await run({ ...pair, optimizer }));
        if (!(error <= 1e-4)) bad.push(`${pair.hidden} → ${pair.head}, ${pair.loss}: ${error}`);
      }
      expect(bad).toEqual([]);
    });
  }
});

describe("the tables are complete", () => {
  const known = async (run: () => unknown) => (await rejection(run)).details.known;
  test("every activation that the library knows is in the table", async () => {
    expect(await known(() => dense(1, "?" as ActivationName))).toEqual(activationNames);
  });
  test("every loss that the library knows is in the table", async () => {
    const model = await sequential({ inputShape: [1], layers: [dense(1)] });
    expect(await known(() => model.compile({ optimizer: "sgd", loss: "?" as LossName }))).toEqual(
      lossNames,
    );
  });
  test("every optimizer that the library knows is in the table", async () => {
    const model = await sequential({ inputShape: [1], layers: [dense(1)] });
    const compile = () => model.compile({ optimizer: "?" as OptimizerName, loss: "poisson" });
    expect(await known(compile)).toEqual(Object.keys(optimizers));
  });
});

describe("what is added to the loss or done to gradients", () => {
  const optimizer = sgd({ learningRate: 0.2 });
  const base: Case = { hidden: "tanh", head: "linear", loss: "meanSquaredError", optimizer };
  const softmax: Case = { ...base, head: "softmax", loss: "sparseCategoricalCrossentropy" };
  const sampleWeight = [1, 0, 2, 0.5, 3, 1, 0.25, 1, 0, 4];

  test("sample weights scale each sample's loss and gradient", () =>
    expectNear({ ...base, sampleWeight }));
  test("class weights scale the samples of a class", () =>
    expectNear({ ...softmax, classWeight: { 0: 0.5, 2: 3 } }));
  test("class weights and sample weights multiply", () =>
    expectNear({ ...softmax, sampleWeight, classWeight: { 1: 2 } }));
  test("class weights apply to one-hot targets", () => {
    const targets = (i: number) => [0, 1, 2].map((label) => (label === (i * 7) % 3 ? 1 : 0));
    const loss = "categoricalCrossentropy";
    return expectNear({ ...softmax, loss, targets, classWeight: { 0: 5, 1: 0.5 } });
  });
  test("l1 penalizes absolute weights", () => expectNear({ ...base, penalty: { l1: 0.05 } }));
  test("l2 penalizes squared weights", () => expectNear({ ...base, penalty: { l2: 0.05 } }));
  test("l1 and l2 go together, on biases too", () =>
    expectNear({ ...base, penalty: { l1: 0.02, l2: 0.05 }, biasPenalty: { l1: 0.03, l2: 0.01 } }));
  test("clipValue clips each element of the gradients", () =>
    expectNear({ ...base, optimizer: sgd({ learningRate: 0.2, clipValue: 0.05 }) }));
  test("globalClipNorm scales all gradients together", () =>
    expectNear({ ...base, optimizer: sgd({ learningRate: 0.2, globalClipNorm: 0.2 }) }));
  test("globalClipNorm leaves gradients below it alone", () =>
    expectNear({ ...base, optimizer: sgd({ learningRate: 0.2, globalClipNorm: 1000 }) }));
  test("penalties are clipped along with the gradients", () =>
    expectNear({
      ...base,
      penalty: { l2: 1 },
      optimizer: adam({ learningRate: 0.01, clipValue: 0.01 }),
    }));
  test("a layer without bias trains its weights", () => expectNear({ ...base, useBias: false }));
  test("leakyRelu takes a slope of one's own", () =>
    expectNear({ ...base, hidden: leakyRelu({ negativeSlope: 0.5 }), alpha: 0.5 }));
  test("elu takes an alpha of one's own", () =>
    expectNear({ ...base, hidden: elu({ alpha: 2 }), alpha: 2 }));
  test("huber takes a delta of one's own", () =>
    expectNear({ ...base, loss: huber({ delta: 0.3 }), lossParameter: 0.3 }));
  for (const loss of ["hinge", "squaredHinge"] as const) {
    test(`${loss} reads targets 0 and 1 as −1 and 1`, () => {
      const targets = (i: number) => random(i, OUTPUTS, 0, 2).map(Math.floor);
      return expectNear({ ...base, head: "tanh", loss, targets, lossParameter: 1 });
    });
  }
});
