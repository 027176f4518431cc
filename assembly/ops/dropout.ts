// OP_DROPOUT: zeroes a random part of the values and scales the rest so that the expectation stays
// (Srivastava et al., JMLR 2014). The mask is a function of (seed, stream, step, element): the backward
// pass draws it again instead of keeping it.

import { Op, Plan } from "../op";
import { philox } from "../random";

export function runDropout(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rate = load<f32>(op.d);
  const threshold = i32x4.splat(<i32><u32>Math.min(<f64>rate * 4294967296.0, 4294967295.0));
  const scale = f32x4.splat(1 / (1 - rate));
  const vectors = op.lda >> 2;
  const end = op.rowStart(plan, thread + 1, threads) * vectors;
  for (let i = op.rowStart(plan, thread, threads) * vectors; i < end; i++) {
    const at = <usize>i << 4;
    // The words land where the result goes; in place, the value must be read first.
    const value = v128.load(op.a + at);
    philox(op.b + at, plan.seedLow, plan.seedHigh, op.stream, i, plan.step);
    const keep = i32x4.ge_u(v128.load(op.b + at), threshold);
    v128.store(op.b + at, v128.and(f32x4.mul(value, scale), keep));
  }
}
