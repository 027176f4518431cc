// OP_METRIC: which metric runs for which kind. What it leaves at c stands in the metric's file; the
// host clears it and turns it into a number.

import {
  METRIC_BINARY_ACCURACY, METRIC_CATEGORICAL_ACCURACY, METRIC_SPARSE_CATEGORICAL_ACCURACY,
  METRIC_MEAN_ABSOLUTE_ERROR, METRIC_MEAN_SQUARED_ERROR, METRIC_R2,
  METRIC_MEAN_ABSOLUTE_PERCENTAGE_ERROR, METRIC_COSINE_SIMILARITY, METRIC_BINARY_CROSSENTROPY,
  METRIC_CATEGORICAL_CROSSENTROPY, METRIC_SPARSE_CATEGORICAL_CROSSENTROPY,
  METRIC_TOP_K_CATEGORICAL_ACCURACY, METRIC_SPARSE_TOP_K_CATEGORICAL_ACCURACY, METRIC_COUNTS,
  METRIC_CATEGORICAL_COUNTS, METRIC_SPARSE_CATEGORICAL_COUNTS, METRIC_AUC,
} from "../abi";
import { runAuc } from "../metrics/auc";
import { BinaryAccuracy } from "../metrics/binary-accuracy";
import { CategoricalAccuracy, SparseCategoricalAccuracy } from "../metrics/categorical-accuracy";
import { CosineSimilarity } from "../metrics/cosine-similarity";
import { runClassCounts, runCounts } from "../metrics/counts";
import {
  BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy,
} from "../metrics/crossentropy";
import {
  MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
} from "../metrics/mean-error";
import { runR2 } from "../metrics/r2";
import { runRowMetric } from "../metrics/rows";
import { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from "../metrics/top-k";
import { Op, Plan } from "../op";

/** Thread 0 only. */
export function runMetric(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.kind) {
    case METRIC_BINARY_ACCURACY: return runRowMetric<BinaryAccuracy>(op, plan, op.f0);
    case METRIC_CATEGORICAL_ACCURACY: return runRowMetric<CategoricalAccuracy>(op, plan, 0);
    case METRIC_SPARSE_CATEGORICAL_ACCURACY:
      return runRowMetric<SparseCategoricalAccuracy>(op, plan, 0);
    case METRIC_MEAN_ABSOLUTE_ERROR: return runRowMetric<MeanAbsoluteError>(op, plan, 0);
    case METRIC_MEAN_SQUARED_ERROR: return runRowMetric<MeanSquaredError>(op, plan, 0);
    case METRIC_R2: return runR2(op, plan);
    case METRIC_MEAN_ABSOLUTE_PERCENTAGE_ERROR:
      return runRowMetric<MeanAbsolutePercentageError>(op, plan, 0);
    case METRIC_COSINE_SIMILARITY: return runRowMetric<CosineSimilarity>(op, plan, 0);
    case METRIC_BINARY_CROSSENTROPY: return runRowMetric<BinaryCrossentropy>(op, plan, 0);
    case METRIC_CATEGORICAL_CROSSENTROPY:
      return runRowMetric<CategoricalCrossentropy>(op, plan, 0);
    case METRIC_SPARSE_CATEGORICAL_CROSSENTROPY:
      return runRowMetric<SparseCategoricalCrossentropy>(op, plan, 0);
    case METRIC_TOP_K_CATEGORICAL_ACCURACY:
      return runRowMetric<TopKCategoricalAccuracy>(op, plan, op.f0);
    case METRIC_SPARSE_TOP_K_CATEGORICAL_ACCURACY:
      return runRowMetric<SparseTopKCategoricalAccuracy>(op, plan, op.f0);
    case METRIC_COUNTS: return runCounts(op, plan);
    case METRIC_CATEGORICAL_COUNTS: return runClassCounts(op, plan, false);
    case METRIC_SPARSE_CATEGORICAL_COUNTS: return runClassCounts(op, plan, true);
    case METRIC_AUC: return runAuc(op, plan);
    default: unreachable();
  }
}
