// Softmax over the n columns of each row, and its gradient from the output. Columns n…ld are never
// read into a result and come out 0. A row with a NaN or with +∞ becomes NaN; −∞ becomes 0.

import { exp } from "../math";
import { sumLanes } from "../simd";

/** All ones in the lanes below `left`, the number of columns from here on. */
// @ts-ignore: decorator
@inline
function inside(left: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
}

/** Zeros from column n, rounded up to a vector, to the row's end. */
// @ts-ignore: decorator
@inline
function clearRest(row: usize, n: i32, ld: i32): void {
  for (let j = (n + 3) & ~3; j < ld; j += 4) v128.store(row + (<usize>j << 2), i32x4.splat(0));
}

/** The greatest lane in every lane. What it makes of a NaN is no matter: the sum will be NaN. */
// @ts-ignore: decorator
@inline
function maxLanes(a: v128): v128 {
  const b = f32x4.pmax(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return f32x4.pmax(b, v128.shuffle<i32>(b, b, 1, 0, 3, 2));
}

/** dst[rows×n:ld] ← softmax of each row of src[rows×n:ld]; padding ← 0; dst may be src. */
export function softmaxRows(src: usize, dst: usize, rows: i32, n: i32, ld: i32): void {
  const stride = <usize>ld << 2;
  const whole = n & ~3;
  const last = <usize>whole << 2;
  const mask = inside(n & 3);
  const lowest = f32x4.splat(-Infinity);
  for (; rows > 0; rows--) {
    let top = lowest;
    for (let at: usize = 0; at < last; at += 16) top = f32x4.pmax(top, v128.load(src + at));
    if (whole < n) {
      top = f32x4.pmax(top, v128.bitselect(v128.load(src + last), lowest, mask));
    }
    top = maxLanes(top);
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < last; at += 16) {
      const e = exp(f32x4.sub(v128.load(src + at), top));
      sum = f32x4.add(sum, e);
      v128.store(dst + at, e);
    }
    if (whole < n) {
      const e = v128.and(exp(f32x4.sub(v128.load(src + last), top)), mask);
      sum = f32x4.add(sum, e);
      v128.store(dst + last, e);
    }
    const total = f32x4.splat(sumLanes(sum));
    const end = <usize>((n + 3) & ~3) << 2;
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(dst + at, f32x4.div(v128.load(dst + at), total));
    }
    // 0 / NaN above would leave NaN in the padding.
    if (whole < n) v128.store(dst + last, v128.and(v128.load(dst + last), mask));
    clearRest(dst, n, ld);
    src += stride;
    dst += stride;
  }
}

/** dst[rows×n:ld] ← y ∘ (dy − Σ dy∘y) row by row; padding ← 0; dst may be dy or y. */
export function softmaxGradientRows(
  dy: usize, y: usize, dst: usize, rows: i32, n: i32, ld: i32,
): void {
  const stride = <usize>ld << 2;
  const whole = n & ~3;
  const last = <usize>whole << 2;
  const mask = inside(n & 3);
  for (; rows > 0; rows--) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < last; at += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(dy + at), v128.load(y + at)));
    }
    if (whole < n) {
      const product = f32x4.mul(v128.load(dy + last), v128.load(y + last));
      sum = f32x4.add(sum, v128.and(product, mask));
    }
    const dot = f32x4.splat(sumLanes(sum));
    for (let at: usize = 0; at < last; at += 16) {
      const rest = f32x4.sub(v128.load(dy + at), dot);
      v128.store(dst + at, f32x4.mul(v128.load(y + at), rest));
    }
    if (whole < n) {
      const rest = f32x4.sub(v128.load(dy + last), dot);
      v128.store(dst + last, v128.and(f32x4.mul(v128.load(y + last), rest), mask));
    }
    clearRest(dst, n, ld);
    dy += stride;
    y += stride;
    dst += stride;
  }
}
