// OP_MASK: which steps of a sequence count, and zeros in the place of the others. Threads share the samples.

import { Op, Plan } from "../op";

export function runMask(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    let a = op.a + (<usize>(row * op.lda) << 2);
    let b = op.b + (<usize>(row * op.ldb) << 2);
    const rest = b + (<usize>op.ldb << 2);
    const mask = op.c + (<usize>(row * op.ldc) << 2);
    for (let step = 0; step < op.k; step++) {
      const at = mask + (<usize>step << 2);
      if (op.kind == 0) {
        let found: f32 = 0;
        for (let i = 0; i < op.n; i++) if (load<f32>(a + (<usize>i << 2)) != op.f0) found = 1;
        store<f32>(at, found);
      }
      const keep = load<f32>(at) != 0;
      for (let i = 0; i < op.n; i++) {
        store<f32>(b, keep ? load<f32>(a) : 0);
        a += 4;
        b += 4;
      }
    }
    for (; b < rest; b += 4) store<f32>(b, 0);
  }
}
