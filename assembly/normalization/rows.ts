// Normalization along rows: each by its own mean and variance, or by its mean square alone.
//
// Ba, Kiros & Hinton, "Layer normalization", 2016; Zhang & Sennrich, "Root mean square layer
// normalization", 2019. The gradients are those of columns.ts, turned; without a mean, that of g is missing.

import { Op } from "../op";
import {
  addFirst, addLast, deviation, Gradient, GradientByScale, Input, inside, narrow, Scaled,
  ScaledByInput, Square, Term,
} from "./terms";

/** Sum of a term along one row, its padding left out. */
// @ts-ignore: decorator
@inline
function sumRow<T extends Term>(
  n: i32, x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128,
): f64 {
  const term = changetype<T>(0);
  let first = f64x2.splat(0), last = f64x2.splat(0);
  const whole = <usize>(n & ~3) << 2;
  for (let at: usize = 0; at < whole; at += 16) {
    const terms = term.of(x + at, dy + at, gamma + at, mean, rest, inverse);
    first = addFirst(first, terms);
    last = addLast(last, terms);
  }
  if (n & 3) {
    const all = term.of(x + whole, dy + whole, gamma + whole, mean, rest, inverse);
    const terms = v128.and(all, inside(n & 3));
    first = addFirst(first, terms);
    last = addLast(last, terms);
  }
  const sum = f64x2.add(first, last);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Rows row…end of b ← d ∘ x̂ + e; at c, what they were normalized by. `centered`: by their mean too. */
export function normalizeRows(op: Op, row: i32, end: i32, centered: bool): void {
  const n = op.n, bytes = <usize>((n + 3) & ~3) << 2;
  const none = f32x4.splat(0);
  for (; row < end; row++) {
    const x = op.a + (<usize>row * <usize>op.lda << 2), y = op.b + (<usize>row * <usize>op.ldb << 2);
    let first: f32 = 0, second: f32 = 0;
    if (centered) {
      const exact = sumRow<Input>(n, x, x, x, none, none, none) / <f64>n;
      first = <f32>exact;
      second = <f32>(exact - first);
    }
    const mean = f32x4.splat(first), rest = f32x4.splat(second);
    const variance = sumRow<Square>(n, x, x, x, mean, rest, none) / <f64>n;
    const factor = <f32>(1 / Math.sqrt(variance + <f64>op.f0));
    if (op.c) {
      const at = op.c + (<usize>row * <usize>op.ldc << 2);
      v128.store(at, f32x4(first, second, factor, 0));
    }
    const inverse = f32x4.splat(factor);
    for (let at: usize = 0; at < bytes; at += 16) {
      const normal = f32x4.mul(deviation(x + at, mean, rest), inverse);
      v128.store(y + at, f32x4.add(f32x4.mul(normal, v128.load(op.d + at)), v128.load(op.e + at)));
    }
  }
}

/** Rows row…end of b, gradients by y ← those by x. */
export function rowGradients(op: Op, row: i32, end: i32, centered: bool): void {
  const n = op.n, bytes = <usize>((n + 3) & ~3) << 2;
  for (; row < end; row++) {
    const x = op.a + (<usize>row * <usize>op.lda << 2), dy = op.b + (<usize>row * <usize>op.ldb << 2);
    const at = op.c + (<usize>row * <usize>op.ldc << 2);
    const mean = v128.load32_splat(at), rest = v128.load32_splat(at, 4);
    const inverse = v128.load32_splat(at, 8);
    let sum: f64 = 0;
    if (centered) sum = sumRow<Scaled>(n, x, dy, op.e, mean, rest, inverse);
    const product = sumRow<ScaledByInput>(n, x, dy, op.e, mean, rest, inverse);
    const meanG = f32x4.splat(<f32>(sum / <f64>n)), meanProduct = f32x4.splat(<f32>(product / <f64>n));
    for (let at: usize = 0; at < bytes; at += 16) {
      const normal = f32x4.mul(deviation(x + at, mean, rest), inverse);
      let g = f32x4.mul(v128.load(dy + at), v128.load(op.e + at));
      g = f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normal, meanProduct));
      v128.store(dy + at, f32x4.mul(g, inverse));
    }
  }
}

/** d[2×n], columns from…to ← Σ dy and Σ dy·x̂ over all rows, in their order: the gradients of beta and gamma. */
export function rowParameterSums(op: Op, rows: i32, from: i32, to: i32): void {
  const xRow = <usize>op.lda << 2, dyRow = <usize>op.ldb << 2, row = <usize>op.ldc << 2;
  const plain = changetype<Gradient>(0), scaled = changetype<GradientByScale>(0);
  for (let j = from; j < to; j += 4) {
    const column = <usize>j << 2;
    let x = op.a + column, dy = op.b + column, at = op.c;
    let sum0 = f64x2.splat(0), sum1 = f64x2.splat(0), sum2 = f64x2.splat(0), sum3 = f64x2.splat(0);
    for (let i = 0; i < rows; i++) {
      const mean = v128.load32_splat(at), rest = v128.load32_splat(at, 4);
      const inverse = v128.load32_splat(at, 8);
      const gradient = plain.of(x, dy, 0, mean, rest, inverse);
      const product = scaled.of(x, dy, 0, mean, rest, inverse);
      sum0 = addFirst(sum0, gradient);
      sum1 = addLast(sum1, gradient);
      sum2 = addFirst(sum2, product);
      sum3 = addLast(sum3, product);
      x += xRow;
      dy += dyRow;
      at += row;
    }
    const mask = inside(op.n - j);
    v128.store(op.d + column, v128.and(narrow(sum0, sum1), mask));
    v128.store(op.d + (<usize>op.ldd << 2) + column, v128.and(narrow(sum2, sum3), mask));
  }
}
