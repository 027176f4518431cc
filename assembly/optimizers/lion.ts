// Lion: a step of the learning rate's size along the sign of an average. State: [m].

import { Op, Plan } from "../op";
import { madd } from "../simd";
import { Hyper, splat } from "./hyper";
import { withSign } from "./sign";
import { Rule, sweep } from "./sweep";

@unmanaged @final
class Lion extends Rule {
  @inline step(
    x: v128, m: usize, s1: usize, s2: usize,
    rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, k5: v128,
  ): v128 {
    const mean = v128.load(m);
    v128.store(m, madd(mean, beta2, f32x4.mul(x, rest2)));
    return withSign(rate, madd(mean, beta1, f32x4.mul(x, rest1)));
  }
}

export function updateLion(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const rate = f32x4.splat(hyper.learningRate), none = f32x4.splat(0);
  const beta1 = f32x4.splat(hyper.beta1), rest1 = splat(1.0 - <f64>hyper.beta1);
  const beta2 = f32x4.splat(hyper.beta2), rest2 = splat(1.0 - <f64>hyper.beta2);
  return sweep<Lion>(op, plan, from, to, rate, beta1, rest1, beta2, rest2, none);
}
