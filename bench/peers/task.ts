// What each contender is given: workloads with all their numbers, made once, so that everybody computes
// with the same data, from the same weights, on the same batches in the same order.

import type { DeepWorkload } from "../deep-models.ts";
import { randomSource } from "../pure-js/random.ts";
import {
  deepData,
  type GemmWorkload,
  inputsOf,
  type Network,
  type PredictWorkload,
  type TrainWorkload,
  trainingData,
  uniform,
  workloads,
} from "../workloads.ts";

/** One layer's numbers: weight [inputs×units], row by row, and bias [units]. */
export interface LayerWeights {
  readonly inputs: number;
  readonly units: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

export interface GemmTask {
  readonly kind: "gemm";
  readonly workload: GemmWorkload;
  /** As stored for the workload's kind: [m×k], or [k×m] in "tn"; [k×n], or [n×k] in "nt". */
  readonly a: Float32Array;
  readonly b: Float32Array;
}

export interface TrainTask {
  readonly kind: "train";
  readonly workload: TrainWorkload;
  /** Batches are consecutive samples, in this order, over and over. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly layers: readonly LayerWeights[];
  /** Batches on which losses are reported, before the time is taken. */
  readonly checkedSteps: number;
}

export interface PredictTask {
  readonly kind: "predict";
  readonly workload: PredictWorkload;
  readonly x: Float32Array;
  readonly layers: readonly LayerWeights[];
}

/** A convnet or an LSTM to train; batches as in {@link TrainTask}. */
export interface DeepTask<W extends DeepWorkload = DeepWorkload> {
  readonly kind: "deep";
  readonly workload: W;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /**
   * Weight [3, 3, channels, filters] and bias of each convolution; or the LSTM's weight [features × 4·units],
   * recurrent weight [units × 4·units] and bias, gates in the order i, f, g, o. Then the dense layer's weight
   * [inputs × classes] and bias.
   */
  readonly parameters: readonly Float32Array[];
  readonly checkedSteps: number;
}

export type Task = GemmTask | TrainTask | PredictTask | DeepTask;

const SIDES = [32, 64, 256, 512, 1024];

/** What a wide network's training is: nearly all of its time goes into large products. */
const wide: TrainWorkload = {
  kind: "train",
  name: "train-1024-1024-1024-10",
  network: {
    sizes: [1024, 1024, 1024, 10],
    hidden: "relu",
    output: "softmax",
    loss: "sparseCategoricalCrossentropy",
    optimizer: { name: "adam", learningRate: 0.001 },
  },
  batchSize: 128,
  samples: 1280,
  epochs: 1,
};

/** Enough steps to tell one update rule from another, few enough for those who do 80 samples a second. */
const CHECKED_STEPS: Readonly<Record<string, number>> = {
  "train-2-8-8-1": 100,
  "train-784-256-128-10": 40,
  "train-1024-1024-1024-10": 6,
  "train-convnet-28x28": 6,
  "train-lstm-50-16-64": 10,
};

/** Those of the bench's own networks that all contenders are written for. */
const NETWORKS = ["2-8-8-1", "784-256-128-10"];

/** The bench's own workloads that others can do too, and a wide network, in the order of the report. */
export const peerWorkloads: readonly Task["workload"][] = [
  ...workloads.filter((it) => it.kind === "train").filter(isKnown),
  wide,
  ...workloads.filter((it) => it.kind === "convnet" || it.kind === "lstm"),
  ...workloads.filter((it) => it.kind === "predict").filter(isKnown),
  ...workloads.filter((it) => it.kind === "gemm").filter(isSquare),
];

export function taskOf(workload: Task["workload"]): Task {
  switch (workload.kind) {
    case "gemm": {
      const { m, n, k } = workload;
      return { kind: "gemm", workload, a: uniform(m * k, 1), b: uniform(k * n, 2) };
    }
    case "train": {
      const checkedSteps = CHECKED_STEPS[workload.name] ?? 10;
      const layers = initialWeights(workload.network);
      return { kind: "train", workload, ...trainingData(workload), layers, checkedSteps };
    }
    case "predict": {
      const x = uniform(workload.batchSize * inputsOf(workload.network), 1);
      return { kind: "predict", workload, x, layers: initialWeights(workload.network) };
    }
    case "convnet":
    case "lstm": {
      const checkedSteps = CHECKED_STEPS[workload.name] ?? 10;
      const parameters = deepWeights(workload);
      return { kind: "deep", workload, ...deepData(workload), parameters, checkedSteps };
    }
    default:
      return workload satisfies never;
  }
}

/** How many batches there are until the first one comes again. */
export function batchesOf({ samples, batchSize }: TrainWorkload | DeepWorkload): number {
  return samples / batchSize;
}

/** Class numbers as rows of zeros with a one. */
export function oneHot(labels: Float32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    rows[row * classes + label] = 1;
  });
  return rows;
}

function isKnown({ network }: TrainWorkload | PredictWorkload): boolean {
  return NETWORKS.includes(network.sizes.join("-"));
}

function isSquare({ m, n, k }: GemmWorkload): boolean {
  return m === n && n === k && SIDES.includes(m);
}

/** Glorot & Bengio (2010), uniform; biases 0. */
function initialWeights({ sizes }: Network): LayerWeights[] {
  const random = randomSource(42);
  return sizes.slice(1).map((units, i) => {
    const inputs = sizes[i] ?? 0;
    const limit = Math.sqrt(6 / (inputs + units));
    const draw = () => (random() * 2 - 1) * limit;
    const weight = Float32Array.from({ length: inputs * units }, draw);
    return { inputs, units, weight, bias: new Float32Array(units) };
  });
}

/** Likewise; an LSTM's forget gates have the bias 1. */
function deepWeights(workload: DeepWorkload): Float32Array[] {
  const random = randomSource(42);
  const uniform = (rows: number, columns: number) => {
    const limit = Math.sqrt(6 / (rows + columns));
    return Float32Array.from({ length: rows * columns }, () => (random() * 2 - 1) * limit);
  };
  const { classes } = workload;
  if (workload.kind === "lstm") {
    const { features, units } = workload;
    const bias = new Float32Array(4 * units).fill(1, units, 2 * units);
    const body = [uniform(features, 4 * units), uniform(units, 4 * units), bias];
    return [...body, uniform(units, classes), new Float32Array(classes)];
  }
  let { side } = workload;
  let channels = 1;
  const body = workload.filters.flatMap((filters) => {
    const weight = uniform(9 * channels, filters);
    side = (side - 2) >> 1;
    channels = filters;
    return [weight, new Float32Array(filters)];
  });
  return [...body, uniform(side * side * channels, classes), new Float32Array(classes)];
}
