// OP_CLIP_VALUE and OP_CLIP_NORM. Neither hides a NaN: it stays in its gradient and turns up in the
// parameter that the gradient updates.

import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

/** a ← min(max(a, −v), v); nothing for v ≤ 0. */
export function runClipValue(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const value = load<f32>(op.d);
  if (value <= 0) return;
  const high = f32x4.splat(value), low = f32x4.splat(-value);
  let at = op.a + (<usize>rangeStart(op.n, 16, thread, threads) << 2);
  const end = op.a + (<usize>rangeStart(op.n, 16, thread + 1, threads) << 2);
  for (; at < end; at += 16) {
    // In this order pmax and pmin keep a NaN in their first operand.
    v128.store(at, f32x4.pmin(f32x4.pmax(v128.load(at), low), high));
  }
}

/**
 * The gradients' norm, in f64, and from it the factor that the update puts on them. An infinite
 * gradient makes the factor 0 (and 0 · ∞ NaN); with a NaN it stays 1, so that padding stays 0.
 */
export function runClipNorm(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const norm = sqrt(squares(op.a, op.n));
  const limit = <f64>load<f32>(op.d);
  const scale = limit / norm;
  plan.gradientNorm = norm;
  plan.clipScale = limit > 0 && scale < 1 ? <f32>scale : 1;
}

/**
 * Σa² in f64, n a multiple of 4. Lane j of eight sums takes elements j, j + 8, j + 16, …; sums j
 * and j + 4 are added, then (0 + 1) + (2 + 3).
 */
function squares(at: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
  const end = at + (<usize>n << 2);
  for (; at + 16 < end; at += 32) {
    const x0 = f64x2.promote_low_f32x4(v128.load64_zero(at));
    const x1 = f64x2.promote_low_f32x4(v128.load64_zero(at + 8));
    const x2 = f64x2.promote_low_f32x4(v128.load64_zero(at + 16));
    const x3 = f64x2.promote_low_f32x4(v128.load64_zero(at + 24));
    s0 = f64x2.add(s0, f64x2.mul(x0, x0));
    s1 = f64x2.add(s1, f64x2.mul(x1, x1));
    s2 = f64x2.add(s2, f64x2.mul(x2, x2));
    s3 = f64x2.add(s3, f64x2.mul(x3, x3));
  }
  if (at < end) {
    const x0 = f64x2.promote_low_f32x4(v128.load64_zero(at));
    const x1 = f64x2.promote_low_f32x4(v128.load64_zero(at + 8));
    s0 = f64x2.add(s0, f64x2.mul(x0, x0));
    s1 = f64x2.add(s1, f64x2.mul(x1, x1));
  }
  s0 = f64x2.add(s0, s2);
  s1 = f64x2.add(s1, s3);
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)
    + (f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1));
}
