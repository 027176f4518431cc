// 1 where x > 0, else 0. Gradient from the input: the straight-through estimator, 1 where |x| ≤ 1,
// else 0 (Hubara et al. 2016).

import { Activation, oneWhere } from "./activation";

@unmanaged @final
export class Step extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return oneWhere(f32x4.gt(x, f32x4.splat(0)), x);
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    return oneWhere(f32x4.le(f32x4.abs(x), f32x4.splat(1)), x);
  }
}
