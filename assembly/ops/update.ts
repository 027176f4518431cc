// OP_UPDATE: one optimizer step over all parameters at once. Everything is elementwise, so any
// split among threads gives the same bits. What a rule needs stands in its file in optimizers/.

import {
  OPTIMIZER_SGD, OPTIMIZER_ADAGRAD, OPTIMIZER_ADADELTA, OPTIMIZER_RMSPROP, OPTIMIZER_ADAM,
  OPTIMIZER_ADAMAX, OPTIMIZER_NADAM, OPTIMIZER_LION, STATUS_WEIGHT_NOT_FINITE,
} from "../abi";
import { Op, Plan } from "../op";
import { updateAdadelta } from "../optimizers/adadelta";
import { updateAdagrad } from "../optimizers/adagrad";
import { updateAdam } from "../optimizers/adam";
import { updateAdamax } from "../optimizers/adamax";
import { updateLion } from "../optimizers/lion";
import { updateNadam } from "../optimizers/nadam";
import { updateRmsprop } from "../optimizers/rmsprop";
import { updateSgd } from "../optimizers/sgd";
import { rangeStart } from "../threads";

/** Floats of a cache line: no two threads write into one. */
const LINE = 16;
/** Updates between two rounds of {@link settle}; a power of two. */
const SETTLE_EVERY = 32;
/** 2⁻¹⁰⁰ */
const SETTLED: f32 = 7.888609052210118e-31;

export function runUpdate(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = <usize>rangeStart(op.n, LINE, thread, threads) << 2;
  const to = <usize>rangeStart(op.n, LINE, thread + 1, threads) << 2;
  if (from == to) return;
  if (update(op, plan, from, to)) plan.status = STATUS_WEIGHT_NOT_FINITE;
  if ((op.updates(plan) & (SETTLE_EVERY - 1)) == 0) {
    const stride = <usize>op.n << 2;
    let state = op.c;
    for (let slot = 0; slot < op.k; slot++) {
      settle(state + from, state + to);
      state += stride;
    }
  }
}

/** Bytes from…to of the arrays, by the rule of `kind`. True if a new parameter is not finite. */
function update(op: Op, plan: Plan, from: usize, to: usize): bool {
  switch (op.kind) {
    case OPTIMIZER_SGD: return updateSgd(op, plan, from, to);
    case OPTIMIZER_ADAGRAD: return updateAdagrad(op, plan, from, to);
    case OPTIMIZER_ADADELTA: return updateAdadelta(op, plan, from, to);
    case OPTIMIZER_RMSPROP: return updateRmsprop(op, plan, from, to);
    case OPTIMIZER_ADAM: return updateAdam(op, plan, from, to);
    case OPTIMIZER_ADAMAX: return updateAdamax(op, plan, from, to);
    case OPTIMIZER_NADAM: return updateNadam(op, plan, from, to);
    case OPTIMIZER_LION: return updateLion(op, plan, from, to);
    default: unreachable();
  }
  return false;
}

/**
 * State that has decayed below 2⁻¹⁰⁰ becomes 0. The averages of a parameter that gets no gradient
 * (a dead unit, an input that is rarely on) would otherwise end in denormal numbers and stay there,
 * where every multiplication costs many times its due. Rarely is enough, since they decay slowly.
 */
function settle(from: usize, to: usize): void {
  const limit = f32x4.splat(SETTLED);
  for (; from < to; from += 16) {
    const s = v128.load(from);
    v128.store(from, v128.andnot(s, f32x4.lt(f32x4.abs(s), limit)));
  }
}
