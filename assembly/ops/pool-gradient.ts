// OP_POOL_GRADIENT: back to the pixels of each window: to the first of the largest, or to all alike.
// Where windows overlap, what comes from them is added in their order. Threads share the samples.

import { POOL_MAX } from "../abi";
import { Op, Plan } from "../op";
import { AddFour, AddOne, clear, Four, Lanes, One } from "./lanes";
import { Windows } from "./pool";

/** Gives `dy` back to a window whose result was `y`, loading by L, storing by D. dx is `shift` bytes behind x. */
@unmanaged
abstract class Back {
  abstract to(
    x: usize, shift: usize, y: v128, dy: v128, rows: i32, cols: i32, pixel: usize, line: usize,
  ): void;
  /** The same for a window of 2×2. */
  abstract toFour(x: usize, shift: usize, y: v128, dy: v128, pixel: usize, line: usize): void;
}

/** Which one was the largest is found again: the first that isn't less, and of NaN the first of all. */
@unmanaged @final
class ToLargest<L extends Lanes, D extends Lanes> extends Back {
  @inline to(
    x: usize, shift: usize, y: v128, dy: v128, rows: i32, cols: i32, pixel: usize, line: usize,
  ): void {
    // All that is left to give; 0 where it is gone.
    let left = i32x4.splat(-1);
    for (; rows > 0; rows--) {
      let from = x;
      for (let j = cols; j > 0; j--) {
        const here = v128.andnot(left, f32x4.lt(changetype<L>(0).load(from), y));
        changetype<D>(0).store(from + shift, v128.and(dy, here));
        left = v128.andnot(left, here);
        from += pixel;
      }
      x += line;
    }
  }
  @inline toFour(x: usize, shift: usize, y: v128, dy: v128, pixel: usize, line: usize): void {
    const right = x + pixel, below = x + line, corner = below + pixel;
    const less1 = f32x4.lt(changetype<L>(0).load(x), y);
    const less2 = v128.and(less1, f32x4.lt(changetype<L>(0).load(right), y));
    const less3 = v128.and(less2, f32x4.lt(changetype<L>(0).load(below), y));
    changetype<D>(0).store(x + shift, v128.andnot(dy, less1));
    changetype<D>(0).store(right + shift, v128.and(dy, v128.andnot(less1, less2)));
    changetype<D>(0).store(below + shift, v128.and(dy, v128.andnot(less2, less3)));
    changetype<D>(0).store(corner + shift, v128.and(dy, less3));
  }
}

@unmanaged @final
class ToAll<L extends Lanes, D extends Lanes> extends Back {
  @inline to(
    x: usize, shift: usize, y: v128, dy: v128, rows: i32, cols: i32, pixel: usize, line: usize,
  ): void {
    const share = f32x4.div(dy, f32x4.splat(<f32>(rows * cols)));
    for (; rows > 0; rows--) {
      let from = x;
      for (let j = cols; j > 0; j--) {
        changetype<D>(0).store(from + shift, share);
        from += pixel;
      }
      x += line;
    }
  }
  @inline toFour(x: usize, shift: usize, y: v128, dy: v128, pixel: usize, line: usize): void {
    const below = x + line + shift, share = f32x4.mul(dy, f32x4.splat(0.25));
    x += shift;
    changetype<D>(0).store(x, share);
    changetype<D>(0).store(x + pixel, share);
    changetype<D>(0).store(below, share);
    changetype<D>(0).store(below + pixel, share);
  }
}

export function runPoolGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const it = changetype<Windows>(op.e);
  const apart = it.strideHeight >= it.poolHeight && it.strideWidth >= it.poolWidth;
  const tiled = apart
    && it.strideHeight == it.poolHeight && it.rows * it.strideHeight - it.top >= it.height
    && it.strideWidth == it.poolWidth && it.cols * it.strideWidth - it.left >= it.width;
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2), b = op.b + (<usize>row * <usize>op.ldb << 2);
    const c = op.c + (<usize>row * <usize>op.ldc << 2), d = op.d + (<usize>row * <usize>op.ldd << 2);
    if (!tiled) clear(d, op.ldd);
    if (op.kind == POOL_MAX) {
      if (apart) giveBack<ToLargest<Four, Four>, ToLargest<One, One>>(it, a, b, c, d);
      else giveBack<ToLargest<Four, AddFour>, ToLargest<One, AddOne>>(it, a, b, c, d);
    } else {
      if (apart) giveBack<ToAll<Four, Four>, ToAll<One, One>>(it, d, c, c, d);
      else giveBack<ToAll<Four, AddFour>, ToAll<One, AddOne>>(it, d, c, c, d);
    }
  }
}

/** One sample, four channels or one at a time. */
function giveBack<B extends Back, C extends Back>(it: Windows, a: usize, b: usize, c: usize, d: usize): void {
  const pixel = <usize>it.channels << 2, line = pixel * it.width;
  const vectors = pixel & ~15, shift = d - a;
  for (let i = 0; i < it.rows; i++) {
    const y = i * it.strideHeight - it.top, top = max(y, 0);
    const rows = min(y + it.poolHeight, it.height) - top;
    for (let j = 0; j < it.cols; j++) {
      const x = j * it.strideWidth - it.left, left = max(x, 0);
      const cols = min(x + it.poolWidth, it.width) - left;
      const window = a + line * top + pixel * left;
      let at: usize = 0;
      if (rows == 2 && cols == 2) at = toFour<B>(window, shift, b, c, vectors, pixel, line);
      for (; at < vectors; at += 16) {
        const result = v128.load(b + at), dy = v128.load(c + at);
        changetype<B>(0).to(window + at, shift, result, dy, rows, cols, pixel, line);
      }
      for (; at < pixel; at += 4) {
        const result = v128.load32_zero(b + at), dy = v128.load32_zero(c + at);
        changetype<C>(0).to(window + at, shift, result, dy, rows, cols, pixel, line);
      }
      b += pixel;
      c += pixel;
    }
  }
}

/** To a window of 2×2, four channels at a time; returns where the others begin. */
function toFour<B extends Back>(
  window: usize, shift: usize, b: usize, c: usize, vectors: usize, pixel: usize, line: usize,
): usize {
  for (let at: usize = 0; at < vectors; at += 16) {
    const result = v128.load(b + at), dy = v128.load(c + at);
    changetype<B>(0).toFour(window + at, shift, result, dy, pixel, line);
  }
  return vectors;
}
