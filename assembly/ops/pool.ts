// OP_POOL: of each window of an image the largest number or the mean, channel by channel. Threads share
// the samples.

import { POOL_MAX } from "../abi";
import { Op, Plan } from "../op";
import { Four, Lanes, One } from "./lanes";

/** What the row of integers at an op's `e` says: pixels, and where the first window starts. */
@unmanaged @final
export class Windows {
  height: i32; width: i32; channels: i32;
  rows: i32; cols: i32;
  poolHeight: i32; poolWidth: i32;
  strideHeight: i32; strideWidth: i32;
  top: i32; left: i32;
}

/** Of a window of rows × cols pixels, `pixel` and `line` bytes apart. */
@unmanaged
abstract class Pooled {
  abstract of(at: usize, rows: i32, cols: i32, pixel: usize, line: usize): v128;
  /** Of 2×2. */
  abstract ofFour(a: v128, b: v128, c: v128, d: v128): v128;
}

/** NaN if one of them is: a look at each, beside `pmax`, is faster than `max`, a chain of instructions. */
@unmanaged @final
class Largest<L extends Lanes> extends Pooled {
  @inline of(at: usize, rows: i32, cols: i32, pixel: usize, line: usize): v128 {
    let largest = changetype<L>(0).load(at), nan = f32x4.splat(0);
    for (; rows > 0; rows--) {
      let from = at;
      for (let j = cols; j > 0; j--) {
        const value = changetype<L>(0).load(from);
        largest = f32x4.pmax(largest, value);
        nan = v128.or(nan, f32x4.ne(value, value));
        from += pixel;
      }
      at += line;
    }
    return v128.or(largest, nan);
  }
  @inline ofFour(a: v128, b: v128, c: v128, d: v128): v128 {
    const nan = v128.or(
      v128.or(f32x4.ne(a, a), f32x4.ne(b, b)), v128.or(f32x4.ne(c, c), f32x4.ne(d, d)),
    );
    return v128.or(f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)), nan);
  }
}

/** Summed by rows: many small sums are more precise than a long one. */
@unmanaged @final
class Mean<L extends Lanes> extends Pooled {
  @inline of(at: usize, rows: i32, cols: i32, pixel: usize, line: usize): v128 {
    const count = f32x4.splat(<f32>(rows * cols));
    let total = f32x4.splat(0);
    for (; rows > 0; rows--) {
      let sum = f32x4.splat(0), from = at;
      for (let j = cols; j > 0; j--) {
        sum = f32x4.add(sum, changetype<L>(0).load(from));
        from += pixel;
      }
      total = f32x4.add(total, sum);
      at += line;
    }
    return f32x4.div(total, count);
  }
  @inline ofFour(a: v128, b: v128, c: v128, d: v128): v128 {
    return f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.splat(0.25));
  }
}

export function runPool(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const it = changetype<Windows>(op.e);
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2);
    const b = op.b + (<usize>row * <usize>op.ldb << 2);
    if (op.kind == POOL_MAX) pool<Largest<Four>, Largest<One>>(it, a, b);
    else pool<Mean<Four>, Mean<One>>(it, a, b);
  }
}

/** One sample, four channels or one at a time. */
function pool<P extends Pooled, Q extends Pooled>(it: Windows, a: usize, b: usize): void {
  const pixel = <usize>it.channels << 2, line = pixel * it.width;
  const vectors = pixel & ~15;
  for (let i = 0; i < it.rows; i++) {
    const y = i * it.strideHeight - it.top, top = max(y, 0);
    const rows = min(y + it.poolHeight, it.height) - top;
    for (let j = 0; j < it.cols; j++) {
      const x = j * it.strideWidth - it.left, left = max(x, 0);
      const cols = min(x + it.poolWidth, it.width) - left;
      const window = a + line * top + pixel * left;
      let at: usize = 0;
      if (rows == 2 && cols == 2) {
        const right = window + pixel, below = window + line, corner = below + pixel;
        for (; at < vectors; at += 16) {
          const value = changetype<P>(0).ofFour(
            v128.load(window + at), v128.load(right + at), v128.load(below + at), v128.load(corner + at),
          );
          v128.store(b + at, value);
        }
      }
      for (; at < vectors; at += 16) {
        v128.store(b + at, changetype<P>(0).of(window + at, rows, cols, pixel, line));
      }
      for (; at < pixel; at += 4) {
        const value = changetype<Q>(0).of(window + at, rows, cols, pixel, line);
        changetype<One>(0).store(b + at, value);
      }
      b += pixel;
    }
  }
}
