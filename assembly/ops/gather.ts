// OP_GATHER: the batch's rows, in shuffled or natural order, from the data set into the batch buffer.

import { Op, Plan } from "../op";

export function runGather(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const step = <usize>op.lda << 2, bytes = <usize>op.ldb << 2;
  const end = op.rowStart(plan, thread + 1, threads);
  let row = op.rowStart(plan, thread, threads);
  let to = op.b + <usize>row * bytes;
  for (; row < end; row++) {
    const at = plan.cursor + row;
    const sample = plan.order ? load<u32>(plan.order + (<usize>at << 2)) : <u32>at;
    const from = op.a + <usize>sample * step;
    // Sample weights stand one after another, without padding: 16 bytes would run over the end.
    if (bytes == 4) store<i32>(to, load<i32>(from));
    else for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
    to += bytes;
  }
}
