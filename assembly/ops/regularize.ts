// OP_REGULARIZE: the l1 and l2 penalty of one parameter, or its gradient. Two records per
// parameter: the penalty belongs into the loss, before the gradients exist to which its own is
// added.

import { Op, Plan } from "../op";
import { withSign } from "../optimizers/sign";
import { madd } from "../simd";
import { rangeStart } from "../threads";

export function runRegularize(op: Op, plan: Plan, thread: i32, threads: i32): void {
  if (op.b) addGradient(op, thread, threads);
  else if (thread == 0) plan.penalty += penalty(op);
}

/**
 * l1 · Σ|a| + l2 · Σa² in f64. Lane j of the four sums takes elements j, j + 4, j + 8, …; they are
 * added as (0 + 1) + (2 + 3).
 */
function penalty(op: Op): f64 {
  let absLow = f64x2.splat(0), absHigh = f64x2.splat(0);
  let squareLow = f64x2.splat(0), squareHigh = f64x2.splat(0);
  let at = op.a;
  const end = at + (<usize>op.n << 2);
  for (; at < end; at += 16) {
    const low = f64x2.promote_low_f32x4(v128.load64_zero(at));
    const high = f64x2.promote_low_f32x4(v128.load64_zero(at + 8));
    absLow = f64x2.add(absLow, f64x2.abs(low));
    absHigh = f64x2.add(absHigh, f64x2.abs(high));
    squareLow = f64x2.add(squareLow, f64x2.mul(low, low));
    squareHigh = f64x2.add(squareHigh, f64x2.mul(high, high));
  }
  return <f64>op.f0 * sum(absLow, absHigh) + <f64>op.f1 * sum(squareLow, squareHigh);
}

// @ts-ignore: decorator
@inline
function sum(low: v128, high: v128): f64 {
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
    + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
}

/** b += l1 · sign(a) + 2 · l2 · a, with sign(0) = 0. */
function addGradient(op: Op, thread: i32, threads: i32): void {
  const l1 = f32x4.splat(op.f0), l2 = f32x4.splat(<f32>(2.0 * <f64>op.f1));
  const from = <usize>rangeStart(op.n, 16, thread, threads) << 2;
  let a = op.a + from, b = op.b + from;
  const end = op.a + (<usize>rangeStart(op.n, 16, thread + 1, threads) << 2);
  while (a < end) {
    const x = v128.load(a);
    v128.store(b, f32x4.add(v128.load(b), madd(x, l2, withSign(l1, x))));
    a += 16;
    b += 16;
  }
}
