// Plans of whole models: as text, and what they do with memory.

import { describe, expect, it } from "vitest";
import {
  activation,
  adam,
  dense,
  dropout,
  flatten,
  type Layer,
  leakyRelu,
  sgd,
} from "../../src/index.ts";
import { operands } from "../../src/plan/op.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { accesses, type ModelSketch, planModel } from "../support/plans.ts";

const small: ModelSketch = {
  inputs: 2,
  layers: [dense(8, "tanh"), dense(8, "tanh"), dense(1, "sigmoid")],
  loss: "binaryCrossentropy",
  metrics: ["accuracy"],
  batchSize: 10,
};
const large: ModelSketch = {
  inputs: 784,
  layers: [
    dense({ units: 256, activation: "relu", kernelRegularizer: { l2: 1e-4 } }),
    dropout(0.2),
    dense(128, "relu"),
    dense(10, "softmax"),
  ],
  loss: "sparseCategoricalCrossentropy",
  optimizer: adam({ globalClipNorm: 5 }),
  batchSize: 64,
  weighted: true,
};

/** Models that between them use every op, and every way that layers hand values on. */
const sketches: readonly (readonly [name: string, sketch: ModelSketch])[] = [
  ["2-8-8-1", small],
  ["784-256-128-10", large],
  [
    "activations of all kinds, as layers too",
    {
      inputs: 5,
      layers: [
        dense(7, "gelu"),
        activation("swish"),
        activation("linear"),
        dense({ units: 6, useBias: false }),
        activation(leakyRelu({ negativeSlope: 0.1 })),
        dropout(0.5),
        dense(9, "softmax"),
        dense(3, "step"),
        activation("mish"),
        dropout(0.1),
      ],
      loss: "meanSquaredError",
      targets: 3,
      metrics: ["r2", "rootMeanSquaredError"],
      optimizer: "nadam",
      batchSize: 16,
      weighted: true,
    },
  ],
  [
    "a softmax that is not left to the loss",
    {
      inputs: 3,
      layers: [flatten(), dropout(0.3), dense(4, "softmax")],
      loss: "kullbackLeiblerDivergence",
      targets: 4,
      optimizer: sgd({ momentum: 0.9, clipValue: 1 }),
      batchSize: 3,
    },
  ],
  [
    "nothing below the first parameters",
    {
      inputs: 6,
      layers: [
        activation("tanh"),
        dense(6),
        activation("sine"),
        dense({ units: 1, biasRegularizer: 0.1 }),
      ],
      loss: "huber",
      batchSize: 1,
    },
  ],
  [
    "units frozen and switched off",
    {
      inputs: 3,
      layers: [
        dense(5, "tanh"),
        dropout(0.2),
        dense({ units: 6, activation: "mish", useBias: false }),
        activation("relu"),
        dense(2, "softmax"),
      ],
      loss: "categoricalCrossentropy",
      targets: 2,
      optimizer: "adam",
      batchSize: 9,
      frozen: { dense_1: [4], dense_2: [0, 1, 2, 3, 4, 5], dense_3: [1] },
      disabled: { dense_1: [0, 4], dense_2: [2] },
    },
  ],
  [
    "a large batch over a deep net",
    {
      inputs: 30,
      layers: Array.from(
        { length: 12 },
        (_, i): Layer => dense(120, i % 2 ? "gelu" : "relu"),
      ).concat(dense(5, "softmax")),
      loss: "categoricalCrossentropy",
      targets: 5,
      metrics: ["accuracy"],
      batchSize: 256,
      weighted: true,
    },
  ],
];

describe("printed", () => {
  it("2-8-8-1, tanh, binary crossentropy on logits", async () => {
    const model = await planModel(small);
    expect(`\n${printPlan(model.train.ops)}\n`).toMatchInlineSnapshot(`
      "
        0  input gather             x[batch×2] = rows of features
        1  input gather targets     targets[batch×1] = rows of targets
        2  dense_1 forward          dense_1.y[batch×8] = x[batch×2] · dense_1.weight[2×8] + dense_1.bias → f  (gemm, unpacked)
        3  dense_2 forward          dense_2.y[batch×8] = dense_1.y[batch×8] · dense_2.weight[8×8] + dense_2.bias → f  (gemm, unpacked)
        4  dense_3 forward          dense_3.y[batch×1] = dense_2.y[batch×8] · dense_3.weight[8×1] + dense_3.bias  (gemm, unpacked)
        5  loss binaryCrossentropy  losses, loss.gradient, probabilities = loss(dense_3.y, targets)
        6  metrics accuracy         accuracy.sums += metric(probabilities, targets)
        7  loss mean                loss = mean losses + penalties
        8  dense_3 weight gradient  dense_3.weight.gradient[8×1] = dense_2.y[batch×8]ᵀ · loss.gradient[batch×1], dense_3.bias.gradient = Σ loss.gradient  (gemm, unpacked)
        9  dense_3 input gradient   dense_3.dx[batch×8] = loss.gradient[batch×1] · dense_3.weight[8×1]ᵀ ∘ f′(dense_2.y)  (gemm, unpacked)
       10  dense_2 weight gradient  dense_2.weight.gradient[8×8] = dense_1.y[batch×8]ᵀ · dense_3.dx[batch×8], dense_2.bias.gradient = Σ dense_3.dx  (gemm, unpacked)
       11  dense_2 input gradient   dense_2.dx[batch×8] = dense_3.dx[batch×8] · dense_2.weight[8×8]ᵀ ∘ f′(dense_1.y)  (gemm, unpacked)
       12  dense_1 weight gradient  dense_1.weight.gradient[2×8] = x[batch×2]ᵀ · dense_2.dx[batch×8], dense_1.bias.gradient = Σ dense_2.dx  (gemm, unpacked)
       13  optimizer sgd            weights = update(weights, gradients)
      "
    `);
    expect(`\n${printPlan(model.evaluate.ops)}\n`).toMatchInlineSnapshot(`
      "
        0  input gather             x[batch×2] = rows of features
        1  input gather targets     targets[batch×1] = rows of targets
        2  dense_1 forward          dense_1.y[batch×8] = x[batch×2] · dense_1.weight[2×8] + dense_1.bias → f  (gemm, unpacked)
        3  dense_2 forward          dense_2.y[batch×8] = dense_1.y[batch×8] · dense_2.weight[8×8] + dense_2.bias → f  (gemm, unpacked)
        4  dense_3 forward          dense_3.y[batch×1] = dense_2.y[batch×8] · dense_3.weight[8×1] + dense_3.bias  (gemm, unpacked)
        5  loss binaryCrossentropy  losses, probabilities = loss(dense_3.y, targets)
        6  metrics accuracy         accuracy.sums += metric(probabilities, targets)
        7  loss mean                loss = mean losses + penalties
      "
    `);
    model.dispose();
  });

  it("784-256-128-10, relu, softmax, with dropout, l2, weights and clipping", async () => {
    const model = await planModel(large);
    expect(`\n${printPlan(model.train.ops)}\n`).toMatchInlineSnapshot(`
      "
        0  input gather                        x[batch×784] = rows of features
        1  input gather targets                targets[batch×1] = rows of targets
        2  input gather weights                weights[batch×1] = rows of weights
        3  dense_1 forward                     dense_1.y[batch×256] = x[batch×784] · dense_1.weight[784×256] + dense_1.bias → f  (gemm, packed)
        4  dropout_1 forward                   dropout_1.y[batch×256] = dropout(dense_1.y)
        5  dense_2 forward                     dense_2.y[batch×128] = dropout_1.y[batch×256] · dense_2.weight[256×128] + dense_2.bias → f  (gemm, packed)
        6  dense_3 forward                     dense_3.y[batch×10] = dense_2.y[batch×128] · dense_3.weight[128×10] + dense_3.bias  (gemm, unpacked)
        7  loss sparseCategoricalCrossentropy  losses, loss.gradient, probabilities = loss(dense_3.y, targets, weights)
        8  dense_1 penalty                     penalties += penalty(dense_1.weight)
        9  loss mean                           loss = mean losses + penalties
       10  dense_3 weight gradient             dense_3.weight.gradient[128×10] = dense_2.y[batch×128]ᵀ · loss.gradient[batch×10], dense_3.bias.gradient = Σ loss.gradient  (gemm, unpacked)
       11  dense_3 input gradient              dense_3.dx[batch×128] = loss.gradient[batch×10] · dense_3.weight[128×10]ᵀ ∘ f′(dense_2.y)  (gemm, packed)
       12  dense_2 weight gradient             dense_2.weight.gradient[256×128] = dropout_1.y[batch×256]ᵀ · dense_3.dx[batch×128], dense_2.bias.gradient = Σ dense_3.dx  (gemm, unpacked)
       13  dense_2 input gradient              dense_2.dx[batch×256] = dense_3.dx[batch×128] · dense_2.weight[256×128]ᵀ  (gemm, packed)
       14  dropout_1 gradient                  dense_2.dx[batch×256] = dropout(dense_2.dx)
       15  dropout_1 activation gradient       dense_2.dx[batch×256] = dense_2.dx ∘ f′(dense_1.y)
       16  dense_1 weight gradient             dense_1.weight.gradient[784×256] = x[batch×784]ᵀ · dense_2.dx[batch×256], dense_1.bias.gradient = Σ dense_2.dx  (gemm, packed)
       17  dense_1 penalty gradient            dense_1.weight.gradient += ∂penalty/∂dense_1.weight
       18  optimizer adam                      scale = min(1, limit / ‖gradients‖)
       19  optimizer adam                      weights = update(weights, gradients, state)
      "
    `);
    model.dispose();
  });

  it("units frozen and switched off", async () => {
    const model = await planModel({
      ...small,
      frozen: { dense_1: [3], dense_3: [0] },
      disabled: { dense_2: [1, 7] },
    });
    expect(`\n${printPlan(model.train.ops)}\n`).toMatchInlineSnapshot(`
      "
        0  input gather             x[batch×2] = rows of features
        1  input gather targets     targets[batch×1] = rows of targets
        2  dense_1 forward          dense_1.y[batch×8] = x[batch×2] · dense_1.weight[2×8] + dense_1.bias → f  (gemm, unpacked)
        3  dense_2 forward          dense_2.y[batch×8] = dense_1.y[batch×8] · dense_2.weight[8×8] + dense_2.bias → f  (gemm, unpacked)
        4  dense_2 units off        dense_2.y[batch×8] = 0 where not dense_2.enabled
        5  dense_3 forward          dense_3.y[batch×1] = dense_2.y[batch×8] · dense_3.weight[8×1] + dense_3.bias  (gemm, unpacked)
        6  loss binaryCrossentropy  losses, loss.gradient, probabilities = loss(dense_3.y, targets)
        7  metrics accuracy         accuracy.sums += metric(probabilities, targets)
        8  loss mean                loss = mean losses + penalties
        9  dense_3 weight gradient  dense_3.weight.gradient[8×1] = dense_2.y[batch×8]ᵀ · loss.gradient[batch×1], dense_3.bias.gradient = Σ loss.gradient  (gemm, unpacked)
       10  dense_3 input gradient   dense_3.dx[batch×8] = loss.gradient[batch×1] · dense_3.weight[8×1]ᵀ ∘ f′(dense_2.y)  (gemm, unpacked)
       11  dense_2 units off        dense_3.dx[batch×8] = 0 where not dense_2.enabled
       12  dense_2 weight gradient  dense_2.weight.gradient[8×8] = dense_1.y[batch×8]ᵀ · dense_3.dx[batch×8], dense_2.bias.gradient = Σ dense_3.dx  (gemm, unpacked)
       13  dense_2 input gradient   dense_2.dx[batch×8] = dense_3.dx[batch×8] · dense_2.weight[8×8]ᵀ ∘ f′(dense_1.y)  (gemm, unpacked)
       14  dense_1 weight gradient  dense_1.weight.gradient[2×8] = x[batch×2]ᵀ · dense_2.dx[batch×8], dense_1.bias.gradient = Σ dense_2.dx  (gemm, unpacked)
       15  dense_1 units frozen     dense_1.weight.copy[2×8] = dense_1.weight
       16  dense_1 units frozen     dense_1.bias.copy[1×8] = dense_1.bias
       17  dense_3 units frozen     dense_3.weight.copy[8×1] = dense_3.weight
       18  dense_3 units frozen     dense_3.bias.copy[1×1] = dense_3.bias
       19  optimizer sgd            weights = update(weights, gradients)
       20  dense_1 units frozen     dense_1.weight[2×8] = dense_1.weight.copy where not dense_1.weight.free
       21  dense_1 units frozen     dense_1.bias[1×8] = dense_1.bias.copy where not dense_1.bias.free
       22  dense_3 units frozen     dense_3.weight[8×1] = dense_3.weight.copy where not dense_3.weight.free
       23  dense_3 units frozen     dense_3.bias[1×1] = dense_3.bias.copy where not dense_3.bias.free
      "
    `);
    expect(`\n${printPlan(model.evaluate.ops)}\n`).toMatchInlineSnapshot(`
      "
        0  input gather             x[batch×2] = rows of features
        1  input gather targets     targets[batch×1] = rows of targets
        2  dense_1 forward          dense_1.y[batch×8] = x[batch×2] · dense_1.weight[2×8] + dense_1.bias → f  (gemm, unpacked)
        3  dense_2 forward          dense_2.y[batch×8] = dense_1.y[batch×8] · dense_2.weight[8×8] + dense_2.bias → f  (gemm, unpacked)
        4  dense_2 units off        dense_2.y[batch×8] = 0 where not dense_2.enabled
        5  dense_3 forward          dense_3.y[batch×1] = dense_2.y[batch×8] · dense_3.weight[8×1] + dense_3.bias  (gemm, unpacked)
        6  loss binaryCrossentropy  losses, probabilities = loss(dense_3.y, targets)
        7  metrics accuracy         accuracy.sums += metric(probabilities, targets)
        8  loss mean                loss = mean losses + penalties
      "
    `);
    model.dispose();
  });
});

/** Reads of floats that nobody has written, or that another tensor has written over. */
function faults(plan: Plan, given: readonly (readonly [number, number])[]): string[] {
  const found: string[] = [];
  const tensors = [...new Set(plan.ops.flatMap(operands))];
  const numbers = new Map(tensors.map((it, index) => [it, index + 2]));
  // Who wrote each float of memory last: 0 nobody, 1 the host, else a tensor's number.
  const ends = tensors.map((it) => it.address + it.bytes);
  const writer = new Uint16Array(Math.max(...ends, ...given.map(([at, n]) => at + 4 * n)) / 4);
  for (const [address, floats] of given) writer.fill(1, address / 4, address / 4 + floats);
  // Constants are the plan's own.
  for (const it of tensors.filter((tensor) => tensor.values)) {
    writer.fill(numbers.get(it) ?? 0, it.address / 4, it.address / 4 + it.ld);
  }
  plan.ops.forEach((op, index) => {
    const { reads, writes } = accesses(op, plan.batch);
    for (const { tensor, floats } of reads) {
      const number = numbers.get(tensor);
      const start = tensor.address / 4;
      // Parameters' gradients are written one by one and read as one row.
      const isPlanned = tensor.perSample || tensor.values || /\.copy$/.test(tensor.name);
      const isBad = (by: number) => by === 0 || (isPlanned && by !== number);
      const bad = writer.subarray(start, start + floats).findIndex(isBad);
      if (bad < 0) continue;
      const whose = tensors[(writer[start + bad] ?? 0) - 2]?.name ?? "nobody";
      found.push(
        `op ${index}, ${op.layer} ${op.role}: float ${bad} of ${tensor.name} is ${whose}'s`,
      );
    }
    for (const { tensor, floats } of writes) {
      if (floats * 4 > tensor.bytes) found.push(`op ${index}: ${tensor.name} is too small`);
      const start = tensor.address / 4;
      writer.fill(numbers.get(tensor) ?? 0, start, start + floats);
    }
  });
  return found;
}

describe.each(sketches)("%s", (_name, sketch) => {
  it("writes every float before it reads it, and finds it again when it does", async () => {
    const model = await planModel(sketch);
    expect(faults(model.train, model.given)).toEqual([]);
    expect(faults(model.evaluate, model.given)).toEqual([]);
    model.dispose();
  });

  it("names the tensors that an op writes, for the search of a NaN", async () => {
    const model = await planModel(sketch);
    for (const plan of [model.train, model.evaluate]) {
      for (const op of plan.ops) {
        // Sums, state and scratch are nobody's result.
        const aside = op.name === "update" || op.name === "metric" ? op.c : undefined;
        const scratch = op.name === "gemm" ? op.scratch : undefined;
        const written = accesses(op, plan.batch).writes.map((it) => it.tensor);
        const results = written.filter((it) => it !== aside && it !== scratch);
        expect(new Set(op.writes)).toEqual(new Set(results));
      }
    }
    model.dispose();
  });

  it("places every tensor, its own on cache lines", async () => {
    const model = await planModel(sketch);
    for (const plan of [model.train, model.evaluate]) {
      const tensors = plan.ops.flatMap(operands);
      expect(tensors.every((it) => it.address >= 0 && it.address % 4 === 0)).toBe(true);
      const planned = tensors.filter((it) => it.perSample);
      expect(planned.length).toBeGreaterThan(0);
      expect(planned.every((it) => it.address % 64 === 0)).toBe(true);
    }
    model.dispose();
  });
});

it("takes far less memory for a deep net than its tensors side by side", async () => {
  const deep = sketches.find(([name]) => name.includes("deep"));
  const model = await planModel(deep?.[1] ?? small);
  const { train } = model;
  const own = new Set(
    train.ops.flatMap(operands).filter((it) => it.perSample || it.name === "scratch"),
  );
  const sum = [...own].reduce((bytes, it) => bytes + it.bytes, 0);
  expect(train.bytes).toBeLessThan(0.8 * sum);
  // Backwards only what the gradients need is alive: evaluating needs little more than two layers.
  expect(model.evaluate.bytes).toBeLessThan(0.4 * train.bytes);
  model.dispose();
});
