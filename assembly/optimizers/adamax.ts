// Adamax: Adam with the largest gradient of late instead of the root mean square. State: [m, u].

import { Op, Plan } from "../op";
import { Hyper, power, splat } from "./hyper";
import { average, Rule, sweep } from "./sweep";

@unmanaged @final
class Adamax extends Rule {
  @inline step(
    x: v128, m: usize, u: usize, s2: usize,
    rate: v128, rest1: v128, beta2: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    const mean = average(m, x, rest1);
    const largest = f32x4.pmax(f32x4.abs(x), f32x4.mul(v128.load(u), beta2));
    v128.store(u, largest);
    return f32x4.div(f32x4.mul(mean, rate), f32x4.add(largest, epsilon));
  }
}

export function updateAdamax(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const beta1 = <f64>hyper.beta1;
  const rate = splat(<f64>hyper.learningRate / (1.0 - power(beta1, op.updates(plan))));
  const rest1 = splat(1.0 - beta1), beta2 = f32x4.splat(hyper.beta2);
  const epsilon = f32x4.splat(hyper.epsilon), none = f32x4.splat(0);
  return sweep<Adamax>(op, plan, from, to, rate, rest1, beta2, epsilon, none, none);
}
