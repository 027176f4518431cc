// The oracle's training on trial: runs recorded from PyTorch, fits recorded from scikit-learn.
// Nothing here runs the kernel.

import { describe, expect, test } from "vitest";
import * as logistic from "../support/golden/logistic.ts";
import * as xorNet from "../support/golden/mlp-2-8-8-1.ts";
import * as digitNet from "../support/golden/mlp-784-32-10.ts";
import * as traces from "../support/golden/optimizers.ts";
import { at, rowOf } from "../support/reference/array.ts";
import {
  activations,
  fromLogits,
  metrics,
  type OptimizerName,
  optimizers,
  type ReferenceBatch,
  type ReferenceHyper,
  type ReferenceLayer,
  referenceMlp,
} from "../support/reference.ts";

const noHyper: ReferenceHyper = {
  learningRate: 0.1,
  weightDecay: 0,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  variant: 0,
};

/** A rule for any number of arrays, each with its own state, which starts at `initial`. */
function optimizer(name: OptimizerName, hyper: Partial<ReferenceHyper>, initial = 0) {
  const states = new Map<Float64Array, { arrays: Float64Array[]; extra: { product: number } }>();
  return (w: Float64Array, g: Float64Array, step: number) => {
    const fresh = () => ({
      arrays: Array.from({ length: 3 }, () => new Float64Array(w.length).fill(initial)),
      extra: { product: 1 },
    });
    const state = states.get(w) ?? fresh();
    states.set(w, state);
    optimizers[name](w, g, state.arrays, { ...noHyper, ...hyper }, step, state.extra);
  };
}

interface Run {
  readonly inputs: number;
  readonly layers: readonly (ReferenceLayer & { readonly bias: Float64Array })[];
  readonly loss: Parameters<typeof referenceMlp>[0]["loss"];
  readonly update: ReturnType<typeof optimizer>;
  readonly batch: (step: number) => ReferenceBatch;
  readonly steps: number;
}

/** Trains; the loss of each step's batch, before its update. */
function lossesOf({ inputs, layers, loss, update, batch, steps }: Run): number[] {
  const mlp = referenceMlp({ inputs, layers, loss });
  return Array.from({ length: steps }, (_, index) => {
    const gradients = mlp.gradients(batch(index));
    layers.forEach(({ weight, bias }, i) => {
      update(weight, gradients.layers[i]?.weight ?? new Float64Array(), index + 1);
      update(bias, gradients.layers[i]?.bias ?? new Float64Array(), index + 1);
    });
    return gradients.loss;
  });
}

function wide(
  parameters: readonly { weight: Float32Array; bias: Float32Array }[],
  kinds: readonly ReferenceLayer["activation"][],
) {
  return parameters.map(({ weight, bias }, index) => ({
    weight: Float64Array.from(weight),
    bias: Float64Array.from(bias),
    activation: kinds[index] ?? "linear",
  }));
}

/** The rows of batch `step` when batches follow each other and start again at the end. */
function batchOf(values: Float32Array, columns: number, rows: number, step: number): Float32Array {
  const from = (step * rows * columns) % values.length;
  return values.subarray(from, from + rows * columns);
}

// The records have 9 digits after the point.
const RECORDED = { absolute: 1e-9 };

describe("PyTorch's losses come out", () => {
  const digits = digitNet.data();
  const digitRun = (update: ReturnType<typeof optimizer>, t: Float32Array, columns: number) => ({
    inputs: digitNet.features,
    layers: wide(digitNet.weights(), ["relu", "softmax"]),
    update,
    steps: 20,
    batch: (step: number) => ({
      x: batchOf(digits.x, digitNet.features, digitNet.batchSize, step),
      t: batchOf(t, columns, digitNet.batchSize, step),
    }),
  });

  test("784-32-10, relu and softmax crossentropy, SGD", () => {
    const run = digitRun(optimizer("sgd", digitNet.hyper.sgd), digits.oneHot, digitNet.classes);
    const losses = lossesOf({ ...run, loss: "categoricalCrossentropy" });
    expect(losses).toBeNear(digitNet.losses.sgd, RECORDED);
  });

  test("784-32-10, relu and crossentropy of logits and class indices, Adam", () => {
    const run = digitRun(optimizer("adam", digitNet.hyper.adam), digits.labels, 1);
    const layers = wide(digitNet.weights(), ["relu", "linear"]);
    const losses = lossesOf({ ...run, layers, loss: fromLogits.sparseCategoricalCrossentropy });
    expect(losses).toBeNear(digitNet.losses.adam, RECORDED);
  });

  const points = xorNet.data();
  const { sgd, rmsprop } = xorNet.hyper;
  test.each([
    {
      rule: "SGD with Nesterov's momentum",
      update: optimizer("sgd", { ...sgd, beta1: sgd.momentum, variant: 1 }),
      recorded: xorNet.losses.sgd,
    },
    {
      rule: "RMSprop",
      update: optimizer("rmsprop", { ...rmsprop, beta1: rmsprop.rho }),
      recorded: xorNet.losses.rmsprop,
    },
  ])("2-8-8-1, tanh, sigmoid and binary crossentropy, $rule", ({ update, recorded }) => {
    const losses = lossesOf({
      inputs: 2,
      layers: wide(xorNet.weights(), ["tanh", "tanh", "sigmoid"]),
      loss: "binaryCrossentropy",
      update,
      steps: 20,
      batch: (step) => ({
        x: batchOf(points.x, 2, xorNet.batchSize, step),
        t: batchOf(points.t, 1, xorNet.batchSize, step),
      }),
    });
    expect(losses).toBeNear(recorded, RECORDED);
  });
});

interface Trace {
  readonly trace: keyof typeof traces.results;
  readonly rule: OptimizerName;
  readonly hyper: Partial<ReferenceHyper>;
  readonly initial?: number;
}

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-3 };
const runs: readonly Trace[] = [
  { trace: "momentum", rule: "sgd", hyper: { beta1: 0.9 } },
  { trace: "nesterov", rule: "sgd", hyper: { beta1: 0.9, variant: 1 } },
  { trace: "adagrad", rule: "adagrad", hyper: {}, initial: 0.1 },
  { trace: "adadelta", rule: "adadelta", hyper: { learningRate: 0.5, beta1: 0.95, epsilon: 1e-3 } },
  { trace: "rmsprop", rule: "rmsprop", hyper: { beta1: 0.9 } },
  { trace: "rmspropMomentum", rule: "rmsprop", hyper: { beta1: 0.9, beta2: 0.5 } },
  { trace: "rmspropCentered", rule: "rmsprop", hyper: { beta1: 0.9, beta2: 0.5, variant: 1 } },
  { trace: "adam", rule: "adam", hyper: adam },
  { trace: "amsgrad", rule: "adam", hyper: { ...adam, beta2: 0.5, variant: 1 } },
  { trace: "adamw", rule: "adam", hyper: { ...adam, weightDecay: 0.04 } },
  { trace: "adamax", rule: "adamax", hyper: { beta1: 0.9, beta2: 0.5 } },
  { trace: "nadam", rule: "nadam", hyper: adam },
];

describe("optimizers", () => {
  test.each(runs)("the recorded run of $trace comes out", ({ trace, rule, hyper, initial }) => {
    const { w, gradients } = traces.start();
    const update = optimizer(rule, hyper, initial);
    gradients.forEach((g, index) => {
      update(w, g, index + 1);
    });
    expect(w).toBeNear(traces.results[trace], { absolute: 1e-12 });
  });

  /** The first step of a rule from w = 0 for the gradient 3. */
  const firstStep = (rule: OptimizerName, hyper: Partial<ReferenceHyper>) => {
    const w = Float64Array.of(0);
    optimizer(rule, hyper)(w, Float64Array.of(3), 1);
    return w;
  };

  test("epsilon is under the root in adagrad and rmsprop, added to the norm in adamax", () => {
    expect(firstStep("adagrad", { epsilon: 7 })).toBeNear([-0.3 / 4], { relative: 1e-15 });
    expect(firstStep("rmsprop", { beta1: 0, epsilon: 7 })).toBeNear([-0.3 / 4], {
      relative: 1e-15,
    });
    expect(firstStep("rmsprop", { beta1: 0, epsilon: 16, variant: 1 })).toBeNear([-0.3 / 4], {
      relative: 1e-15,
    });
    expect(firstStep("adamax", { beta1: 0.5, epsilon: 7 })).toBeNear([-0.3 / 10], {
      relative: 1e-15,
    });
  });

  test("lion steps by the sign of the blend, then moves its momentum", () => {
    const update = optimizer("lion", { beta1: 0.9, beta2: 0.99, weightDecay: 0.5 });
    const w = Float64Array.of(1, 1, 1);
    update(w, Float64Array.of(3, -2, 0), 1);
    // Decay by 0.1 · 0.5, then a step of 0.1.
    expect(w).toBeNear([0.85, 1.05, 0.95], { relative: 1e-15 });
    // The momentum is (0.03, −0.02, 0): it loses to a tenth of −1 and wins over a tenth of 0.01.
    update(w, Float64Array.of(-1, 0.01, 0), 2);
    expect(w).toBeNear([0.85 * 0.95 + 0.1, 1.05 * 0.95 + 0.1, 0.95 * 0.95], { relative: 1e-15 });
  });
});

/** x with each column's mean 0 and population variance 1. */
function standardized(x: Float64Array, columns: number): Float64Array {
  const rows = x.length / columns;
  const column = (j: number) => Array.from({ length: rows }, (_, i) => at(x, i * columns + j));
  const scales = Array.from({ length: columns }, (_, j) => {
    const mean = column(j).reduce((a, b) => a + b) / rows;
    const variance = column(j).reduce((a, b) => a + (b - mean) ** 2, 0) / rows;
    return { mean, deviation: Math.sqrt(variance) };
  });
  return x.map((value, index) => {
    const scale = scales[index % columns];
    return scale ? (value - scale.mean) / scale.deviation : Number.NaN;
  });
}

describe("scikit-learn's logistic regression is an optimum of the reference's loss", () => {
  test.each([
    { classes: 2, golden: logistic.binary, loss: fromLogits.binaryCrossentropy },
    { classes: 3, golden: logistic.multinomial, loss: fromLogits.sparseCategoricalCrossentropy },
  ] as const)("$classes classes", ({ classes, golden, loss }) => {
    const { x, labels } = logistic.points(classes);
    const { features, samples } = logistic;
    const units = golden.coefficients.length;
    const weight = Float64Array.from({ length: features * units }, (_, index) =>
      at(golden.coefficients[index % units] ?? [], Math.floor(index / units)),
    );
    // Σ crossentropy + ½‖w‖² is `samples` times mean crossentropy + ‖w‖² / (2 · samples).
    const layer: ReferenceLayer = {
      weight,
      bias: Float64Array.from(golden.intercepts),
      activation: "linear",
      weightPenalty: { l2: 1 / (2 * samples) },
    };
    const mlp = referenceMlp({ inputs: features, layers: [layer], loss });
    const batch = { x: standardized(x, features), t: labels };
    const [gradient] = mlp.gradients(batch).layers;
    expect(gradient?.weight ?? []).toBeNear(
      weight.map(() => 0),
      { absolute: 1e-7 },
    );
    expect(gradient?.bias ?? []).toBeNear(
      golden.intercepts.map(() => 0),
      { absolute: 1e-7 },
    );

    const scores = mlp.predict(batch.x);
    const accuracy =
      units === 1
        ? metrics.binaryAccuracy(
            scores.map((z) => activations.sigmoid.f(z, 0)),
            labels,
            1,
          )
        : metrics.sparseCategoricalAccuracy(scores, labels, units);
    expect(accuracy).toBeCloseTo(golden.accuracy, 12);
  });
});

describe("metrics", () => {
  const predictions = [0.9, 0.1, 0.4, 0.6, 0.5, 0.5];
  const oneHot = [1, 0, 1, 0, 0, 1];

  test("accuracies count per row, with weights", () => {
    expect(metrics.binaryAccuracy(predictions, oneHot, 2)).toBe((1 + 0 + 0.5) / 3);
    expect(metrics.binaryAccuracy([0.5, 0.51], [0, 1], 1)).toBe(1);
    expect(metrics.categoricalAccuracy(predictions, oneHot, 2)).toBe(1 / 3);
    expect(metrics.categoricalAccuracy(predictions, oneHot, 2, [3, 1, 0])).toBe(3 / 4);
    expect(metrics.sparseCategoricalAccuracy(predictions, [0, 1, 0], 2)).toBe(1);
    expect(rowOf(predictions, 1, 2)).toEqual([0.4, 0.6]);
  });

  test("errors are means over rows and columns, with weights", () => {
    const t = [1, 0, 1, 1, 1, 1];
    expect(metrics.meanAbsoluteError(predictions, t, 2)).toBeCloseTo(2.2 / 6, 14);
    expect(metrics.meanSquaredError(predictions, t, 2)).toBeCloseTo((0.02 + 0.52 + 0.5) / 6, 14);
    expect(metrics.meanSquaredError(predictions, t, 2, [1, 0, 1])).toBeCloseTo(0.52 / 4, 14);
    expect(metrics.rootMeanSquaredError(predictions, t, 2, [1, 0, 1])).toBeCloseTo(
      Math.sqrt(0.13),
      14,
    );
  });

  test("R² is 1 for the targets, 0 for their mean, and averaged over columns", () => {
    const t = [1, 10, 2, 30, 3, 20];
    expect(metrics.r2Score(t, t, 2)).toBe(1);
    expect(metrics.r2Score([2, 10, 2, 30, 2, 20], t, 2)).toBe(0.5);
    // scikit-learn's documented example, weights all alike.
    expect(metrics.r2Score([2.5, 0, 2, 8], [3, -0.5, 2, 7], 1, [2, 2, 2, 2])).toBeCloseTo(
      0.948608,
      6,
    );
    expect(metrics.r2Score([1, 2], [5, 5], 1)).toBe(0);
  });
});
