// x where x > 0, else alpha·x. Gradient from the output, whose sign is that of x since alpha ≥ 0.

import { Activation } from "./activation";

@unmanaged @final
export class LeakyRelu extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, f32x4.splat(0)));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    const slope = v128.bitselect(f32x4.splat(1), alpha, f32x4.gt(y, f32x4.splat(0)));
    return v128.or(slope, f32x4.ne(y, y));
  }
}
