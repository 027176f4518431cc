// The one loop that all update rules share: it streams the parameters, the gradients and the state
// through a rule, once, and knows of weight decay, gradient scaling and the finite check, so that a
// rule is nothing but its formula.

import { Op, Plan } from "../op";
import { madd } from "../simd";
import { Hyper } from "./hyper";

/**
 * An update rule for four parameters: from the gradient x, and its state at s0, s1, s2 (loaded and
 * stored by the rule), what is subtracted from the parameters. k0…k5 are this step's constants.
 * A rule keeps 0 at 0 for a zero gradient, since padding must stay 0.
 */
@unmanaged
export abstract class Rule {
  abstract step(
    x: v128, s0: usize, s1: usize, s2: usize,
    k0: v128, k1: v128, k2: v128, k3: v128, k4: v128, k5: v128,
  ): v128;
}

/**
 * Four parameters `at` bytes into the arrays. Returns lanes of 0, or NaN where the new parameter is
 * not finite.
 */
// @ts-ignore: decorator
@inline
function advance<R extends Rule>(
  at: usize, w: usize, g: usize, s0: usize, s1: usize, s2: usize, scale: v128, decay: v128,
  k0: v128, k1: v128, k2: v128, k3: v128, k4: v128, k5: v128,
): v128 {
  const x = f32x4.mul(v128.load(g + at), scale);
  const delta = changetype<R>(0).step(x, s0 + at, s1 + at, s2 + at, k0, k1, k2, k3, k4, k5);
  let weight = v128.load(w + at);
  // The decay is subtracted as its own small term: a factor 1 − rate · decay would lose its digits.
  weight = f32x4.sub(weight, madd(weight, decay, delta));
  v128.store(w + at, weight);
  return f32x4.sub(weight, weight);
}

/**
 * Applies rule R to bytes from…to of the arrays (multiples of 16). True if a new parameter is NaN
 * or infinite.
 */
export function sweep<R extends Rule>(
  op: Op, plan: Plan, from: usize, to: usize,
  k0: v128, k1: v128, k2: v128, k3: v128, k4: v128, k5: v128,
): bool {
  const hyper = changetype<Hyper>(op.d);
  const scale = f32x4.splat(plan.clipScale);
  const decay = f32x4.splat(<f32>(<f64>hyper.learningRate * <f64>hyper.weightDecay));
  const stride = <usize>op.n << 2;
  const w = op.a, g = op.b, s0 = op.c, s1 = s0 + stride, s2 = s1 + stride;
  let bad = i32x4.splat(0);
  // Two at a time, so that one's division overlaps the other's square root.
  for (; from + 16 < to; from += 32) {
    const next = from + 16;
    bad = v128.or(bad, advance<R>(from, w, g, s0, s1, s2, scale, decay, k0, k1, k2, k3, k4, k5));
    bad = v128.or(bad, advance<R>(next, w, g, s0, s1, s2, scale, decay, k0, k1, k2, k3, k4, k5));
  }
  if (from < to) {
    bad = v128.or(bad, advance<R>(from, w, g, s0, s1, s2, scale, decay, k0, k1, k2, k3, k4, k5));
  }
  return v128.any_true(bad);
}

/** The moving average at `address` drawn towards x: s += (x − s) · rate. Returns it. */
// @ts-ignore: decorator
@inline
export function average(address: usize, x: v128, rate: v128): v128 {
  let s = v128.load(address);
  s = madd(f32x4.sub(x, s), rate, s);
  v128.store(address, s);
  return s;
}

/** The moving average at `address` as rho · s + (1 − rho) · x. Returns it. */
// @ts-ignore: decorator
@inline
export function decayed(address: usize, x: v128, rho: v128, rest: v128): v128 {
  const s = madd(v128.load(address), rho, f32x4.mul(x, rest));
  v128.store(address, s);
  return s;
}
