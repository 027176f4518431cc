// The losses that the page does without.

import {
  LOSS_MEAN_ABSOLUTE_PERCENTAGE_ERROR, LOSS_MEAN_SQUARED_LOGARITHMIC_ERROR, LOSS_COSINE_SIMILARITY,
  LOSS_CATEGORICAL_HINGE,
} from "../abi";
import { Op, Plan } from "../op";
import { runCategoricalHinge } from "../losses/categorical-hinge";
import { runCosineSimilarity } from "../losses/cosine-similarity";
import { NoOutput, runMean } from "../losses/elementwise";
import { MeanAbsolutePercentageError } from "../losses/mean-absolute-percentage-error";
import { MeanSquaredLogarithmicError } from "../losses/mean-squared-logarithmic-error";

export function runMoreLosses(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.kind) {
    case LOSS_MEAN_ABSOLUTE_PERCENTAGE_ERROR:
      return runMean<MeanAbsolutePercentageError, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_MEAN_SQUARED_LOGARITHMIC_ERROR:
      return runMean<MeanSquaredLogarithmicError, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_COSINE_SIMILARITY: return runCosineSimilarity(op, plan, thread, threads);
    case LOSS_CATEGORICAL_HINGE: return runCategoricalHinge(op, plan, thread, threads);
    default: unreachable();
  }
}
