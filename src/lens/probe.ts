// A linear probe: what one straight boundary (or one linear fit) makes of a layer's activations. It is a
// model of one dense layer, trained in the kernel like any other (Alain & Bengio, "Understanding
// intermediate layers using linear classifier probes", 2016).

import { dense } from "../layers/dense.ts";
import { resolveHeads } from "../model/compile.ts";
import { Feed } from "../model/feed.ts";
import { chain, Network } from "../model/network.ts";
import type { Pace } from "../model/pace.ts";
import { Predictor } from "../model/predict.ts";
import { Trainer } from "../model/trainer.ts";
import { adam, writeHyper } from "../optimizers/index.ts";
import type { Engine } from "../runtime/engine.ts";

/** What is to be told apart, or fitted. */
export interface ProbeTask {
  /** 2 or more classes, or 0: a linear fit of the targets. */
  readonly classes: number;
  /** Class indices (one a row) or values [rows × width]. */
  readonly targets: Float32Array;
  readonly targetWidth: number;
}

/** Rows of activations, compact. */
export interface Activations {
  readonly data: Float32Array;
  readonly rows: number;
  readonly width: number;
}

/** A trained probe in the units of the activations themselves. */
export interface Probe {
  /** [width × outputs] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
  readonly outputs: number;
  /** Probabilities of the classes (of class 1 if there are two), or fitted values, [rows × outputs]. */
  apply(activations: Activations): Promise<Float32Array>;
  dispose(): void;
}

/** Learning rates, each for a third of the steps: coarse to fine. */
const RATES = [0.3, 0.1, 0.03] as const;

/**
 * Trains a probe on all rows at once, by Adam, from zero weights, on standardized activations. The
 * penalty is scikit-learn's default for logistic regression, C = 1.
 */
export async function trainProbe(
  engine: Engine,
  activations: Activations,
  task: ProbeTask,
  options: { readonly steps: number; readonly pace: Pace },
): Promise<Probe> {
  const { data, rows, width } = activations;
  const { mean, deviation } = moments(activations);
  const outputs = task.classes === 0 ? task.targetWidth : task.classes === 2 ? 1 : task.classes;
  const activation = task.classes === 0 ? "linear" : task.classes === 2 ? "sigmoid" : "softmax";
  const layer = dense({
    units: outputs,
    activation,
    kernelInitializer: "zeros",
    kernelRegularizer: 1 / (2 * rows),
  });
  const network = new Network(engine, "lens", chain([width], [layer]), 0);
  const predictor = new Predictor(network);
  const dispose = () => {
    predictor.dispose();
    network.dispose();
  };
  try {
    await train(network, standardize(data, mean, deviation), task, rows, options);
    const [weightAt, biasAt] = network.parameters.list;
    if (weightAt === undefined || biasAt === undefined)
      throw new Error("a probe has two parameters");
    // Fold the standardization into the weights: from here on the probe reads raw activations.
    const weight = network.parameters
      .read(weightAt)
      .map((w, i) => w / at(deviation, Math.floor(i / outputs)));
    const bias = network.parameters.read(biasAt).map((b, j) => {
      let sum = b;
      for (let i = 0; i < width; i++) sum -= at(weight, i * outputs + j) * at(mean, i);
      return sum;
    });
    network.parameters.write(weightAt, weight);
    network.parameters.write(biasAt, bias);
    const apply = async (it: Activations) => {
      const [output] = await predictor.predictRows(it.data, it.rows);
      return output?.data ?? new Float32Array(0);
    };
    return { weight, bias, outputs, apply, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function train(
  network: Network,
  features: Float32Array,
  { classes, targets, targetWidth }: ProbeTask,
  rows: number,
  { steps, pace }: { readonly steps: number; readonly pace: Pace },
): Promise<void> {
  const optimizer = adam({ learningRate: RATES[0] });
  const loss =
    classes === 0
      ? "meanSquaredError"
      : classes === 2
        ? "binaryCrossentropy"
        : "sparseCategoricalCrossentropy";
  const { parameters, engine } = network;
  parameters.attach(optimizer);
  const compiled = { optimizer, heads: resolveHeads("lens", network, { loss }) };
  network.compiled = compiled;
  const shape = { capacity: rows, inputs: network.inputs, targets: targetWidth, weighted: false };
  const feed = new Feed(engine, shape);
  feed.fill({ samples: rows, features, targets, weights: undefined });
  let trainer: Trainer | undefined;
  try {
    trainer = new Trainer(network, compiled, feed, {
      batchSize: rows,
      shuffle: false,
      targets,
    });
    for (const learningRate of RATES) {
      writeHyper(engine.view, parameters.hyper.address, { ...optimizer.hyper, learningRate });
      for (let step = 0; step < steps / RATES.length; step++) {
        await trainer.advanceSlice(pace, 1);
        trainer.nextEpoch();
        if (pace.due) await pace.breathe();
      }
    }
  } finally {
    trainer?.dispose();
    feed.dispose();
  }
}

/** Each column's mean and standard deviation; 1 where a column is constant. */
function moments({ data, rows, width }: Activations): {
  mean: Float64Array;
  deviation: Float64Array;
} {
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0; i < data.length; i++) mean[i % width] = at(mean, i % width) + at(data, i) / rows;
  for (let i = 0; i < data.length; i++) {
    const d = at(data, i) - at(mean, i % width);
    deviation[i % width] = at(deviation, i % width) + (d * d) / rows;
  }
  for (let j = 0; j < width; j++) {
    const d = Math.sqrt(at(deviation, j));
    // Below this a spread is rounding noise of the activations, not signal.
    deviation[j] = d > 1e-6 * Math.max(1, Math.abs(at(mean, j))) ? d : 1;
  }
  return { mean, deviation };
}

function standardize(
  data: Float32Array,
  mean: Float64Array,
  deviation: Float64Array,
): Float32Array {
  const width = mean.length;
  return data.map((x, i) => (x - at(mean, i % width)) / at(deviation, i % width));
}

function at(array: ArrayLike<number>, index: number): number {
  return array[index] ?? Number.NaN;
}
