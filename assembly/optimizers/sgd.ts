// Stochastic gradient descent. beta1: momentum; variant: Nesterov's. State, with momentum only:
// [m].

import { Op, Plan } from "../op";
import { Hyper } from "./hyper";
import { Rule, sweep } from "./sweep";

@unmanaged @final
class Plain extends Rule {
  @inline step(
    x: v128, s0: usize, s1: usize, s2: usize,
    rate: v128, k1: v128, k2: v128, k3: v128, k4: v128, k5: v128,
  ): v128 {
    return f32x4.mul(x, rate);
  }
}

/**
 * m ← momentum · m − rate · x; w += m. Stored as Keras has it, though −m would save an operation.
 */
@unmanaged @final
class Momentum extends Rule {
  @inline step(
    x: v128, m: usize, s1: usize, s2: usize,
    rate: v128, momentum: v128, k2: v128, k3: v128, k4: v128, k5: v128,
  ): v128 {
    const velocity = f32x4.sub(f32x4.mul(v128.load(m), momentum), f32x4.mul(x, rate));
    v128.store(m, velocity);
    return f32x4.neg(velocity);
  }
}

/** m likewise; w += momentum · m − rate · x. */
@unmanaged @final
class Nesterov extends Rule {
  @inline step(
    x: v128, m: usize, s1: usize, s2: usize,
    rate: v128, momentum: v128, k2: v128, k3: v128, k4: v128, k5: v128,
  ): v128 {
    const pull = f32x4.mul(x, rate);
    const velocity = f32x4.sub(f32x4.mul(v128.load(m), momentum), pull);
    v128.store(m, velocity);
    return f32x4.sub(pull, f32x4.mul(velocity, momentum));
  }
}

export function updateSgd(op: Op, plan: Plan, from: usize, to: usize): bool {
  const hyper = changetype<Hyper>(op.d);
  const rate = f32x4.splat(hyper.learningRate), momentum = f32x4.splat(hyper.beta1);
  const none = f32x4.splat(0);
  if (op.k == 0) return sweep<Plain>(op, plan, from, to, rate, none, none, none, none, none);
  if (hyper.variant == 0) {
    return sweep<Momentum>(op, plan, from, to, rate, momentum, none, none, none, none);
  }
  return sweep<Nesterov>(op, plan, from, to, rate, momentum, none, none, none, none);
}
