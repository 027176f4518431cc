// OP_COLUMN_SUMS: a row that was added to all rows gets the sum of theirs as its gradient. Threads
// share the columns.

import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

export function runColumnSums(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const width = (op.n + 3) & ~3, rows = op.depth(plan), ld = <usize>op.lda << 2;
  const end = rangeStart(width, 4, thread + 1, threads);
  for (let j = rangeStart(width, 4, thread, threads); j < end; j += 4) {
    const column = <usize>j << 2;
    let from = op.a + column;
    let sum = f32x4.splat(0);
    for (let i = 0; i < rows; i++) {
      sum = f32x4.add(sum, v128.load(from));
      from += ld;
    }
    v128.store(op.b + column, sum);
  }
}
