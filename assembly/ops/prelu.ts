// OP_PRELU: a rectifier whose slope below 0 is learned (He, Zhang, Ren & Sun, "Delving deep into
// rectifiers", 2015): y = x where x > 0, else alpha·x; dx = dy or alpha·dy, dalpha = Σ dy·x where x ≤ 0.

import { addFirst, addLast, inside, narrow } from "../normalization/terms";
import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

export function runPrelu(op: Op, plan: Plan, thread: i32, threads: i32): void {
  if (op.kind == 2) return alphaGradient(op, plan, thread, threads);
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  const shared = op.k == 1;
  const end = op.rowStart(plan, thread + 1, threads);
  let inner = 0;
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2), b = op.b + (<usize>row * <usize>op.ldb << 2);
    const alpha = op.c + (<usize>load<i32>(op.e + (<usize>inner << 2)) * <usize>op.ldc << 2);
    if (++inner == op.m) inner = 0;
    for (let at: usize = 0; at < bytes; at += 16) {
      const slope = shared ? v128.load32_splat(alpha) : v128.load(alpha + at);
      const x = v128.load(a + at), from = op.kind ? v128.load(b + at) : x;
      const above = f32x4.gt(x, f32x4.splat(0));
      v128.store(b + at, v128.bitselect(from, f32x4.mul(from, slope), above));
    }
  }
}

/** Each element of alpha sums over the batch and over the rows that share it, in their order. */
function alphaGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  // What stands at e: the row of alpha of each row, their number, where lists begin, the lists.
  const alphaRows = load<i32>(op.e + (<usize>op.m << 2));
  const starts = op.e + (<usize>(op.m + 1) << 2);
  const lists = starts + (<usize>(alphaRows + 1) << 2);
  const vectors = op.k == 1 ? 1 : (op.n + 3) >> 2;
  const end = rangeStart(alphaRows * vectors, 1, thread + 1, threads);
  for (let item = rangeStart(alphaRows * vectors, 1, thread, threads); item < end; item++) {
    const row = item / vectors, vector = item - row * vectors;
    const list = starts + (<usize>row << 2);
    const from = lists + (<usize>load<i32>(list) << 2), to = lists + (<usize>load<i32>(list, 4) << 2);
    const at = op.c + (<usize>row * <usize>op.ldc << 2);
    if (op.k == 1) {
      const sum = <f32>sumOfRows(op, plan.rows, from, to);
      v128.store(at, f32x4(sum, 0, 0, 0));
    } else {
      const sums = sumOfVectors(op, plan.rows, from, to, <usize>vector << 4);
      v128.store(at + (<usize>vector << 4), v128.and(sums, inside(op.n - (vector << 2))));
    }
  }
}

/** Sum over whole rows. */
function sumOfRows(op: Op, samples: i32, from: usize, to: usize): f64 {
  let first = f64x2.splat(0), last = f64x2.splat(0);
  for (let sample = 0; sample < samples; sample++) {
    for (let it = from; it < to; it += 4) {
      const row = <usize>(sample * op.m + load<i32>(it));
      for (let j = 0; j < op.n; j += 4) {
        const terms = v128.and(termsAt(op, row, <usize>j << 2), inside(op.n - j));
        first = addFirst(first, terms);
        last = addLast(last, terms);
      }
    }
  }
  const sum = f64x2.add(first, last);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Sums of four columns. */
function sumOfVectors(op: Op, samples: i32, from: usize, to: usize, column: usize): v128 {
  let first = f64x2.splat(0), last = f64x2.splat(0);
  for (let sample = 0; sample < samples; sample++) {
    for (let it = from; it < to; it += 4) {
      const terms = termsAt(op, <usize>(sample * op.m + load<i32>(it)), column);
      first = addFirst(first, terms);
      last = addLast(last, terms);
    }
  }
  return narrow(first, last);
}

/** dy·x where x ≤ 0. */
// @ts-ignore: decorator
@inline
function termsAt(op: Op, row: usize, column: usize): v128 {
  const x = v128.load(op.a + (row * <usize>op.lda << 2) + column);
  const dy = v128.load(op.b + (row * <usize>op.ldb << 2) + column);
  return v128.andnot(f32x4.mul(dy, x), f32x4.gt(x, f32x4.splat(0)));
}
