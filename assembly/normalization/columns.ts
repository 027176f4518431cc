// Normalization down the columns of some rows, each column alone or with its neighbours in a group of op.k.
// Ranges from…to of columns are multiples of 4 and include the padding, which gets zeros.
//
// The gradients are those of Ioffe & Szegedy, "Batch normalization", 2015, section 3, in the arrangement
// dx = (g − mean g − x̂·mean(g·x̂)) / √(variance + epsilon), g = gamma ∘ dy.

import { Op } from "../op";
import {
  addFirst, addLast, deviation, Gradient, GradientByScale, Input, rounded, Square, Term,
} from "./terms";

/**
 * sums[from…to], f64 ← sums of a term down the columns of some rows, in the order of the rows. `row`: bytes
 * from row to row of the statistics.
 */
export function sumColumns<T extends Term>(
  op: Op, x: usize, dy: usize, statistics: usize, row: usize, rows: i32, from: i32, to: i32, sums: usize,
): void {
  const term = changetype<T>(0);
  const xRow = <usize>op.lda << 2, dyRow = <usize>op.ldb << 2;
  let j = from;
  // Two vectors at a time where there are two: their sums don't wait for each other.
  for (; j + 8 <= to; j += 8) {
    const column = <usize>j << 2;
    const mean = valueAt(statistics, column), next = valueAt(statistics, column + 16);
    const rest = valueAt(statistics, column + row), nextRest = valueAt(statistics, column + row + 16);
    const inverse = valueAt(statistics, column + 3 * row);
    const nextInverse = valueAt(statistics, column + 3 * row + 16);
    let sum0 = f64x2.splat(0), sum1 = f64x2.splat(0), sum2 = f64x2.splat(0), sum3 = f64x2.splat(0);
    let a = x + column, b = dy + column;
    for (let i = 0; i < rows; i++) {
      const terms = term.of(a, b, 0, mean, rest, inverse);
      const more = term.of(a + 16, b + 16, 0, next, nextRest, nextInverse);
      sum0 = addFirst(sum0, terms);
      sum1 = addLast(sum1, terms);
      sum2 = addFirst(sum2, more);
      sum3 = addLast(sum3, more);
      a += xRow;
      b += dyRow;
    }
    const at = sums + (<usize>j << 3);
    v128.store(at, sum0);
    v128.store(at, sum1, 16);
    v128.store(at, sum2, 32);
    v128.store(at, sum3, 48);
  }
  if (j < to) {
    const column = <usize>j << 2;
    const mean = valueAt(statistics, column), rest = valueAt(statistics, column + row);
    const inverse = valueAt(statistics, column + 3 * row);
    let sum0 = f64x2.splat(0), sum1 = f64x2.splat(0);
    let a = x + column, b = dy + column;
    for (let i = 0; i < rows; i++) {
      const terms = term.of(a, b, 0, mean, rest, inverse);
      sum0 = addFirst(sum0, terms);
      sum1 = addLast(sum1, terms);
      a += xRow;
      b += dyRow;
    }
    const at = sums + (<usize>j << 3);
    v128.store(at, sum0);
    v128.store(at, sum1, 16);
  }
}

/** Four floats of a row, or zeros if there is no such row. */
// @ts-ignore: decorator
@inline
function valueAt(base: usize, offset: usize): v128 {
  return base ? v128.load(base + offset) : f32x4.splat(0);
}

/** The four rows of statistics of some rows of inputs. `sums`: a f64 for each column, for a while. */
export function columnStatistics(
  op: Op, x: usize, rows: i32, from: i32, to: i32, statistics: usize, sums: usize,
): void {
  const row = <usize>op.ldb << 2, width = op.k;
  const end = to < op.n ? to : op.n;
  // Of no rows the mean is 0: nothing that is kept may become NaN.
  const count = <f64>max(rows, 1) * <f64>width;
  sumColumns<Input>(op, x, x, 0, 0, rows, from, to, sums);
  for (let j = from; j < end; j += width) {
    const mean = groupSum(sums, j, width) / count;
    const first = <f32>mean, rest = <f32>(mean - first);
    for (let i = j; i < j + width; i++) {
      const at = statistics + (<usize>i << 2);
      store<f32>(at, first);
      store<f32>(at + row, rest);
    }
  }
  for (let r = 0; r < 4; r++) clear(statistics + <usize>r * row, end, to);
  sumColumns<Square>(op, x, x, statistics, row, rows, from, to, sums);
  for (let j = from; j < end; j += width) {
    const variance = groupSum(sums, j, width) / count;
    const inverse = <f32>(1 / Math.sqrt(variance + <f64>op.f0));
    for (let i = j; i < j + width; i++) {
      const at = statistics + (<usize>i << 2);
      store<f32>(at + 2 * row, rounded(variance));
      store<f32>(at + 3 * row, inverse);
    }
  }
}

/** The same from known means and variances. */
export function givenStatistics(op: Op, from: i32, to: i32): void {
  const row = <usize>op.ldb << 2;
  const end = to < op.n ? to : op.n;
  for (let j = from; j < end; j++) {
    const column = <usize>j << 2;
    const at = op.b + column, variance = load<f32>(op.d + column);
    store<f32>(at, load<f32>(op.c + column));
    store<f32>(at + row, 0);
    store<f32>(at + 2 * row, variance);
    store<f32>(at + 3 * row, <f32>(1 / Math.sqrt(<f64>variance + <f64>op.f0)));
  }
  for (let r = 0; r < 4; r++) clear(op.b + <usize>r * row, end, to);
}

/** The four rows of sums that gradients need. `sums`: a f64 for each column, for a while. */
export function gradientSums(
  op: Op, x: usize, dy: usize, statistics: usize, rows: i32, from: i32, to: i32, out: usize, sums: usize,
): void {
  const row = <usize>op.ldd << 2, given = <usize>op.ldc << 2;
  sumColumns<Gradient>(op, x, dy, statistics, given, rows, from, to, sums);
  groupMeans(op, rows, from, to, sums, out, out + 2 * row);
  sumColumns<GradientByScale>(op, x, dy, statistics, given, rows, from, to, sums);
  groupMeans(op, rows, from, to, sums, out + row, out + 3 * row);
}

/** own ← sums; means ← their means over the group, each times gamma. */
function groupMeans(
  op: Op, rows: i32, from: i32, to: i32, sums: usize, own: usize, means: usize,
): void {
  const width = op.k, count = <f64>max(rows, 1) * <f64>width;
  const end = to < op.n ? to : op.n;
  for (let j = from; j < end; j += width) {
    let total: f64 = 0;
    for (let i = j; i < j + width; i++) {
      const sum = load<f64>(sums + (<usize>i << 3));
      store<f32>(own + (<usize>i << 2), <f32>sum);
      total += sum * <f64>load<f32>(op.e + (<usize>i << 2));
    }
    const mean = <f32>(total / count);
    for (let i = j; i < j + width; i++) store<f32>(means + (<usize>i << 2), mean);
  }
  clear(own, end, to);
  clear(means, end, to);
}

/** d[from…to] ← column sums of a. */
export function totals(op: Op, rows: i32, from: i32, to: i32, sums: usize): void {
  sumColumns<Input>(op, op.a, op.a, 0, 0, rows, from, to, sums);
  const end = to < op.n ? to : op.n;
  for (let j = from; j < end; j++) {
    store<f32>(op.d + (<usize>j << 2), <f32>load<f64>(sums + (<usize>j << 3)));
  }
  clear(op.d, end, to);
}

function groupSum(sums: usize, j: i32, width: i32): f64 {
  let sum: f64 = 0;
  for (let i = j; i < j + width; i++) sum += load<f64>(sums + (<usize>i << 3));
  return sum;
}

function clear(row: usize, from: i32, to: i32): void {
  for (let j = from; j < to; j++) store<f32>(row + (<usize>j << 2), 0);
}

/** y ← gamma ∘ x̂ + beta of `rows` rows. */
export function normalizeColumns(op: Op, x: usize, y: usize, statistics: usize, rows: i32): void {
  const bytes = <usize>((op.n + 3) & ~3) << 2, row = <usize>op.ldc << 2;
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const mean = v128.load(statistics + at), rest = v128.load(statistics + at + row);
      const scale = f32x4.mul(v128.load(statistics + at + 3 * row), v128.load(op.d + at));
      const value = f32x4.mul(deviation(x + at, mean, rest), scale);
      v128.store(y + at, f32x4.add(value, v128.load(op.e + at)));
    }
    x += <usize>op.lda << 2;
    y += <usize>op.ldb << 2;
  }
}

/** dy ← the gradient by x of `rows` rows; sums = 0: none that depends on statistics. */
export function columnGradients(
  op: Op, x: usize, dy: usize, statistics: usize, sums: usize, rows: i32,
): void {
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  const row = <usize>op.ldc << 2, sumRow = <usize>op.ldd << 2;
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const inverse = v128.load(statistics + at + 3 * row);
      let g = f32x4.mul(v128.load(dy + at), v128.load(op.e + at));
      if (sums) {
        const mean = v128.load(statistics + at), rest = v128.load(statistics + at + row);
        const normal = f32x4.mul(deviation(x + at, mean, rest), inverse);
        g = f32x4.sub(g, v128.load(sums + at + 2 * sumRow));
        g = f32x4.sub(g, f32x4.mul(normal, v128.load(sums + at + 3 * sumRow)));
      }
      v128.store(dy + at, f32x4.mul(g, inverse));
    }
    x += <usize>op.lda << 2;
    dy += <usize>op.ldb << 2;
  }
}
