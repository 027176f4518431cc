// OP_METRIC: which metric runs for which kind. What it leaves at c stands in the metric's file; the
// host clears it and turns it into a number. f0: the threshold of binaryAccuracy.

import {
  METRIC_BINARY_ACCURACY, METRIC_CATEGORICAL_ACCURACY, METRIC_SPARSE_CATEGORICAL_ACCURACY,
  METRIC_MEAN_ABSOLUTE_ERROR, METRIC_MEAN_SQUARED_ERROR, METRIC_R2,
} from "../abi";
import { full } from "../full";
import { BinaryAccuracy } from "../metrics/binary-accuracy";
import { CategoricalAccuracy, SparseCategoricalAccuracy } from "../metrics/categorical-accuracy";
import { MeanAbsoluteError, MeanSquaredError } from "../metrics/mean-error";
import { runR2 } from "../metrics/r2";
import { runRowMetric } from "../metrics/rows";
import { Op, Plan } from "../op";
import { runMoreMetrics } from "./more-metrics";

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
    default: {
      if (full()) runMoreMetrics(op, plan);
      else unreachable();
    }
  }
}
