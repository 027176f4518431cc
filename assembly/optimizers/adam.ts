// Adam, and AdamW, which differs by its weight decay alone. variant: AMSGrad. State: [m, v], and
// the largest v so far with AMSGrad. ε stands where Keras has it: beside √v before its bias
// correction.

import { Op, Plan } from "../op";
import { Hyper, power, splat } from "./hyper";
import { average, Rule, sweep } from "./sweep";

@unmanaged @final
class Adam extends Rule {
  @inline step(
    x: v128, m: usize, v: usize, s2: usize,
    rate: v128, rest1: v128, rest2: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    const mean = average(m, x, rest1);
    const square = average(v, f32x4.mul(x, x), rest2);
    return f32x4.div(f32x4.mul(mean, rate), f32x4.add(f32x4.sqrt(square), epsilon));
  }
}

@unmanaged @final
class Amsgrad extends Rule {
  @inline step(
    x: v128, m: usize, v: usize, largest: usize,
    rate: v128, rest1: v128, rest2: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    const mean = average(m, x, rest1);
    const square = f32x4.pmax(average(v, f32x4.mul(x, x), rest2), v128.load(largest));
    v128.store(largest, square);
    return f32x4.div(f32x4.mul(mean, rate), f32x4.add(f32x4.sqrt(square), epsilon));
  }
}

export function updateAdam(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  // 1 − β from the rounded β, as βᵗ is: their errors then cancel in the bias correction.
  const beta1 = <f64>hyper.beta1, beta2 = <f64>hyper.beta2;
  const t = op.updates(plan);
  const correction = sqrt(1.0 - power(beta2, t)) / (1.0 - power(beta1, t));
  const rate = splat(<f64>hyper.learningRate * correction);
  const rest1 = splat(1.0 - beta1), rest2 = splat(1.0 - beta2);
  const epsilon = f32x4.splat(hyper.epsilon), none = f32x4.splat(0);
  return hyper.variant == 0
    ? sweep<Adam>(op, plan, from, to, rate, rest1, rest2, epsilon, none, none)
    : sweep<Amsgrad>(op, plan, from, to, rate, rest1, rest2, epsilon, none, none);
}
