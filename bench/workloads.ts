// What is measured: plain data, the same for every contender.

import type { Transpose } from "./pure-js/gemm.ts";
import { randomSource } from "./pure-js/random.ts";

/** One product c[m×n] ← a[m×k]·b[k×n], as stored for its kind; counted in products. */
export interface GemmWorkload {
  readonly kind: "gemm";
  readonly name: string;
  readonly transpose: Transpose;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** A network and what it is trained on. */
export interface Network {
  readonly sizes: readonly number[];
  readonly hidden: "tanh" | "relu";
  readonly output: "sigmoid" | "softmax";
  readonly loss: "binaryCrossentropy" | "sparseCategoricalCrossentropy";
  readonly optimizer: { readonly name: "sgd" | "adam"; readonly learningRate: number };
}

/** Whole epochs, a new order for each; counted in samples. */
export interface TrainWorkload {
  readonly kind: "train";
  readonly name: string;
  readonly network: Network;
  readonly batchSize: number;
  readonly samples: number;
  /** Epochs in one call: enough that it takes 20 ms at least. */
  readonly epochs: number;
}

/** Predictions for one batch that lies in a Float32Array; counted in samples. */
export interface PredictWorkload {
  readonly kind: "predict";
  readonly name: string;
  readonly network: Network;
  readonly batchSize: number;
}

/** Every unit's activation over a grid of side² points, as one map a unit; counted in grids. */
export interface MapsWorkload {
  readonly kind: "maps";
  readonly name: string;
  readonly network: Network;
  readonly side: number;
}

/** The whole lens, its probes trained on so many samples; counted in lenses. Of the library alone. */
export interface LensWorkload {
  readonly kind: "lens";
  readonly name: string;
  readonly network: Network;
  readonly samples: number;
  readonly side: number;
}

/**
 * Images side × side of one channel through convolutions 3 × 3 (valid, ReLU), each followed by max-pooling
 * 2 × 2, to a dense softmax; sparse categorical cross-entropy, Adam. Whole epochs, counted in samples.
 */
export interface ConvnetWorkload {
  readonly kind: "convnet";
  readonly name: string;
  readonly side: number;
  /** Of each convolution. */
  readonly filters: readonly number[];
  readonly classes: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly samples: number;
  readonly epochs: number;
}

/** Sequences through an LSTM, its last output to a dense softmax; else as {@link ConvnetWorkload}. */
export interface LstmWorkload {
  readonly kind: "lstm";
  readonly name: string;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  readonly classes: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly samples: number;
  readonly epochs: number;
}

/** A convolution 3 × 3 of a batch, or one of its gradients, alone; counted in batches. */
export interface ConvWorkload {
  readonly kind: "conv";
  readonly name: string;
  readonly pass: "forward" | "input gradient" | "weight gradient";
  readonly side: number;
  readonly channels: number;
  readonly filters: number;
  readonly padding: "valid" | "same";
  readonly batchSize: number;
}

export type Workload =
  | GemmWorkload
  | TrainWorkload
  | PredictWorkload
  | MapsWorkload
  | LensWorkload
  | ConvnetWorkload
  | LstmWorkload
  | ConvWorkload;

/** Inputs [samples×width] and targets: 0 or 1, or class numbers. */
export interface Samples {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

const small: Network = {
  sizes: [2, 8, 8, 1],
  hidden: "tanh",
  output: "sigmoid",
  loss: "binaryCrossentropy",
  optimizer: { name: "sgd", learningRate: 0.1 },
};

const large: Network = {
  sizes: [784, 256, 128, 10],
  hidden: "relu",
  output: "softmax",
  loss: "sparseCategoricalCrossentropy",
  optimizer: { name: "adam", learningRate: 0.001 },
};

const KINDS = ["nn", "nt", "tn"] as const;
const SIDES = [32, 64, 128, 256, 512, 1024];

/** The products of a step of 784-256-128-10 at batch 64, m×k×n: forward, weight gradient, input gradient. */
const STEP: readonly [Transpose, number, number, number][] = [
  ["nn", 64, 784, 256],
  ["nn", 64, 256, 128],
  ["nn", 64, 128, 10],
  ["tn", 784, 64, 256],
  ["tn", 256, 64, 128],
  ["tn", 128, 64, 10],
  ["nt", 64, 128, 256],
  ["nt", 64, 10, 128],
];

const PASSES = ["forward", "input gradient", "weight gradient"] as const;

/** Convolutions on their own: the second one of the convnet, and a wider one. */
const CONVOLUTIONS = [
  { side: 13, channels: 16, filters: 32, padding: "valid" },
  { side: 16, channels: 64, filters: 64, padding: "same" },
] as const;

/** In the order in which they are reported. */
export const workloads: readonly Workload[] = [
  ...KINDS.flatMap((kind) => SIDES.map((side) => gemm(kind, side, side, side, `${side}`))),
  ...STEP.map(([kind, m, k, n]) => gemm(kind, m, k, n, `${m}x${k}x${n}`)),
  {
    kind: "train",
    name: "train-2-8-8-1",
    network: small,
    batchSize: 10,
    samples: 500,
    epochs: 500,
  },
  {
    kind: "train",
    name: "train-784-256-128-10",
    network: large,
    batchSize: 64,
    samples: 1280,
    epochs: 2,
  },
  {
    kind: "train",
    name: "train-1024-1024-1024-10",
    network: { ...large, sizes: [1024, 1024, 1024, 10] },
    batchSize: 128,
    samples: 1280,
    epochs: 1,
  },
  {
    kind: "convnet",
    name: "train-convnet-28x28",
    side: 28,
    filters: [16, 32],
    classes: 10,
    learningRate: 0.001,
    batchSize: 32,
    samples: 320,
    epochs: 1,
  },
  {
    kind: "lstm",
    name: "train-lstm-50-16-64",
    steps: 50,
    features: 16,
    units: 64,
    classes: 10,
    learningRate: 0.001,
    batchSize: 32,
    samples: 320,
    epochs: 1,
  },
  ...CONVOLUTIONS.flatMap((it) =>
    PASSES.map((pass): ConvWorkload => {
      const shape = `${it.side}x${it.side}x${it.channels}-${it.filters}`;
      const name = `conv-${pass.replace(" ", "-")}-${shape}`;
      return { kind: "conv", name, pass, batchSize: 32, ...it };
    }),
  ),
  { kind: "predict", name: "predict-784-256-128-10-batch-1", network: large, batchSize: 1 },
  { kind: "predict", name: "predict-784-256-128-10-batch-256", network: large, batchSize: 256 },
  { kind: "maps", name: "lens-64x64", network: small, side: 64 },
  { kind: "lens", name: "lens-64x64-full", network: small, side: 64, samples: 500 },
];

function gemm(transpose: Transpose, m: number, k: number, n: number, shape: string): GemmWorkload {
  return { kind: "gemm", name: `gemm-${transpose}-${shape}`, transpose, m, n, k };
}

/** Numbers in one sample. */
export function inputsOf({ sizes }: Network): number {
  return sizes[0] ?? 0;
}

/** Each layer's activation. */
export function activationsOf({ sizes, hidden, output }: Network) {
  return [...sizes.slice(2).map(() => hidden), output];
}

/** Floating-point operations of one product. */
export function gemmFlops({ m, n, k }: Pick<GemmWorkload, "m" | "n" | "k">): number {
  return 2 * m * n * k;
}

/** A convolution as the product that it is, of windows laid out as rows. */
export function productOf(workload: ConvWorkload): GemmWorkload {
  const { name, pass, side, channels, filters, padding, batchSize } = workload;
  const pixels = batchSize * (padding === "same" ? side : side - 2) ** 2;
  const window = 9 * channels;
  switch (pass) {
    case "forward":
      return { kind: "gemm", name, transpose: "nn", m: pixels, k: window, n: filters };
    case "input gradient":
      return { kind: "gemm", name, transpose: "nt", m: pixels, k: filters, n: window };
    case "weight gradient":
      return { kind: "gemm", name, transpose: "tn", m: window, k: pixels, n: filters };
    default:
      return pass satisfies never;
  }
}

/** Floating-point operations of one product or convolution; undefined of what is more than one op. */
export function flopsOf(workload: Workload): number | undefined {
  if (workload.kind === "gemm") return gemmFlops(workload);
  return workload.kind === "conv" ? gemmFlops(productOf(workload)) : undefined;
}

/** `count` numbers in [−1, 1). */
export function uniform(count: number, seed: number): Float32Array {
  const random = randomSource(seed);
  return Float32Array.from({ length: count }, () => random() * 2 - 1);
}

/** Points within a circle (0) and in the ring around it (1), not quite separable. */
export function circles(samples: number, seed: number): Samples {
  const random = randomSource(seed);
  const x = new Float32Array(samples * 2);
  const y = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const angle = 2 * Math.PI * random();
    const radius = (i % 2 === 0 ? 0.4 : 0.85) + (random() - 0.5) * 0.5;
    x[2 * i] = radius * Math.cos(angle);
    x[2 * i + 1] = radius * Math.sin(angle);
    y[i] = i % 2;
  }
  return { x, y };
}

/**
 * Dense random inputs, each one twice with two labels: a network can never fit them, so that gradients
 * don't fade into denormal numbers however long it trains.
 */
export function contradictions(
  samples: number,
  inputs: number,
  classes: number,
  seed: number,
): Samples {
  const x = new Float32Array(samples * inputs);
  x.set(uniform((samples / 2) * inputs, seed));
  x.copyWithin((samples / 2) * inputs, 0, (samples / 2) * inputs);
  const random = randomSource(seed + 1);
  const y = Float32Array.from({ length: samples }, () => Math.floor(random() * classes));
  return { x, y };
}

/** The data of a workload that trains. */
export function trainingData({ network, samples }: TrainWorkload | LensWorkload): Samples {
  return network.output === "sigmoid"
    ? circles(samples, 1)
    : contradictions(samples, inputsOf(network), network.sizes.at(-1) ?? 0, 1);
}

/** The data of a convnet [side, side, 1] or of sequences [steps, features]. */
export function deepData(workload: ConvnetWorkload | LstmWorkload): Samples {
  const inputs = inputShapeOf(workload).reduce((product, size) => product * size);
  return contradictions(workload.samples, inputs, workload.classes, 1);
}

/** Of one sample. */
export function inputShapeOf(workload: ConvnetWorkload | LstmWorkload): readonly number[] {
  return workload.kind === "convnet"
    ? [workload.side, workload.side, 1]
    : [workload.steps, workload.features];
}

/** The points of a grid over [−1, 1]², row by row. */
export function grid(side: number): Float32Array {
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = ((i % side) / (side - 1)) * 2 - 1;
    points[2 * i + 1] = (Math.floor(i / side) / (side - 1)) * 2 - 1;
  }
  return points;
}
