// OP_ENLARGE and its gradient: images made larger by whole factors, bilinearly between the centers of their
// pixels. Threads share the samples.

import { Op, Plan } from "../op";
import { AddFour, AddOne, clear, Four, Lanes, One } from "./lanes";

/** What the row of integers at an op's `e` says. */
@unmanaged @final
class Factors {
  height: i32; width: i32; channels: i32;
  down: i32; right: i32;
}

/** Where pixel `i` of the large image has its center in the small one, in 2 × `factor` parts of a pixel. */
// @ts-ignore: decorator
@inline
function place(i: i32, factor: i32, size: i32): i32 {
  return min(max(2 * i + 1 - factor, 0), 2 * factor * (size - 1));
}

/** What is done with four pixels of the small image and one of the large. */
@unmanaged
abstract class Step {
  abstract at(
    from: usize, right: usize, below: usize, to: usize, x: v128, y: v128,
  ): void;
}

@unmanaged @final
class Interpolate<L extends Lanes> extends Step {
  @inline at(
    from: usize, right: usize, below: usize, to: usize, x: v128, y: v128,
  ): void {
    const top = between<L>(from, from + right, x);
    const bottom = between<L>(from + below, from + below + right, x);
    changetype<L>(0).store(to, f32x4.add(top, f32x4.mul(f32x4.sub(bottom, top), y)));
  }
}

// @ts-ignore: decorator
@inline
function between<L extends Lanes>(a: usize, b: usize, x: v128): v128 {
  const value = changetype<L>(0).load(a);
  return f32x4.add(value, f32x4.mul(f32x4.sub(changetype<L>(0).load(b), value), x));
}

@unmanaged @final
class GiveBack<L extends Lanes, D extends Lanes> extends Step {
  @inline at(
    from: usize, right: usize, below: usize, to: usize, x: v128, y: v128,
  ): void {
    const dy = changetype<L>(0).load(to), bottom = f32x4.mul(dy, y), top = f32x4.sub(dy, bottom);
    give<D>(from, from + right, top, x);
    give<D>(from + below, from + below + right, bottom, x);
  }
}

// @ts-ignore: decorator
@inline
function give<D extends Lanes>(a: usize, b: usize, value: v128, x: v128): void {
  const part = f32x4.mul(value, x);
  changetype<D>(0).store(a, f32x4.sub(value, part));
  changetype<D>(0).store(b, part);
}

export function runEnlarge(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2), b = op.b + (<usize>row * <usize>op.ldb << 2);
    walk<Interpolate<Four>, Interpolate<One>>(changetype<Factors>(op.e), a, b);
  }
}

export function runEnlargeGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>row * <usize>op.lda << 2), b = op.b + (<usize>row * <usize>op.ldb << 2);
    clear(a, op.lda);
    walk<GiveBack<Four, AddFour>, GiveBack<One, AddOne>>(changetype<Factors>(op.e), a, b);
  }
}

/** All pixels of a large image at `b`, each with the four of the small one at `a` that it lies between. */
function walk<S extends Step, T extends Step>(it: Factors, a: usize, b: usize): void {
  const pixel = <usize>it.channels << 2, line = pixel * it.width, vectors = pixel & ~15;
  const whole = 2 * it.down, wide = 2 * it.right;
  for (let i = 0; i < it.height * it.down; i++) {
    const row = place(i, it.down, it.height);
    const below = row / whole < it.height - 1 ? line : 0;
    const y = f32x4.splat(<f32>(row % whole) / <f32>whole);
    for (let j = 0; j < it.width * it.right; j++) {
      const col = place(j, it.right, it.width);
      const right = col / wide < it.width - 1 ? pixel : 0;
      const x = f32x4.splat(<f32>(col % wide) / <f32>wide);
      const from = a + line * (row / whole) + pixel * (col / wide);
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        changetype<S>(0).at(from + at, right, below, b + at, x, y);
      }
      for (; at < pixel; at += 4) changetype<T>(0).at(from + at, right, below, b + at, x, y);
      b += pixel;
    }
  }
}
