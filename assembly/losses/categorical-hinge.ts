// max(1 + max (1 − t)·p − Σ t·p, 0) of each row: by how much the best of the wrong classes comes within
// 1 of the right one. The gradient of the maximum goes to the first of equals.

import { Op, Plan } from "../op";

/** OP_LOSS. Threads share the rows. */
export function runCategoricalHinge(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rows = op.rows(plan);
  const end = <usize>op.n << 2;
  const to = <usize>op.rowStart(plan, thread + 1, threads);
  for (let i = <usize>op.rowStart(plan, thread, threads); i < to; i++) {
    const a = op.a + i * (<usize>op.lda << 2);
    const b = op.b + i * (<usize>op.ldb << 2);
    const weight: f32 = op.e ? load<f32>(op.e + (i << 2)) : 1;
    let right: f64 = 0, wrong: f64 = -Infinity;
    let worst: usize = 0;
    for (let at: usize = 0; at < end; at += 4) {
      const p = <f64>load<f32>(a + at), t = <f64>load<f32>(b + at);
      const other = (1 - t) * p;
      // A NaN gets into this sum, whatever t; the comparison below leaves it out.
      right += t * p;
      if (other > wrong) {
        wrong = other;
        worst = at;
      }
    }
    const margin = 1 + wrong - right;
    // Not max(): NaN stays NaN.
    const loss = margin <= 0 ? 0 : margin;
    store<f32>(op.d + (i << 2), <f32>loss * weight);
    if (op.c) {
      const c = op.c + i * (<usize>op.ldc << 2);
      const scale = <f64>weight / <f64>rows;
      const on: f64 = margin > 0 ? scale : margin == margin ? 0 : NaN;
      for (let at: usize = 0; at < end; at += 4) {
        const t = <f64>load<f32>(b + at);
        store<f32>(c + at, <f32>(((at == worst ? 1 - t : 0) - t) * on));
      }
      for (let at = end; at < <usize>op.ldc << 2; at += 4) store<f32>(c + at, 0);
    }
  }
}
