// OP_LOSS: which loss runs for which kind. OP_LOSS_SUM: from the samples' losses to the batch's.
//
// Words of OP_LOSS beyond those in abi.ts: f0 is huber's delta; f1 is 1 when the targets of a hinge
// loss are 0 and 1 (they are then read as −1 and 1), and 0 when they are −1 and 1 already.

import {
  LOSS_MEAN_SQUARED_ERROR, LOSS_MEAN_ABSOLUTE_ERROR, LOSS_HUBER, LOSS_LOG_COSH, LOSS_HINGE,
  LOSS_SQUARED_HINGE, LOSS_BINARY_CROSSENTROPY, LOSS_CATEGORICAL_CROSSENTROPY,
  LOSS_SPARSE_CATEGORICAL_CROSSENTROPY, LOSS_KULLBACK_LEIBLER_DIVERGENCE, LOSS_POISSON,
  LOSS_BINARY_CROSSENTROPY_FROM_LOGITS, LOSS_CATEGORICAL_CROSSENTROPY_FROM_LOGITS,
  LOSS_SPARSE_CATEGORICAL_CROSSENTROPY_FROM_LOGITS, STATUS_LOSS_NOT_FINITE,
} from "../abi";
import { Op, Plan } from "../op";
import {
  BinaryCrossentropy, BinaryCrossentropyFromLogits, Sigmoid,
} from "../losses/binary-crossentropy";
import { runCategoricalCrossentropy } from "../losses/categorical-crossentropy";
import { NoOutput, runMean, runSum } from "../losses/elementwise";
import { Hinge } from "../losses/hinge";
import { Huber } from "../losses/huber";
import { KullbackLeiblerDivergence } from "../losses/kullback-leibler-divergence";
import { LogCosh } from "../losses/log-cosh";
import { MeanAbsoluteError } from "../losses/mean-absolute-error";
import { MeanSquaredError } from "../losses/mean-squared-error";
import { Poisson } from "../losses/poisson";
import { runSoftmaxCrossentropy } from "../losses/softmax-crossentropy";
import { SquaredHinge } from "../losses/squared-hinge";
import { ClassIndex, ClassValues } from "../losses/targets";
import { full } from "../full";
import { runMoreLosses } from "./more-losses";

export function runLoss(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.kind) {
    case LOSS_MEAN_SQUARED_ERROR:
      return runMean<MeanSquaredError, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_MEAN_ABSOLUTE_ERROR:
      return runMean<MeanAbsoluteError, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_HUBER: return runMean<Huber, NoOutput>(op, plan, thread, threads, op.f0);
    case LOSS_LOG_COSH: return runMean<LogCosh, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_HINGE: return runMean<Hinge, NoOutput>(op, plan, thread, threads, op.f1);
    case LOSS_SQUARED_HINGE:
      return runMean<SquaredHinge, NoOutput>(op, plan, thread, threads, op.f1);
    case LOSS_POISSON: return runMean<Poisson, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_KULLBACK_LEIBLER_DIVERGENCE:
      return runSum<KullbackLeiblerDivergence>(op, plan, thread, threads);
    case LOSS_BINARY_CROSSENTROPY:
      return runMean<BinaryCrossentropy, NoOutput>(op, plan, thread, threads, 0);
    case LOSS_BINARY_CROSSENTROPY_FROM_LOGITS:
      return runMean<BinaryCrossentropyFromLogits, Sigmoid>(op, plan, thread, threads, 0);
    case LOSS_CATEGORICAL_CROSSENTROPY:
      return runCategoricalCrossentropy<ClassValues>(op, plan, thread, threads);
    case LOSS_SPARSE_CATEGORICAL_CROSSENTROPY:
      return runCategoricalCrossentropy<ClassIndex>(op, plan, thread, threads);
    case LOSS_CATEGORICAL_CROSSENTROPY_FROM_LOGITS:
      return runSoftmaxCrossentropy<ClassValues>(op, plan, thread, threads);
    case LOSS_SPARSE_CATEGORICAL_CROSSENTROPY_FROM_LOGITS:
      return runSoftmaxCrossentropy<ClassIndex>(op, plan, thread, threads);
    default: {
      if (full()) runMoreLosses(op, plan, thread, threads);
      else unreachable();
    }
  }
}

/**
 * Thread 0 only. The sum is in the order of the rows; a batch without rows costs its penalty
 * alone.
 */
export function runLossSum(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rows = op.rows(plan);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) sum += <f64>load<f32>(op.a + (<usize>i << 2));
  const mean = rows > 0 ? sum / <f64>rows : 0;
  const samples = <f64>plan.rows;
  if (op.c) {
    store<f64>(op.c, load<f64>(op.c) + mean * samples);
    store<f64>(op.c, load<f64>(op.c, 8) + samples, 8);
  }
  const loss = <f64>op.f0 * mean + plan.penalty;
  if (op.kind) {
    plan.penalty = loss;
    return;
  }
  plan.batchLoss = loss;
  if (!isFinite(loss)) {
    plan.status = STATUS_LOSS_NOT_FINITE;
    return;
  }
  plan.lossSum += loss * samples;
  plan.lossRows += samples;
}
