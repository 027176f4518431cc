// −Σ p·t / (‖p‖·‖t‖) of each row: −1 where they point the same way. In f64, because the gradient is a
// difference of two terms that are nearly the same where p is nearly right.

import { Op, Plan } from "../op";

/** Less than this a norm is taken for this, and p has no gradient by way of it. */
const LEAST: f64 = 1e-7;

/** OP_LOSS. Threads share the rows. */
export function runCosineSimilarity(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rows = op.rows(plan);
  const end = <usize>op.n << 2;
  const to = <usize>op.rowStart(plan, thread + 1, threads);
  for (let i = <usize>op.rowStart(plan, thread, threads); i < to; i++) {
    const a = op.a + i * (<usize>op.lda << 2);
    const b = op.b + i * (<usize>op.ldb << 2);
    const weight: f32 = op.e ? load<f32>(op.e + (i << 2)) : 1;
    let product: f64 = 0, pp: f64 = 0, tt: f64 = 0;
    for (let at: usize = 0; at < end; at += 4) {
      const p = <f64>load<f32>(a + at), t = <f64>load<f32>(b + at);
      product += p * t;
      pp += p * p;
      tt += t * t;
    }
    const norm = max(sqrt(pp), LEAST);
    const inverse = 1 / (norm * max(sqrt(tt), LEAST));
    store<f32>(op.d + (i << 2), <f32>(-product * inverse) * weight);
    if (op.c) {
      const c = op.c + i * (<usize>op.ldc << 2);
      const scale = <f64>weight / <f64>rows * inverse;
      const along = norm > LEAST ? product / (norm * norm) : norm == norm ? 0 : NaN;
      for (let at: usize = 0; at < end; at += 4) {
        const p = <f64>load<f32>(a + at), t = <f64>load<f32>(b + at);
        store<f32>(c + at, <f32>((along * p - t) * scale));
      }
      for (let at = end; at < <usize>op.ldc << 2; at += 4) store<f32>(c + at, 0);
    }
  }
}
