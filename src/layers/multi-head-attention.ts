// Attention with several heads: its options, its shapes, its parameters. How it is computed:
// attention-ops.ts.

import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkOptions, checkThat, isF32 } from "../options.ts";
import { formatShape } from "../shape.ts";
import { emitAttention } from "./attention-ops.ts";
import { defineLayer, type Layer, type ParameterSpec } from "./layer.ts";

/** Options of {@link multiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** How many heads. */
  readonly numHeads: number;
  /** Width of a head's queries and keys. */
  readonly keyDim: number;
  /** Width of a head's values. Default: `keyDim`. */
  readonly valueDim?: number;
  /** Features of a step of the output. Default: those of the query. */
  readonly outputShape?: number;
  /** Default: true. */
  readonly useBias?: boolean;
  /**
   * Share of the weights that steps give to each other which training drops, in [0, 1). Default: 0.
   */
  readonly dropout?: number;
  /** Whether a step of the query sees only those before it, and its own. Default: false. */
  readonly useCausalMask?: boolean;
  /** Default: "glorotUniform". */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Default: "zeros". */
  readonly biasInitializer?: InitializerName | Initializer;
  readonly name?: string;
  /** False: its parameters stay as they are. Default: true. */
  readonly trainable?: boolean;
}

/**
 * Scaled dot-product attention in several heads (Vaswani et al., "Attention is all you need", NIPS
 * 2017): with Q, K and V projections of query[m × ·], key[n × ·] and value[n × ·], y[m ×
 * outputShape] is a projection of all heads' softmax(Q·Kᵀ / √keyDim)·V.
 *
 * Applied to [query, value, key]; to [query, value], which is the key too; or to one value:
 * self-attention. Steps that the mask of value or key hides get no weight; where all are hidden, a
 * head gives zeros.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; when the model is built, `shapeMismatch`
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): Layer {
  const where = "multiHeadAttention";
  checkOptions(where, options, [
    "numHeads",
    "keyDim",
    "valueDim",
    "outputShape",
    "useBias",
    "dropout",
    "useCausalMask",
    "kernelInitializer",
    "biasInitializer",
    "name",
    "trainable",
  ]);
  const { numHeads, keyDim, valueDim = keyDim, outputShape, name } = options;
  const { useBias = true, dropout = 0, useCausalMask = false, trainable } = options;
  checkInteger(where, "numHeads", numHeads, 1, 65536);
  checkInteger(where, "keyDim", keyDim, 1, 65536);
  checkInteger(where, "valueDim", valueDim, 1, 65536);
  if (outputShape !== undefined) checkInteger(where, "outputShape", outputShape, 1, 1_000_000);
  // The kernel reads it as f32.
  const isRate = isF32(dropout) && dropout >= 0 && Math.fround(dropout) < 1;
  checkThat(isRate, where, "dropout in [0, 1)", dropout);
  for (const [key, flag] of Object.entries({ useBias, useCausalMask, trainable })) {
    const holds = typeof flag === "boolean" || flag === undefined;
    checkThat(holds, where, `${key} as true or false`, flag);
  }
  const kernelInitializer = resolveInitializer(where, options.kernelInitializer ?? "glorotUniform");
  const biasInitializer = resolveInitializer(where, options.biasInitializer ?? "zeros");

  return defineLayer({
    type: "multiHeadAttention",
    name,
    trainable,
    merges: true,
    config: {
      numHeads,
      keyDim,
      valueDim,
      ...(outputShape !== undefined && { outputShape }),
      useBias,
      dropout,
      useCausalMask,
      kernelInitializer,
      biasInitializer,
      ...(trainable !== undefined && { trainable }),
    },
    build(where, inputShape, inputShapes = [inputShape]) {
      const { query, value, key } = checkSequences(where, inputShapes);
      const outputs = outputShape ?? query[1];
      const pair = (role: string, weight: readonly number[], bias: readonly number[]) => {
        const specs: ParameterSpec[] = [
          { name: `${role}Weight`, shape: weight, initializer: kernelInitializer },
        ];
        if (useBias) specs.push({ name: `${role}Bias`, shape: bias, initializer: biasInitializer });
        return specs;
      };
      return {
        outputShape: [query[0], outputs],
        parameters: [
          ...pair("query", [query[1], numHeads, keyDim], [numHeads, keyDim]),
          ...pair("key", [key[1], numHeads, keyDim], [numHeads, keyDim]),
          ...pair("value", [value[1], numHeads, valueDim], [numHeads, valueDim]),
          ...pair("output", [numHeads, valueDim, outputs], [outputs]),
        ],
      };
    },
    emit: (context) =>
      emitAttention(context, { numHeads, keyDim, valueDim, dropout, useCausalMask }),
  });
}

type Sequence = readonly [steps: number, features: number];

/** One to three sequences; key and value of as many steps. */
function checkSequences(where: string, inputShapes: readonly (readonly number[])[]) {
  const got = inputShapes.map(formatShape).join(", ");
  const wrong = (expected: string) => fail("shapeMismatch", { where, expected, got });
  const isSequence = (shape: readonly number[]): shape is Sequence => shape.length === 2;
  const list = inputShapes.filter(isSequence);
  if (list.length < inputShapes.length) throw wrong("sequences, [steps, features]");
  const [query, value = query, key = value] = list;
  if (query === undefined || value === undefined || key === undefined || list.length > 3) {
    throw wrong("a query, or query and value, or query, value and key");
  }
  if (value[0] !== key[0]) throw wrong("value and key with the same number of steps");
  return { query, value, key };
}
