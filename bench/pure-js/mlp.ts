// A multilayer perceptron in plain JavaScript: the same algorithm as the library's dense layers, losses
// and optimizers, written to be as fast as V8 makes it. All buffers are made once; a step is a few
// whole-block loops and allocates nothing.

import {
  type Activation,
  activate,
  multiplyGradient,
  sigmoidCrossentropy,
  softmaxCrossentropy,
} from "./activations.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { type OptimizerOptions, optimizer, type Update } from "./optimizers.ts";
import { randomSource, shuffle } from "./random.ts";
import { columnSums, copy } from "./rows.ts";

export interface PureJsMlpOptions {
  readonly arithmetic: Arithmetic;
  /** Inputs, then each layer's units. */
  readonly sizes: readonly number[];
  /** One for each layer. */
  readonly activations: readonly Activation[];
  /** After a last sigmoid the binary, after a last softmax the sparse categorical one. */
  readonly loss: "binaryCrossentropy" | "sparseCategoricalCrossentropy";
  readonly optimizer: OptimizerOptions;
  readonly batchSize: number;
  readonly seed?: number;
  /** A new order of samples for each epoch. Default: true. */
  readonly shuffle?: boolean;
}

interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  /** [inputs×units] and [units]: views of the flat parameters, and of their gradients. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly weightGradient: Float32Array;
  readonly biasGradient: Float32Array;
}

export class PureJsMlp {
  /** Every layer's weight [inputs×units], then its bias [units]. */
  readonly parameters: Float32Array;
  /** The last batch's gradients, laid out like the parameters. */
  readonly gradients: Float32Array;
  readonly #arithmetic: Arithmetic;
  readonly #layers: readonly Layer[];
  readonly #last: Layer;
  readonly #loss: typeof sigmoidCrossentropy;
  readonly #targetWidth: number;
  readonly #update: Update;
  readonly #random: () => number;
  readonly #shuffle: boolean;
  readonly #batchSize: number;
  /** The batch, then each layer's outputs; and the gradients by each layer's outputs. */
  readonly #outputs: readonly Float32Array[];
  readonly #deltas: readonly Float32Array[];
  readonly #targets: Float32Array;
  #order = new Uint32Array(0);

  constructor(options: PureJsMlpOptions) {
    const { arithmetic, sizes, activations, batchSize, shuffle = true } = options;
    const count = sizes.slice(1).reduce((sum, units, i) => sum + ((sizes[i] ?? 0) + 1) * units, 0);
    this.#arithmetic = arithmetic;
    this.#shuffle = shuffle;
    this.parameters = new Float32Array(count);
    this.gradients = new Float32Array(count);
    this.#random = randomSource(options.seed ?? 0);
    let at = 0;
    this.#layers = activations.map((activation, i) => {
      const inputs = sizes[i] ?? 0;
      const units = sizes[i + 1] ?? 0;
      const split = at + inputs * units;
      const end = split + units;
      const layer: Layer = {
        inputs,
        units,
        activation,
        weight: this.parameters.subarray(at, split),
        bias: this.parameters.subarray(split, end),
        weightGradient: this.gradients.subarray(at, split),
        biasGradient: this.gradients.subarray(split, end),
      };
      // Glorot & Bengio (2010), uniform.
      const limit = Math.sqrt(6 / (inputs + units));
      for (let w = 0; w < layer.weight.length; w++) {
        layer.weight[w] = (this.#random() * 2 - 1) * limit;
      }
      at = end;
      return layer;
    });
    const last = this.#layers.at(-1);
    const binary = options.loss === "binaryCrossentropy";
    if (
      last?.activation !== (binary ? "sigmoid" : "softmax") ||
      sizes.length !== activations.length + 1
    ) {
      throw new Error("pure-js: one activation for each layer; the last one must suit the loss");
    }
    this.#last = last;
    this.#loss = binary ? sigmoidCrossentropy : softmaxCrossentropy;
    this.#targetWidth = binary ? last.units : 1;
    this.#update = optimizer(options.optimizer, count);
    this.#batchSize = batchSize;
    this.#outputs = sizes.map((units) => new Float32Array(batchSize * units));
    this.#deltas = sizes.map((units) => new Float32Array(batchSize * units));
    this.#targets = new Float32Array(batchSize * this.#targetWidth);
  }

  /**
   * One pass over x[samples×inputs] and y (probabilities [samples×units] or class numbers [samples])
   * in a new random order, an update for each batch. Returns the mean loss over the pass.
   */
  trainEpoch(x: Float32Array, y: Float32Array): number {
    const samples = x.length / (this.#layers[0]?.inputs ?? 1);
    if (this.#order.length !== samples)
      this.#order = Uint32Array.from({ length: samples }, (_, i) => i);
    if (this.#shuffle) shuffle(this.#order, this.#random);
    let sum = 0;
    for (let from = 0; from < samples; from += this.#batchSize) {
      const rows = Math.min(this.#batchSize, samples - from);
      this.#gather(x, y, from, rows);
      sum += this.#backpropagate(rows);
      this.#update(this.parameters, this.gradients);
    }
    return sum / samples;
  }

  /** The mean loss over at most a batch of samples in their order; leaves its gradients. No update. */
  lossAndGradients(x: Float32Array, y: Float32Array): number {
    this.#buffer(0).set(x);
    this.#targets.set(y);
    const rows = x.length / (this.#layers[0]?.inputs ?? 1);
    return this.#backpropagate(rows) / rows;
  }

  /** Outputs [rows×units] of x[rows×inputs]. */
  predict(x: Float32Array): Float32Array {
    const inputs = this.#layers[0]?.inputs ?? 1;
    const rows = x.length / inputs;
    const out = new Float32Array(rows * this.#last.units);
    for (let from = 0; from < rows; from += this.#batchSize) {
      const count = Math.min(this.#batchSize, rows - from);
      this.#buffer(0).set(x.subarray(from * inputs, (from + count) * inputs));
      this.#forward(count);
      this.#finish(count);
      const y = this.#buffer(this.#layers.length).subarray(0, count * this.#last.units);
      out.set(y, from * this.#last.units);
    }
    return out;
  }

  /** Every unit's activation at each of x[rows×inputs], unit by unit: for each layer a [units×rows]. */
  maps(x: Float32Array): Float32Array[] {
    const inputs = this.#layers[0]?.inputs ?? 1;
    const rows = x.length / inputs;
    const maps = this.#layers.map((layer) => new Float32Array(layer.units * rows));
    for (let from = 0; from < rows; from += this.#batchSize) {
      const count = Math.min(this.#batchSize, rows - from);
      this.#buffer(0).set(x.subarray(from * inputs, (from + count) * inputs));
      this.#forward(count);
      this.#finish(count);
      maps.forEach((map, i) => {
        transposeInto(map, from, rows, this.#buffer(i + 1), count, map.length / rows);
      });
    }
    return maps;
  }

  #buffer(index: number): Float32Array {
    return this.#outputs[index] as Float32Array;
  }

  #gather(x: Float32Array, y: Float32Array, from: number, rows: number): void {
    const inputs = this.#layers[0]?.inputs ?? 1;
    const batch = this.#buffer(0);
    const targets = this.#targets;
    const width = this.#targetWidth;
    const order = this.#order;
    for (let row = 0; row < rows; row++) {
      const sample = order[from + row] as number;
      copy(x, sample * inputs, batch, row * inputs, inputs);
      copy(y, sample * width, targets, row * width, width);
    }
  }

  /** Each layer's outputs from the gathered batch, but the last layer's logits. */
  #forward(rows: number): void {
    const layers = this.#layers;
    const { gemm, tanh } = this.#arithmetic;
    for (let i = 0; i < layers.length; i++) {
      const { inputs, units, activation, weight, bias } = layers[i] as Layer;
      const y = this.#buffer(i + 1);
      gemm("nn", rows, units, inputs, this.#buffer(i), weight, y, bias);
      if (i + 1 < layers.length) activate(activation, tanh, y, rows, units);
    }
  }

  /** The last layer's outputs from its logits. */
  #finish(rows: number): void {
    const { activation, units } = this.#last;
    activate(activation, this.#arithmetic.tanh, this.#buffer(this.#layers.length), rows, units);
  }

  /** Forward, loss, backward: leaves the gradients of the mean loss, returns the sum of losses. */
  #backpropagate(rows: number): number {
    this.#forward(rows);
    const layers = this.#layers;
    const { gemm } = this.#arithmetic;
    const depth = layers.length;
    const delta = this.#deltas[depth] as Float32Array;
    const loss = this.#loss(this.#buffer(depth), this.#targets, delta, rows, this.#last.units);
    for (let i = depth - 1; i >= 0; i--) {
      const { inputs, units, weight, weightGradient, biasGradient } = layers[i] as Layer;
      const dy = this.#deltas[i + 1] as Float32Array;
      const x = this.#buffer(i);
      gemm("tn", inputs, units, rows, x, dy, weightGradient);
      columnSums(dy, rows, units, biasGradient);
      if (i === 0) break;
      const dx = this.#deltas[i] as Float32Array;
      gemm("nt", rows, inputs, units, dy, weight, dx);
      multiplyGradient((layers[i - 1] as Layer).activation, dx, x, rows * inputs);
    }
    return loss;
  }
}

/** maps[n×total] at column `from` ← y[rows×n] transposed. */
function transposeInto(
  maps: Float32Array,
  from: number,
  total: number,
  y: Float32Array,
  rows: number,
  n: number,
): void {
  for (let unit = 0; unit < n; unit++) {
    const to = unit * total + from;
    for (let row = 0; row < rows; row++) maps[to + row] = y[row * n + unit] as number;
  }
}
