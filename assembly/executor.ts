// Walks a plan's op list. One call runs many whole training steps; nothing here allocates, calls the
// host, or keeps state outside linear memory.

import * as abi from "./abi";
import { FLAG_BARRIER, FLAG_EVERY, STATUS_OK, THREAD_OPS, CALLER_OP, OP_BYTES } from "./abi";
import { Op, Plan } from "./op";
import { meet, stopRequested } from "./threads";
import { runGather } from "./ops/gather";
import { runGemm } from "./ops/gemm";
import { runActivation, runActivationGradient } from "./ops/activation";
import { runLoss, runLossSum } from "./ops/loss";
import { runMetric } from "./ops/metric";
import { runRegularize } from "./ops/regularize";
import { runClipValue, runClipNorm } from "./ops/clip";
import { runUpdate } from "./ops/update";
import { runDropout } from "./ops/dropout";
import { runSelect } from "./ops/select";
import { full } from "./full";
import { executeMore } from "./more";

function execute(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.code) {
    case abi.OP_GATHER: { runGather(op, plan, thread, threads); break; }
    case abi.OP_GEMM: { runGemm(op, plan, thread, threads); break; }
    case abi.OP_ACTIVATION: { runActivation(op, plan, thread, threads); break; }
    case abi.OP_ACTIVATION_GRADIENT: { runActivationGradient(op, plan, thread, threads); break; }
    case abi.OP_LOSS: { runLoss(op, plan, thread, threads); break; }
    case abi.OP_LOSS_SUM: { if (thread == 0) runLossSum(op, plan, thread, threads); break; }
    case abi.OP_METRIC: { if (thread == 0) runMetric(op, plan, thread, threads); break; }
    case abi.OP_REGULARIZE: { runRegularize(op, plan, thread, threads); break; }
    case abi.OP_CLIP_VALUE: { runClipValue(op, plan, thread, threads); break; }
    case abi.OP_CLIP_NORM: { if (thread == 0) runClipNorm(op, plan, thread, threads); break; }
    case abi.OP_UPDATE: { runUpdate(op, plan, thread, threads); break; }
    case abi.OP_DROPOUT: { runDropout(op, plan, thread, threads); break; }
    case abi.OP_SELECT: { runSelect(op, plan, thread, threads); break; }
    default: {
      if (full()) executeMore(op, plan, thread, threads);
      else unreachable();
    }
  }
}

/**
 * Runs ops from…to−1 of a plan on `plan.rows` rows, leaving cursor and step alone: a forward pass,
 * or one step op by op when the host looks for where a NaN arose. Ends early, on all threads alike,
 * where the status was not OK when they met. After the last op they have yet to meet.
 */
export function runOps(plan: Plan, from: i32, to: i32, thread: i32, threads: i32): void {
  const at = <usize>(threads == 1 ? CALLER_OP : THREAD_OPS + (thread << 6));
  for (let index = from; index < to; index++) {
    const op = changetype<Op>(plan.ops + <usize>(index * OP_BYTES));
    store<i32>(at, index);
    const passed = op.flags & FLAG_EVERY && (plan.step + 1) % op.stream != 0;
    if (!passed) execute(op, plan, thread, threads);
    if (op.flags & FLAG_BARRIER) {
      meet(plan, threads);
      if (plan.halted != STATUS_OK) return;
    }
  }
}

/** Sets up the batch at the cursor; 0 at the end of the data set. Thread 0 only. */
export function beginStep(plan: Plan): i32 {
  const left = plan.samples - plan.cursor;
  if (left <= 0) return 0;
  plan.rows = left < plan.batch ? left : plan.batch;
  plan.penalty = 0;
  plan.clipScale = 1;
  return 1;
}

/** Moves on to the next batch, unless this one failed; returns whether it was good. Thread 0 only. */
export function endStep(plan: Plan): i32 {
  if (plan.status != STATUS_OK) return 0;
  plan.cursor += plan.rows;
  plan.step += 1;
  return 1;
}

/**
 * Runs up to `steps` batches from the cursor on, and stops at the data set's end, at the first number
 * that is not finite, or, after a step at least, where the host asks. Returns the batches done; a failing batch is not
 * counted, and `plan.status` tells what failed.
 */
export function run(plan: Plan, steps: i32, thread: i32, threads: i32): i32 {
  let done = 0;
  while (true) {
    if (thread == 0) plan.going = done < steps && !(done > 0 && stopRequested()) ? beginStep(plan) : 0;
    meet(plan, threads);
    if (!plan.going) break;
    runOps(plan, 0, plan.opCount, thread, threads);
    meet(plan, threads);
    if (plan.halted != STATUS_OK) break;
    if (thread == 0) endStep(plan);
    done++;
  }
  return done;
}
