// The metrics that the page does without. f0: the threshold of those that count yes and no, the k of top-k.

import {
  METRIC_MEAN_ABSOLUTE_PERCENTAGE_ERROR, METRIC_COSINE_SIMILARITY, METRIC_BINARY_CROSSENTROPY,
  METRIC_CATEGORICAL_CROSSENTROPY, METRIC_SPARSE_CATEGORICAL_CROSSENTROPY,
  METRIC_TOP_K_CATEGORICAL_ACCURACY, METRIC_SPARSE_TOP_K_CATEGORICAL_ACCURACY, METRIC_COUNTS,
  METRIC_CATEGORICAL_COUNTS, METRIC_SPARSE_CATEGORICAL_COUNTS, METRIC_AUC,
} from "../abi";
import { runAuc } from "../metrics/auc";
import { CosineSimilarity } from "../metrics/cosine-similarity";
import { runClassCounts, runCounts } from "../metrics/counts";
import {
  BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy,
} from "../metrics/crossentropy";
import { MeanAbsolutePercentageError } from "../metrics/mean-error";
import { runRowMetric } from "../metrics/rows";
import { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from "../metrics/top-k";
import { Op, Plan } from "../op";

export function runMoreMetrics(op: Op, plan: Plan): void {
  switch (op.kind) {
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
