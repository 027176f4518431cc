// The bench's pure JavaScript is only worth comparing with if it is right: products against f64 sums
// from the formula, gradients against central differences, training against what it should reach.

import { describe, expect, test } from "vitest";
import type { Activation } from "../../bench/pure-js/activations.ts";
import { f32, f64 } from "../../bench/pure-js/arithmetic.ts";
import type { Transpose } from "../../bench/pure-js/gemm.ts";
import { packedGemm } from "../../bench/pure-js/gemm-packed.ts";
import { PureJsMlp, type PureJsMlpOptions } from "../../bench/pure-js/mlp.ts";
import { panelsF32 } from "../../bench/pure-js/panels-f32.ts";
import { panelsF64 } from "../../bench/pure-js/panels-f64.ts";
import { randomSource } from "../../bench/pure-js/random.ts";
import { circles, contradictions, uniform } from "../../bench/workloads.ts";
import { kernelName } from "../support/kernel.ts";

/** What a, b and bias are filled with: from one seed each, so that sums can be kept. */
const SEEDS = { a: 1, b: 2, bias: 3 } as const;

const products = new Map<string, Float64Array>();

/** a·b [m×n] of uniform a and b, from the formula in f64; computed once for all who ask. */
function product(kind: Transpose, m: number, n: number, k: number): Float64Array {
  const key = `${kind} ${m} ${n} ${k}`;
  const known = products.get(key);
  if (known !== undefined) return known;
  const a = uniform(m * k, SEEDS.a);
  const b = uniform(k * n, SEEDS.b);
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        const left = a[kind === "tn" ? p * m + i : i * k + p] ?? Number.NaN;
        const right = b[kind === "nt" ? j * k + p : p * n + j] ?? Number.NaN;
        sum += left * right;
      }
      c[i * n + j] = sum;
    }
  }
  products.set(key, c);
  return c;
}

/** Sums are f64, rounded to f32 once a block of k; for one row, once every eight. */
const ROUNDING = { relative: 2e-7, absolute: 5e-6 };

/** Around every tile and block boundary: 4×4, 2×3 and 2×4 tiles, blocks of 128, 256 and 258. */
const SHAPES = [
  ...[1, 2, 3, 4, 5, 7].flatMap((m) =>
    [1, 2, 3, 4, 5, 9].flatMap((n) => [0, 1, 2, 3, 8, 9, 17].map((k) => [m, n, k] as const)),
  ),
  ...([
    [16, 16, 16],
    [17, 19, 23],
    [31, 10, 64],
    [127, 257, 255],
    [129, 259, 257],
    [130, 261, 515],
    [1, 300, 784],
  ] as const),
];

const GEMMS = (["nn", "nt", "tn"] as const).flatMap(
  (kind) =>
    [
      ["f32 gemm", kind, f32.gemm],
      ["f64 gemm", kind, f64.gemm],
      // On small shapes too, where the above would not pack.
      ["f32 packed gemm", kind, packedGemm(panelsF32)],
      ["f64 packed gemm", kind, packedGemm(panelsF64)],
    ] as const,
);

describe.skipIf(kernelName === "check").each(GEMMS)(
  "the pure JavaScript %s %s",
  (_, kind, multiply) => {
    test("equals a naive f64 product at all remainders", () => {
      for (const [m, n, k] of SHAPES) {
        const c = new Float32Array(m * n).fill(Number.NaN);
        multiply(kind, m, n, k, uniform(m * k, SEEDS.a), uniform(k * n, SEEDS.b), c);
        expect(c, `${m}×${k}×${n}`).toBeNear(product(kind, m, n, k), ROUNDING);
      }
    });

    test("starts its sums from a bias", () => {
      for (const [m, n, k] of SHAPES) {
        const bias = uniform(n, SEEDS.bias);
        const c = new Float32Array(m * n).fill(Number.NaN);
        multiply(kind, m, n, k, uniform(m * k, SEEDS.a), uniform(k * n, SEEDS.b), c, bias);
        const expected = product(kind, m, n, k).map((sum, i) => sum + (bias[i % n] ?? 0));
        expect(c, `${m}×${k}×${n}`).toBeNear(expected, ROUNDING);
      }
    });
  },
);

/** Central differences of the batch's mean loss by each parameter. */
function differences(model: PureJsMlp, x: Float32Array, y: Float32Array): Float64Array {
  // Floats: a step much smaller than this drowns in the rounding of the loss.
  const step = 2 ** -8;
  return Float64Array.from(model.parameters, (value, i) => {
    model.parameters[i] = value + step;
    const above = model.lossAndGradients(x, y);
    model.parameters[i] = value - step;
    const below = model.lossAndGradients(x, y);
    model.parameters[i] = value;
    return (above - below) / (2 * step);
  });
}

const sgd = { name: "sgd", learningRate: 0.1 } as const;

type Options = Omit<PureJsMlpOptions, "arithmetic">;

const NETS: readonly (readonly [string, Options])[] = (
  ["linear", "sigmoid", "tanh"] as readonly Activation[]
).flatMap((hidden) => [
  [
    `${hidden}, binary crossentropy`,
    {
      sizes: [3, 6, 5, 2],
      activations: [hidden, hidden, "sigmoid"],
      loss: "binaryCrossentropy",
      optimizer: sgd,
      batchSize: 7,
    },
  ],
  [
    `${hidden}, categorical crossentropy`,
    {
      sizes: [5, 9, 4],
      activations: [hidden, "softmax"],
      loss: "sparseCategoricalCrossentropy",
      optimizer: sgd,
      batchSize: 7,
    },
  ],
]);

describe.skipIf(kernelName === "check").each([
  ["f32", f32],
  ["f64", f64],
])("the pure JavaScript network, %s", (_, arithmetic) => {
  const mlp = (options: Options) => new PureJsMlp({ arithmetic, ...options });

  test.each(NETS)("has the gradients of its loss: %s", (_, options) => {
    const model = mlp(options);
    const x = uniform(7 * (options.sizes[0] ?? 0), 4);
    const units = options.sizes.at(-1) ?? 0;
    const random = randomSource(5);
    const y =
      options.loss === "binaryCrossentropy"
        ? Float32Array.from({ length: 7 * units }, random)
        : Float32Array.from({ length: 7 }, () => Math.floor(random() * units));
    const expected = differences(model, x, y);
    model.lossAndGradients(x, y);
    expect(model.gradients).toBeNear(expected, { relative: 2e-3, absolute: 2e-5 });
  });

  test("has relu's gradient, where no unit sits at its corner", () => {
    const model = mlp({
      sizes: [4, 8, 3],
      activations: ["relu", "softmax"],
      loss: "sparseCategoricalCrossentropy",
      optimizer: sgd,
      batchSize: 6,
      seed: 3,
    });
    // Biases of ±2 keep inputs in [−1, 1) times Glorot's weights away from 0: four units on, four off.
    model.parameters.set(
      [2, 2, 2, 2, -2, -2, -2, -2].map((b) => b * 2),
      4 * 8,
    );
    const x = uniform(24, 6);
    const y = new Float32Array([0, 1, 2, 2, 1, 0]);
    const expected = differences(model, x, y);
    model.lossAndGradients(x, y);
    expect(model.gradients).toBeNear(expected, { relative: 2e-3, absolute: 2e-5 });
    expect(model.gradients.subarray(4, 8)).toEqual(new Float32Array(4));
    expect(model.gradients.subarray(0, 4)).not.toEqual(new Float32Array(4));
  });

  test("learns the circles with SGD, at the bench's own settings", () => {
    const { x, y } = circles(500, 1);
    const model = mlp({
      sizes: [2, 8, 8, 1],
      activations: ["tanh", "tanh", "sigmoid"],
      loss: "binaryCrossentropy",
      optimizer: sgd,
      batchSize: 10,
      seed: 42,
    });
    const first = model.trainEpoch(x, y);
    let last = first;
    for (let epoch = 1; epoch < 300; epoch++) last = model.trainEpoch(x, y);
    expect(first).toBeGreaterThan(0.6);
    expect(last).toBeLessThan(0.15);
    const right = model.predict(x).filter((p, i) => Math.round(p) === y[i]).length;
    // The classes overlap: about 475 of 500 is all that anyone could get.
    expect(right).toBeGreaterThan(460);
  });

  test("learns classes with Adam, the last batch being smaller", () => {
    const centers = uniform(4 * 20, 1);
    const noise = uniform(150 * 20, 2);
    const y = Float32Array.from({ length: 150 }, (_, i) => i % 4);
    const x = noise.map(
      (v, i) => v * 0.5 + (centers[(y[Math.floor(i / 20)] ?? 0) * 20 + (i % 20)] ?? 0),
    );
    const model = mlp({
      sizes: [20, 32, 16, 4],
      activations: ["relu", "relu", "softmax"],
      loss: "sparseCategoricalCrossentropy",
      optimizer: { name: "adam", learningRate: 0.01 },
      batchSize: 64,
    });
    let last = 0;
    for (let epoch = 0; epoch < 40; epoch++) last = model.trainEpoch(x, y);
    expect(last).toBeLessThan(0.01);
    const sums = model.predict(x.subarray(0, 20)).reduce((sum, p) => sum + p, 0);
    expect(sums).toBeCloseTo(1, 6);
  });

  test("cannot fit contradictory labels, so that a long bench keeps real gradients", () => {
    const { x, y } = contradictions(64, 16, 10, 1);
    const model = mlp({
      sizes: [16, 32, 10],
      activations: ["relu", "softmax"],
      loss: "sparseCategoricalCrossentropy",
      optimizer: { name: "adam", learningRate: 0.01 },
      batchSize: 16,
    });
    let last = 0;
    for (let epoch = 0; epoch < 300; epoch++) last = model.trainEpoch(x, y);
    expect(last).toBeGreaterThan(0.5);
    expect(last).toBeLessThan(2);
  });

  test("gives every unit's map, unit by unit, in layers, as predict would", () => {
    const model = mlp({
      sizes: [2, 5, 3],
      activations: ["tanh", "softmax"],
      loss: "sparseCategoricalCrossentropy",
      optimizer: sgd,
      batchSize: 8,
      seed: 9,
    });
    const x = uniform(2 * 21, 7);
    const [hidden, output] = model.maps(x);
    const [weight, bias] = [model.parameters.subarray(0, 10), model.parameters.subarray(10, 15)];
    const expected = Array.from({ length: 5 * 21 }, (_, i) => {
      const [unit, point] = [Math.floor(i / 21), i % 21];
      const z =
        (x[2 * point] ?? 0) * (weight[unit] ?? 0) +
        (x[2 * point + 1] ?? 0) * (weight[5 + unit] ?? 0) +
        (bias[unit] ?? 0);
      return Math.tanh(z);
    });
    expect(hidden).toBeNear(expected, { absolute: 1e-6 });
    const predicted = model.predict(x);
    const transposed = Array.from(
      { length: 3 * 21 },
      (_, i) => predicted[(i % 21) * 3 + Math.floor(i / 21)] ?? 0,
    );
    expect(output).toBeNear(transposed, {});
  });

  test("is the same for the same seed", () => {
    const { x, y } = circles(60, 2);
    const weights = [0, 1].map(() => {
      const model = mlp({
        sizes: [2, 8, 1],
        activations: ["tanh", "sigmoid"],
        loss: "binaryCrossentropy",
        optimizer: sgd,
        batchSize: 7,
        seed: 5,
      });
      for (let epoch = 0; epoch < 3; epoch++) model.trainEpoch(x, y);
      return model.parameters;
    });
    expect(weights[0]).toEqual(weights[1]);
  });

  test("tanh is good to the last bits of a float over its whole range", () => {
    const model = mlp({
      sizes: [1, 1, 1],
      activations: ["tanh", "sigmoid"],
      loss: "binaryCrossentropy",
      optimizer: sgd,
      batchSize: 64,
    });
    model.parameters.set([1, 0]);
    const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);
    expect(model.maps(x)[0]).toBeNear(Array.from(x, Math.tanh), { absolute: 4e-7 });
  });
});
