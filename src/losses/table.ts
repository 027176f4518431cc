// The host's table of losses: their names, their kernel codes, what targets they read.
// Knows nothing of layers or plans.

import * as abi from "../../assembly/abi.ts";

/** What the host knows of a loss. */
export interface LossRow {
  /** The kernel's code, LOSS_*. */
  readonly code: number;
  /** How targets are stored: a value for each output, or one class index for each sample. */
  readonly targets: "values" | "classIndex";
  /** The stable form that reads the logits when the output layer ends in this activation. */
  readonly fromLogits?: { readonly activation: "sigmoid" | "softmax"; readonly code: number };
  /** The default of huber's parameter. */
  readonly delta?: number;
  /** Whether targets are meant as −1 and 1; 0 and 1 are read as such. */
  readonly signed?: true;
}

const table = {
  /** Mean over the outputs of (p − t)². */
  meanSquaredError: { code: abi.LOSS_MEAN_SQUARED_ERROR, targets: "values" },
  /** Mean of |p − t|. */
  meanAbsoluteError: { code: abi.LOSS_MEAN_ABSOLUTE_ERROR, targets: "values" },
  /** Mean of e²/2 where |e| ≤ delta, else delta·|e| − delta²/2, e = p − t (Huber, "Robust
   * Estimation of a Location Parameter", 1964). */
  huber: { code: abi.LOSS_HUBER, targets: "values", delta: 1 },
  /** Mean of log cosh(p − t). */
  logCosh: { code: abi.LOSS_LOG_COSH, targets: "values" },
  /** Mean of max(1 − t·p, 0), t = ±1 (Cortes & Vapnik, "Support-Vector Networks", 1995). */
  hinge: { code: abi.LOSS_HINGE, targets: "values", signed: true },
  /** Mean of max(1 − t·p, 0)², t = ±1. */
  squaredHinge: { code: abi.LOSS_SQUARED_HINGE, targets: "values", signed: true },
  /** Mean of −t·ln p − (1 − t)·ln(1 − p), p clipped to [1e-7, 1 − 1e-7]. */
  binaryCrossentropy: {
    code: abi.LOSS_BINARY_CROSSENTROPY,
    targets: "values",
    fromLogits: { activation: "sigmoid", code: abi.LOSS_BINARY_CROSSENTROPY_FROM_LOGITS },
  },
  /** Sum over the classes of −t·ln p, p divided by its sum, then clipped to [1e-7, 1 − 1e-7]. */
  categoricalCrossentropy: {
    code: abi.LOSS_CATEGORICAL_CROSSENTROPY,
    targets: "values",
    fromLogits: { activation: "softmax", code: abi.LOSS_CATEGORICAL_CROSSENTROPY_FROM_LOGITS },
  },
  /** Categorical crossentropy with the class's index as the target. */
  sparseCategoricalCrossentropy: {
    code: abi.LOSS_SPARSE_CATEGORICAL_CROSSENTROPY,
    targets: "classIndex",
    fromLogits: {
      activation: "softmax",
      code: abi.LOSS_SPARSE_CATEGORICAL_CROSSENTROPY_FROM_LOGITS,
    },
  },
  /** Sum of t·ln(t / p), both clipped to [1e-7, 1] (Kullback & Leibler, "On Information and
   * Sufficiency", 1951). */
  kullbackLeiblerDivergence: {
    code: abi.LOSS_KULLBACK_LEIBLER_DIVERGENCE,
    targets: "values",
  },
  /** Mean of p − t·ln(p + 1e-7). */
  poisson: { code: abi.LOSS_POISSON, targets: "values" },
  /** Mean of 100·|p − t| / max(|t|, 1e-7). */
  meanAbsolutePercentageError: {
    code: abi.LOSS_MEAN_ABSOLUTE_PERCENTAGE_ERROR,
    targets: "values",
  },
  /** Mean of (ln(1 + p) − ln(1 + t))², p and t at least 1e-7. */
  meanSquaredLogarithmicError: {
    code: abi.LOSS_MEAN_SQUARED_LOGARITHMIC_ERROR,
    targets: "values",
  },
  /** −Σ p·t / (‖p‖·‖t‖): −1 where they point the same way. */
  cosineSimilarity: { code: abi.LOSS_COSINE_SIMILARITY, targets: "values" },
  /** max(1 + max (1 − t)·p − Σ t·p, 0). */
  categoricalHinge: { code: abi.LOSS_CATEGORICAL_HINGE, targets: "values" },
} as const satisfies Readonly<Record<string, LossRow>>;

/** The names of the losses. */
export type LossName = keyof typeof table;

/** Every loss by its name. */
export const losses: Readonly<Record<LossName, LossRow>> = table;

/** A loss with its parameter: what `huber({ delta })` makes. */
export interface Loss {
  readonly name: LossName;
  /** Huber's: where the square ends and the line begins. */
  readonly delta?: number;
}
