// OP_EMBEDDING: rows of a table by their indices; threads share the samples. Its gradient: rows added up,
// each sum in the order of the samples; threads share the columns.

import { Op, Plan } from "../op";
import { realLanes } from "../simd";
import { rangeStart } from "../threads";

/** The row of the table that a number names, or −1. */
// @ts-ignore: decorator
@inline
function indexOf(value: f32, rows: i32): i32 {
  // Compared as floats: what i32 can't hold must not wrap around into the table.
  if (!(value >= 0 && value < <f32>rows)) return -1;
  const index = <i32>value;
  return <f32>index == value && index < rows ? index : -1;
}

export function runEmbedding(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = op.rowStart(plan, thread, threads), end = op.rowStart(plan, thread + 1, threads);
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  const invalid = f32x4.splat(NaN);
  for (let row = from; row < end; row++) {
    const sample = row / op.m, step = row % op.m;
    const value = load<f32>(op.a + (<usize>(sample * op.lda + step) << 2));
    const to = op.b + (<usize>(row * op.ldb) << 2);
    const index = indexOf(value, op.k);
    const source = op.c + (<usize>(index * op.ldc) << 2);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, index < 0 ? invalid : v128.load(source + at));
    }
    if (op.d) store<f32>(op.d + (<usize>(sample * op.ldd + step) << 2), value == 0 ? 0 : 1);
  }
}

export function runEmbeddingGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const width = (op.n + 3) & ~3;
  const first = <usize>rangeStart(width, 4, thread, threads) << 2;
  const end = <usize>rangeStart(width, 4, thread + 1, threads) << 2;
  if (first == end) return;
  const step = <usize>op.ldc << 2;
  const rows = <usize>op.k;
  if (end - first == step) memory.fill(op.c, 0, rows * step);
  else for (let row: usize = 0; row < rows; row++) memory.fill(op.c + row * step + first, 0, end - first);
  const samples = plan.rows;
  let from = op.b;
  for (let sample = 0; sample < samples; sample++) {
    const indices = op.a + (<usize>(sample * op.lda) << 2);
    for (let i = 0; i < op.m; i++) {
      const index = indexOf(load<f32>(indices + (<usize>i << 2)), op.k);
      if (index >= 0) {
        const to = op.c + <usize>index * step;
        for (let at = first; at < end; at += 16) {
          const value = realLanes(v128.load(from + at), op.n - <i32>(at >> 2));
          v128.store(to + at, f32x4.add(v128.load(to + at), value));
        }
      }
      from += <usize>op.ldb << 2;
    }
  }
}
