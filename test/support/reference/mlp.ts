// A dense net in f64, from the chain rule: forward, loss, and the gradient of every parameter.
// Knows nothing of the kernel; nothing is fused, nothing is padded.

import { type ActivationName, activations, softmax, softmaxGradient } from "./activations.ts";
import { at, rowOf, sum } from "./array.ts";
import { gemm } from "./gemm.ts";
import { type LossName, losses, type ReferenceLoss } from "./losses.ts";

/** l1·Σ|w| + l2·Σw². */
export interface ReferencePenalty {
  readonly l1?: number;
  readonly l2?: number;
}

/** activation(x · weight + bias). */
export interface ReferenceLayer {
  /** [inputs×units], row-major. */
  readonly weight: Float64Array;
  /** [units]; none when left out. */
  readonly bias?: Float64Array;
  readonly activation: ActivationName | "softmax";
  readonly alpha?: number;
  readonly weightPenalty?: ReferencePenalty;
  readonly biasPenalty?: ReferencePenalty;
}

export interface ReferenceMlpOptions {
  /** Features of one sample. */
  readonly inputs: number;
  /** Read anew at every call: change the arrays to train the net. */
  readonly layers: readonly ReferenceLayer[];
  /** By name, or as it stands (`fromLogits.binaryCrossentropy`). */
  readonly loss: LossName | ReferenceLoss;
  /** huber's delta; 1 to convert the hinges' targets. */
  readonly lossParameter?: number;
}

export interface ReferenceBatch {
  /** [rows×inputs]. */
  readonly x: ArrayLike<number>;
  /** [rows×outputs]; [rows] for sparse losses. */
  readonly t: ArrayLike<number>;
  /** [rows]; all 1 when left out. */
  readonly sampleWeights?: ArrayLike<number>;
}

/** One layer's values: before and after its activation, each [rows×units]. */
export interface ReferenceForward {
  readonly z: Float64Array;
  readonly y: Float64Array;
}

export interface ReferenceGradients {
  /** Σ weight·loss / rows + penalties. */
  readonly loss: number;
  /** Of each sample, unweighted [rows]. */
  readonly sampleLosses: Float64Array;
  /** By each layer's parameters; the bias' has length 0 if there is none. */
  readonly layers: readonly { readonly weight: Float64Array; readonly bias: Float64Array }[];
  /** By the inputs [rows×inputs]. */
  readonly x: Float64Array;
}

export interface ReferenceMlp {
  /** Of every layer, in order. x is [rows×inputs]. */
  forward(x: ArrayLike<number>): readonly ReferenceForward[];
  /** The last layer's output [rows×outputs]. */
  predict(x: ArrayLike<number>): Float64Array;
  /** Σ weight·loss / rows + penalties, as Keras' sum_over_batch_size: not divided by Σ weight. */
  loss(batch: ReferenceBatch): number;
  gradients(batch: ReferenceBatch): ReferenceGradients;
}

function penaltyOf(values: Float64Array, { l1 = 0, l2 = 0 }: ReferencePenalty = {}): number {
  return l1 * sum(values.map(Math.abs)) + l2 * sum(values.map((w) => w * w));
}

/** Adds the penalty's gradient. */
function addPenalty(
  gradient: Float64Array,
  values: Float64Array,
  { l1 = 0, l2 = 0 }: ReferencePenalty = {},
): void {
  for (let i = 0; i < gradient.length; i++) {
    gradient[i] = at(gradient, i) + l1 * Math.sign(at(values, i)) + 2 * l2 * at(values, i);
  }
}

/** activation(z[rows×units]). */
function activate(layer: ReferenceLayer, z: Float64Array, units: number): Float64Array {
  const { activation, alpha = 0 } = layer;
  if (activation !== "softmax") return z.map((x) => activations[activation].f(x, alpha));
  const y = new Float64Array(z.length);
  for (let i = 0; i * units < z.length; i++) y.set(softmax(rowOf(z, i, units)), i * units);
  return y;
}

/** The gradient by z, given that by y. */
function activationGradient(
  layer: ReferenceLayer,
  { z, y }: ReferenceForward,
  dy: Float64Array,
  units: number,
): Float64Array {
  const { activation, alpha = 0 } = layer;
  if (activation !== "softmax") {
    return dy.map((d, i) => d * activations[activation].derivative(at(z, i), alpha));
  }
  const dz = new Float64Array(z.length);
  for (let i = 0; i * units < z.length; i++) {
    dz.set(softmaxGradient(rowOf(y, i, units), rowOf(dy, i, units)), i * units);
  }
  return dz;
}

/** A dense net in f64. */
export function referenceMlp(options: ReferenceMlpOptions): ReferenceMlp {
  const { inputs, layers, lossParameter } = options;
  const loss: ReferenceLoss =
    typeof options.loss === "string" ? losses[options.loss] : options.loss;
  // widths[i] is what layer i reads, widths[i + 1] what it writes.
  const widths = [inputs];
  for (const { weight } of layers) widths.push(weight.length / at(widths, widths.length - 1));

  function forward(x: ArrayLike<number>): readonly ReferenceForward[] {
    const rows = x.length / inputs;
    const out: ReferenceForward[] = [];
    let input = x;
    layers.forEach((layer, index) => {
      const units = at(widths, index + 1);
      const z = gemm(input, layer.weight, { m: rows, n: units, k: at(widths, index) });
      const { bias } = layer;
      if (bias)
        z.forEach((value, i) => {
          z[i] = value + at(bias, i % units);
        });
      const y = activate(layer, z, units);
      out.push({ z, y });
      input = y;
    });
    return out;
  }

  function predict(x: ArrayLike<number>): Float64Array {
    return forward(x).at(-1)?.y ?? Float64Array.from(x);
  }

  /** Per-sample losses and the weighted mean's gradient by the predictions. */
  function measure({ x, t, sampleWeights }: ReferenceBatch, predictions: Float64Array) {
    const rows = x.length / inputs;
    const outputs = predictions.length / rows;
    const sampleLosses = new Float64Array(rows);
    const dy = new Float64Array(predictions.length);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const p = rowOf(predictions, i, outputs);
      const target = rowOf(t, i, t.length / rows);
      const weight = sampleWeights ? at(sampleWeights, i) : 1;
      sampleLosses[i] = loss.value(p, target, lossParameter);
      total += weight * at(sampleLosses, i);
      const gradient = loss.gradient(p, target, lossParameter);
      dy.set(
        gradient.map((d) => (weight * d) / rows),
        i * outputs,
      );
    }
    const penalty = sum(
      layers.map(
        ({ weight, bias, weightPenalty, biasPenalty }) =>
          penaltyOf(weight, weightPenalty) + (bias ? penaltyOf(bias, biasPenalty) : 0),
      ),
    );
    return { loss: total / rows + penalty, sampleLosses, dy };
  }

  function gradients(batch: ReferenceBatch): ReferenceGradients {
    const rows = batch.x.length / inputs;
    const values = forward(batch.x);
    const measured = measure(batch, values.at(-1)?.y ?? Float64Array.from(batch.x));
    const result: { weight: Float64Array; bias: Float64Array }[] = [];
    let dy: Float64Array = measured.dy;
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index];
      const value = values[index];
      if (!layer || !value) throw new Error(`no layer ${index}`);
      const units = at(widths, index + 1);
      const width = at(widths, index);
      const dz = activationGradient(layer, value, dy, units);
      const x = values[index - 1]?.y ?? batch.x;
      const weight = gemm(x, dz, { m: width, n: units, k: rows, transposeA: true });
      const bias = new Float64Array(layer.bias?.length ?? 0);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < bias.length; j++) bias[j] = at(bias, j) + at(dz, i * units + j);
      }
      addPenalty(weight, layer.weight, layer.weightPenalty);
      if (layer.bias) addPenalty(bias, layer.bias, layer.biasPenalty);
      result.unshift({ weight, bias });
      dy = gemm(dz, layer.weight, { m: rows, n: width, k: units, transposeB: true });
    }
    return { loss: measured.loss, sampleLosses: measured.sampleLosses, layers: result, x: dy };
  }

  return {
    forward,
    predict,
    loss: (batch) => measure(batch, predict(batch.x)).loss,
    gradients,
  };
}
