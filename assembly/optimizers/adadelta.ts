// Adadelta. beta1: rho. State: [average of gradients², average of deltas²].

import { Op, Plan } from "../op";
import { Hyper, splat } from "./hyper";
import { decayed, Rule, sweep } from "./sweep";

@unmanaged @final
class Adadelta extends Rule {
  @inline step(
    x: v128, gradients: usize, deltas: usize, s2: usize,
    rate: v128, rho: v128, rest: v128, epsilon: v128, k4: v128, k5: v128,
  ): v128 {
    const below = f32x4.add(decayed(gradients, f32x4.mul(x, x), rho, rest), epsilon);
    const above = f32x4.add(v128.load(deltas), epsilon);
    // One root of the quotient instead of a quotient of two roots.
    const delta = f32x4.mul(f32x4.sqrt(f32x4.div(above, below)), x);
    decayed(deltas, f32x4.mul(delta, delta), rho, rest);
    return f32x4.mul(delta, rate);
  }
}

export function updateAdadelta(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const rate = f32x4.splat(hyper.learningRate), epsilon = f32x4.splat(hyper.epsilon);
  const rho = f32x4.splat(hyper.beta1), rest = splat(1.0 - <f64>hyper.beta1);
  const none = f32x4.splat(0);
  return sweep<Adadelta>(op, plan, from, to, rate, rho, rest, epsilon, none, none);
}
