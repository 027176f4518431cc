// Embedding: a vector for each index.

import { FLAG_BATCH_M } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  randomUniform,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkOptions, checkThat } from "../options.ts";
import { elementCount, formatShape } from "../shape.ts";
import { defineLayer, type Layer, type Regularizer } from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";
import { asRows, newRows } from "./rows.ts";

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** How many indices there are, from 0 on: at most 2²⁴. */
  readonly inputDim: number;
  /** Width of the vectors. */
  readonly outputDim: number;
  /** Default: uniform within ±0.05. */
  readonly embeddingsInitializer?: InitializerName | Initializer;
  /** Penalty on the vectors: `{ l1, l2 }`, or a number for l2. */
  readonly embeddingsRegularizer?: Partial<Regularizer> | number;
  /** Index 0 fills up shorter sequences: layers with a memory skip it. Default: false. */
  readonly maskZero?: boolean;
  /** Steps of a sequence, checked if given. */
  readonly inputLength?: number;
  /** False: its vectors stay as they are. Default: true. */
  readonly trainable?: boolean;
  readonly name?: string;
}

/**
 * Turns indices [steps] into vectors [steps, outputDim], rows of weight [inputDim × outputDim], which are
 * learned. An index that is no integer from 0 to inputDim − 1 gives NaN: training then stops with
 * `notFinite` and names this layer, predictions are NaN.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function embedding(options: EmbeddingOptions): Layer {
  const where = "embedding";
  checkOptions(where, options, [
    "inputDim",
    "outputDim",
    "embeddingsInitializer",
    "embeddingsRegularizer",
    "maskZero",
    "inputLength",
    "trainable",
    "name",
  ]);
  const { inputDim, outputDim, maskZero = false, inputLength, trainable = true, name } = options;
  // Indices come as f32.
  checkInteger(where, "inputDim", inputDim, 1, 2 ** 24);
  checkInteger(where, "outputDim", outputDim, 1, 1_000_000);
  if (inputLength !== undefined) checkInteger(where, "inputLength", inputLength, 1);
  checkThat(typeof maskZero === "boolean", where, "maskZero as true or false", maskZero);
  checkThat(typeof trainable === "boolean", where, "trainable as true or false", trainable);
  const embeddingsInitializer = resolveInitializer(
    `${where}: embeddingsInitializer`,
    options.embeddingsInitializer ?? randomUniform(),
  );
  const embeddingsRegularizer = resolveRegularizer(
    `${where}: embeddingsRegularizer`,
    options.embeddingsRegularizer,
  );
  return defineLayer({
    type: "embedding",
    name,
    trainable,
    config: {
      inputDim,
      outputDim,
      embeddingsInitializer,
      ...(embeddingsRegularizer && { embeddingsRegularizer }),
      maskZero,
      ...(inputLength !== undefined && { inputLength }),
      trainable,
    },
    build(where, inputShape) {
      if (inputLength !== undefined && inputShape[0] !== inputLength) {
        const expected = `${inputLength} steps, its inputLength`;
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      return {
        outputShape: [...inputShape, outputDim],
        parameters: [
          {
            name: "weight",
            shape: [inputDim, outputDim],
            initializer: embeddingsInitializer,
            regularizer: embeddingsRegularizer,
          },
        ],
      };
    },
    emit({ plan, name, x, parameters, gradients, keep }) {
      const { weight } = parameters;
      if (weight === undefined) throw fail("internal", { what: `${name} has no weight` });
      const steps = elementCount(x.shape);
      const y = newRows(plan, `${name}.y`, steps, outputDim, { keep });
      // Only of a plain sequence are there steps to skip.
      const mask = maskZero && x.shape.length === 1;
      const d = mask ? plan.tensor(`${name}.mask`, steps, { keep }) : undefined;
      const op = { layer: name, a: x.tensor, m: steps, n: outputDim, k: inputDim };
      const cost = 2 * plan.batch * steps * outputDim;
      plan.push({
        ...op,
        name: "embedding",
        role: "forward",
        writes: d ? [y.matrix, d] : [y.matrix],
        b: y.matrix,
        c: weight,
        ...(d && { d }),
        flags: FLAG_BATCH_M,
        cost,
      });
      y.done({ layer: name, role: "forward" });
      return {
        output: { tensor: y.flat, mask: d },
        // Indices have no gradient.
        backward(dy) {
          const c = gradients?.weight;
          if (c === undefined) return undefined;
          const label = { layer: name, role: "weight gradient" };
          const b = asRows(plan, label, dy, steps, outputDim);
          const all = cost + inputDim * outputDim;
          plan.push({ ...op, ...label, name: "embeddingGradient", writes: [c], b, c, cost: all });
          return undefined;
        },
      };
    },
  });
}
