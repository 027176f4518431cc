// OP_SELECT: puts other numbers, or zeros, into some columns of a matrix, bit for bit; a copy where it
// has no row to choose by. Threads share the rows.

import { Op, Plan } from "../op";

export function runSelect(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  const none = f32x4.splat(0);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2);
    const b = op.b + (<usize>row * <usize>op.ldb << 2);
    for (let at: usize = 0; at < bytes; at += 16) {
      let value = op.a ? v128.load(a + at) : none;
      if (op.d) {
        const stays = f32x4.ne(v128.load(op.d + at), none);
        value = v128.bitselect(v128.load(b + at), value, stays);
      }
      v128.store(b + at, value);
    }
  }
}
