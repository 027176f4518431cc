// OP_SAMPLE: zeros and ones by their probabilities. The draw is a function of (seed, stream, step, element).

import { Op, Plan } from "../op";
import { philox } from "../random";

export function runSample(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const vectors = op.lda >> 2;
  const end = op.rowStart(plan, thread + 1, threads) * vectors;
  const range = f32x4.splat(4294967296), one = f32x4.splat(1);
  for (let i = op.rowStart(plan, thread, threads) * vectors; i < end; i++) {
    const at = <usize>i << 4;
    // The words land where the result goes; in place, the probability must be read first.
    const threshold = i32x4.trunc_sat_f32x4_u(f32x4.mul(v128.load(op.a + at), range));
    philox(op.b + at, plan.seedLow, plan.seedHigh, op.stream, i, plan.step);
    v128.store(op.b + at, v128.and(one, i32x4.lt_u(v128.load(op.b + at), threshold)));
  }
}
