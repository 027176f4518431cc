// OP_AVERAGE and OP_ACCUMULATE: what goes on beside the optimizer's step, over all parameters at once.
// Elementwise, so any split among threads gives the same bits.

import { Op, Plan } from "../op";
import { Hyper } from "../optimizers/hyper";
import { rangeStart } from "../threads";

/** Floats of a cache line: no two threads write into one. */
const LINE = 16;

export function runAverage(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = <usize>rangeStart(op.n, LINE, thread, threads) << 2;
  const to = <usize>rangeStart(op.n, LINE, thread + 1, threads) << 2;
  // As Keras: the first update's weights are the first average.
  const momentum: f32 = op.updates(plan) > 1 ? changetype<Hyper>(op.d).ema : 0;
  const m = f32x4.splat(momentum), rest = f32x4.splat(1 - momentum);
  for (let at = from; at < to; at += 16) {
    const old = f32x4.mul(v128.load(op.b + at), m);
    v128.store(op.b + at, f32x4.add(old, f32x4.mul(v128.load(op.a + at), rest)));
  }
}

export function runAccumulate(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = <usize>rangeStart(op.n, LINE, thread, threads) << 2;
  const to = <usize>rangeStart(op.n, LINE, thread + 1, threads) << 2;
  const due = (plan.step + 1) % op.stream == 0;
  const divisor = f32x4.splat(<f32>op.stream);
  for (let at = from; at < to; at += 16) {
    const sum = f32x4.add(v128.load(op.b + at), v128.load(op.a + at));
    if (due) v128.store(op.a + at, f32x4.div(sum, divisor));
    v128.store(op.b + at, due ? i32x4.splat(0) : sum);
  }
}
