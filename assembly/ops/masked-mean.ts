// OP_MASKED_MEAN: the mean over those steps of a sequence that count, and its gradient. Threads share the
// samples.

import { Op, Plan } from "../op";
import { clear, Four, Lanes, One } from "./lanes";

export function runMaskedMean(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const width = <usize>op.n << 2, vectors = width & ~15;
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2), b = op.b + (<usize>row * <usize>op.ldb << 2);
    const mask = op.d + (<usize>row * <usize>op.ldd << 2);
    let count = 0;
    for (let step = 0; step < op.k; step++) count += i32(counts(mask, step));
    const scale = f32x4.splat(count ? 1 / <f32>count : 0);
    let at: usize = 0;
    if (op.kind == 0) {
      for (; at < vectors; at += 16) mean<Four>(a + at, b + at, mask, op.k, width, scale);
      for (; at < width; at += 4) mean<One>(a + at, b + at, mask, op.k, width, scale);
    } else {
      clear(b, op.ldb);
      for (; at < vectors; at += 16) share<Four>(a + at, b + at, mask, op.k, width, scale);
      for (; at < width; at += 4) share<One>(a + at, b + at, mask, op.k, width, scale);
    }
  }
}

// @ts-ignore: decorator
@inline
function counts(mask: usize, step: i32): bool {
  return load<f32>(mask + (<usize>step << 2)) != 0;
}

function mean<L extends Lanes>(x: usize, y: usize, mask: usize, steps: i32, width: usize, scale: v128): void {
  let sum = f32x4.splat(0);
  for (let step = 0; step < steps; step++) {
    if (counts(mask, step)) sum = f32x4.add(sum, changetype<L>(0).load(x));
    x += width;
  }
  changetype<L>(0).store(y, f32x4.mul(sum, scale));
}

function share<L extends Lanes>(dy: usize, dx: usize, mask: usize, steps: i32, width: usize, scale: v128): void {
  const value = f32x4.mul(changetype<L>(0).load(dy), scale);
  for (let step = 0; step < steps; step++) {
    if (counts(mask, step)) changetype<L>(0).store(dx, value);
    dx += width;
  }
}
