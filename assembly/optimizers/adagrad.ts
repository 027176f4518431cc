// Adagrad. State: [sum of squares], which the host starts at initialAccumulatorValue.

import { Op, Plan } from "../op";
import { madd } from "../simd";
import { Hyper } from "./hyper";
import { Rule, sweep } from "./sweep";

@unmanaged @final
class Adagrad extends Rule {
  @inline step(
    x: v128, accumulator: usize, s1: usize, s2: usize,
    rate: v128, epsilon: v128, k2: v128, k3: v128, k4: v128, k5: v128,
  ): v128 {
    const sum = madd(x, x, v128.load(accumulator));
    v128.store(accumulator, sum);
    return f32x4.div(f32x4.mul(x, rate), f32x4.sqrt(f32x4.add(sum, epsilon)));
  }
}

export function updateAdagrad(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const rate = f32x4.splat(hyper.learningRate), epsilon = f32x4.splat(hyper.epsilon);
  const none = f32x4.splat(0);
  return sweep<Adagrad>(op, plan, from, to, rate, epsilon, none, none, none, none);
}
