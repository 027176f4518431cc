// What the networks in plain JavaScript that are more than dense layers have in common: flat parameters,
// epochs of batches, Adam, and the dense softmax at their end.

import { softmaxCrossentropy } from "./activations.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { optimizer } from "./optimizers.ts";
import { randomSource, shuffle } from "./random.ts";
import { columnSums, copy } from "./rows.ts";

export interface DeepOptions {
  readonly arithmetic: Arithmetic;
  readonly classes: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed?: number;
  /** A new order of samples for each epoch. Default: true. */
  readonly shuffle?: boolean;
}

/** A network's own part: from a batch to the rows that go into the last dense layer, and back. */
export interface Body {
  /** Numbers in one sample. */
  readonly inputs: number;
  /** Of each of its parameters, in their order: rows × columns, rows 0 for a bias. */
  readonly shapes: readonly (readonly [rows: number, columns: number])[];
  /** In one row of what it gives. */
  readonly outputs: number;
  /** Binds it to its parameters and their gradients, in the order of the shapes. */
  readonly bind: (
    parameters: readonly Float32Array[],
    gradients: readonly Float32Array[],
  ) => BoundBody;
}

export interface BoundBody {
  /** y[rows×outputs] of x[rows×inputs]; remembers what the way back needs. */
  readonly forward: (x: Float32Array, rows: number, y: Float32Array) => void;
  /** All gradients from dy[rows×outputs]. */
  readonly backward: (dy: Float32Array, rows: number) => void;
}

export class PureJsDeep {
  /** All of the body's, then the last layer's weight [outputs×classes] and bias [classes]. */
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly #options: DeepOptions;
  readonly #inputs: number;
  readonly #width: number;
  readonly #body: BoundBody;
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;
  readonly #dweight: Float32Array;
  readonly #dbias: Float32Array;
  readonly #update: (w: Float32Array, g: Float32Array) => void;
  readonly #random: () => number;
  readonly #batch: Readonly<Record<"x" | "t" | "h" | "dh" | "z" | "dz", Float32Array>>;
  #order = new Uint32Array(0);

  constructor(body: Body, options: DeepOptions) {
    const { classes, batchSize, learningRate, seed = 0 } = options;
    const shapes = [...body.shapes, [body.outputs, classes] as const, [0, classes] as const];
    const sizes = shapes.map(([rows, columns]) => Math.max(rows, 1) * columns);
    const count = sizes.reduce((sum, size) => sum + size, 0);
    this.parameters = new Float32Array(count);
    this.gradients = new Float32Array(count);
    this.#random = randomSource(seed);
    let at = 0;
    const views = shapes.map(([rows, columns], i) => {
      const end = at + (sizes[i] ?? 0);
      const view = [this.parameters.subarray(at, end), this.gradients.subarray(at, end)] as const;
      // Glorot & Bengio (2010), uniform; biases 0.
      const limit = rows > 0 ? Math.sqrt(6 / (rows + columns)) : 0;
      for (let w = 0; w < view[0].length; w++) view[0][w] = (this.#random() * 2 - 1) * limit;
      at = end;
      return view;
    });
    const [last, lastBias] = views.slice(-2) as [(typeof views)[0], (typeof views)[0]];
    [this.#weight, this.#dweight] = last;
    [this.#bias, this.#dbias] = lastBias;
    this.#body = body.bind(
      views.map(([parameter]) => parameter),
      views.map(([, gradient]) => gradient),
    );
    this.#options = options;
    this.#inputs = body.inputs;
    this.#width = body.outputs;
    this.#update = optimizer({ name: "adam", learningRate }, count);
    const rows = (width: number) => new Float32Array(batchSize * width);
    this.#batch = {
      x: rows(body.inputs),
      t: rows(1),
      h: rows(body.outputs),
      dh: rows(body.outputs),
      z: rows(classes),
      dz: rows(classes),
    };
  }

  /** One pass over x[samples×inputs] and class numbers y[samples]; the mean loss over the pass. */
  trainEpoch(x: Float32Array, y: Float32Array): number {
    const { batchSize, shuffle: anew = true } = this.#options;
    const { x: batch, t: targets } = this.#batch;
    const inputs = this.#inputs;
    const samples = y.length;
    if (this.#order.length !== samples)
      this.#order = Uint32Array.from({ length: samples }, (_, i) => i);
    if (anew) shuffle(this.#order, this.#random);
    let sum = 0;
    for (let from = 0; from < samples; from += batchSize) {
      const rows = Math.min(batchSize, samples - from);
      for (let row = 0; row < rows; row++) {
        const sample = this.#order[from + row] as number;
        copy(x, sample * inputs, batch, row * inputs, inputs);
        targets[row] = y[sample] as number;
      }
      sum += this.#backpropagate(rows);
      this.#update(this.parameters, this.gradients);
    }
    return sum / samples;
  }

  /** Forward, loss, backward: leaves the gradients of the mean loss, returns the sum of losses. */
  #backpropagate(rows: number): number {
    const { x, t, h, dh, z, dz } = this.#batch;
    const {
      classes,
      arithmetic: { gemm },
    } = this.#options;
    const width = this.#width;
    this.#body.forward(x, rows, h);
    gemm("nn", rows, classes, width, h, this.#weight, z, this.#bias);
    const loss = softmaxCrossentropy(z, t, dz, rows, classes);
    gemm("tn", width, classes, rows, h, dz, this.#dweight);
    columnSums(dz, rows, classes, this.#dbias);
    gemm("nt", rows, width, classes, dz, this.#weight, dh);
    this.#body.backward(dh, rows);
    return loss;
  }
}
