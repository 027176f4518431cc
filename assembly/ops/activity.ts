// OP_ACTIVITY: the l1 and l2 penalty of a layer's values, per sample of the batch, or its gradient.
// Two records: the penalty belongs into the loss, before there are gradients.

import { Op, Plan } from "../op";
import { withSign } from "../optimizers/sign";
import { madd } from "../simd";

export function runActivity(op: Op, plan: Plan, thread: i32, threads: i32): void {
  if (op.b) addGradient(op, plan, thread, threads);
  else if (thread == 0) plan.penalty += penalty(op, plan);
}

/** (l1 · Σ|a| + l2 · Σa²) / batch in f64, in the order of rows and columns. */
function penalty(op: Op, plan: Plan): f64 {
  const rows = op.rows(plan);
  let magnitudes: f64 = 0, squares: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const a = op.a + (<usize>(row * op.lda) << 2);
    for (let j = 0; j < op.n; j++) {
      const x = <f64>load<f32>(a + (<usize>j << 2));
      magnitudes += Math.abs(x);
      squares += x * x;
    }
  }
  const sum = <f64>op.f0 * magnitudes + <f64>op.f1 * squares;
  return rows > 0 ? sum / <f64>plan.rows : 0;
}

/** b += (l1 · sign(a) + 2 · l2 · a) / batch, with sign(0) = 0. */
function addGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const batch = <f64>plan.rows;
  const l1 = f32x4.splat(<f32>(<f64>op.f0 / batch));
  const l2 = f32x4.splat(<f32>(2.0 * <f64>op.f1 / batch));
  const end = op.rowStart(plan, thread + 1, threads);
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>(row * op.lda) << 2), b = op.b + (<usize>(row * op.ldb) << 2);
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(a + at);
      v128.store(b + at, f32x4.add(v128.load(b + at), madd(x, l2, withSign(l1, x))));
    }
  }
}
