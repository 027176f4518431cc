// RMSprop. beta1: rho; beta2: momentum; variant: centered. State: [average of squares, momentum if
// there is room for it, average gradient if centered], without gaps.

import { Op, Plan } from "../op";
import { madd } from "../simd";
import { Hyper, splat } from "./hyper";
import { decayed, Rule, sweep } from "./sweep";

/** rate · x / √(average of squares + ε) */
// @ts-ignore: decorator
@inline
function plain(x: v128, squares: usize, rate: v128, rho: v128, rest: v128, epsilon: v128): v128 {
  const square = decayed(squares, f32x4.mul(x, x), rho, rest);
  return f32x4.div(f32x4.mul(x, rate), f32x4.sqrt(f32x4.add(square, epsilon)));
}

/** rate · x / √(variance + ε) */
// @ts-ignore: decorator
@inline
function centered(
  x: v128, squares: usize, means: usize, rate: v128, rho: v128, rest: v128, epsilon: v128,
): v128 {
  const square = decayed(squares, f32x4.mul(x, x), rho, rest);
  const mean = decayed(means, x, rho, rest);
  // Rounding can leave the variance of a steady gradient a little below 0, and its root NaN.
  const variance = f32x4.pmax(f32x4.sub(square, f32x4.mul(mean, mean)), f32x4.splat(0));
  return f32x4.div(f32x4.mul(x, rate), f32x4.sqrt(f32x4.add(variance, epsilon)));
}

/** The step carried on by momentum: m ← momentum · m + step. */
// @ts-ignore: decorator
@inline
function carry(m: usize, momentum: v128, step: v128): v128 {
  const sum = madd(v128.load(m), momentum, step);
  v128.store(m, sum);
  return sum;
}

@unmanaged @final
class Plain extends Rule {
  @inline step(
    x: v128, squares: usize, s1: usize, s2: usize,
    rate: v128, rho: v128, rest: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    return plain(x, squares, rate, rho, rest, epsilon);
  }
}

@unmanaged @final
class Momentum extends Rule {
  @inline step(
    x: v128, squares: usize, m: usize, s2: usize,
    rate: v128, rho: v128, rest: v128, epsilon: v128, momentum: v128, k5: v128,
  ): v128 {
    return carry(m, momentum, plain(x, squares, rate, rho, rest, epsilon));
  }
}

@unmanaged @final
class Centered extends Rule {
  @inline step(
    x: v128, squares: usize, means: usize, s2: usize,
    rate: v128, rho: v128, rest: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    return centered(x, squares, means, rate, rho, rest, epsilon);
  }
}

@unmanaged @final
class CenteredMomentum extends Rule {
  @inline step(
    x: v128, squares: usize, m: usize, means: usize,
    rate: v128, rho: v128, rest: v128, epsilon: v128, momentum: v128, k5: v128,
  ): v128 {
    return carry(m, momentum, centered(x, squares, means, rate, rho, rest, epsilon));
  }
}

export function updateRmsprop(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const rate = f32x4.splat(hyper.learningRate), epsilon = f32x4.splat(hyper.epsilon);
  const rho = f32x4.splat(hyper.beta1), rest = splat(1.0 - <f64>hyper.beta1);
  const momentum = f32x4.splat(hyper.beta2), none = f32x4.splat(0);
  // Momentum by the state's size, not its value, so that changing it to 0 moves nothing.
  if (hyper.variant == 0) {
    return op.k < 2
      ? sweep<Plain>(op, plan, from, to, rate, rho, rest, epsilon, none, none)
      : sweep<Momentum>(op, plan, from, to, rate, rho, rest, epsilon, momentum, none);
  }
  return op.k < 3
    ? sweep<Centered>(op, plan, from, to, rate, rho, rest, epsilon, none, none)
    : sweep<CenteredMomentum>(op, plan, from, to, rate, rho, rest, epsilon, momentum, none);
}
