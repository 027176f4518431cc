// Nadam: Adam with Nesterov's momentum, whose beta1 warms up by a schedule. State: [m, v].
// The product of the schedule so far is computed from the step, not kept: no word of memory that
// one thread advances while others read it, and nothing more to save.

import { Op, Plan } from "../op";
import { madd } from "../simd";
import { Hyper, power, splat } from "./hyper";
import { average, Rule, sweep } from "./sweep";

/** beta1 at step i is beta1 · (1 − ½ · DECAYⁱ). */
const DECAY = 0.96;
/**
 * From here on the schedule's factor counts as 1: the product is below 10⁻⁶ by then, and what the
 * rest of the schedule would take off it below 10⁻⁹: nothing beside 1 in f32.
 */
const STEADY = 256;

@unmanaged @final
class Nadam extends Rule {
  @inline step(
    x: v128, m: usize, v: usize, s2: usize,
    now: v128, next: v128, rest1: v128, rest2: v128, correction: v128, epsilon: v128,
  ): v128 {
    const mean = average(m, x, rest1);
    const square = f32x4.mul(average(v, f32x4.mul(x, x), rest2), correction);
    const ahead = madd(mean, next, f32x4.mul(x, now));
    return f32x4.div(ahead, f32x4.add(f32x4.sqrt(square), epsilon));
  }
}

/** Π of the schedule over steps 1…t: at most 256 short steps, and none once beta1ᵗ is nothing. */
function scheduleProduct(beta1: f64, t: i32): f64 {
  let product = power(beta1, t);
  if (product == 0) return 0;
  const end = t < STEADY ? t : STEADY;
  let decay = 1.0;
  for (let i = 0; i < end; i++) {
    decay *= DECAY;
    product *= 1.0 - 0.5 * decay;
  }
  return product;
}

export function updateNadam(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const beta1 = <f64>hyper.beta1, beta2 = <f64>hyper.beta2, rate = <f64>hyper.learningRate;
  const t = op.updates(plan);
  const u = beta1 * (1.0 - 0.5 * power(DECAY, t));
  const uNext = beta1 * (1.0 - 0.5 * power(DECAY, t + 1));
  const product = scheduleProduct(beta1, t);
  const now = splat(rate * (1.0 - u) / (1.0 - product));
  const next = splat(rate * uNext / (1.0 - product * uNext));
  const rest1 = splat(1.0 - beta1), rest2 = splat(1.0 - beta2);
  const correction = splat(1.0 / (1.0 - power(beta2, t))), epsilon = f32x4.splat(hyper.epsilon);
  return sweep<Nadam>(op, plan, from, to, now, next, rest1, rest2, correction, epsilon);
}
