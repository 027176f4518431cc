// relu6(x + 3) / 6. Gradient from the output; 0 at both corners.

import { Activation, oneWhere } from "./activation";

const SIXTH: f32 = 0.16666666666666666;

@unmanaged @final
export class HardSigmoid extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const shifted = f32x4.pmax(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0));
    return f32x4.mul(f32x4.pmin(shifted, f32x4.splat(6)), f32x4.splat(SIXTH));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    const inside = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(1)));
    return f32x4.mul(oneWhere(inside, y), f32x4.splat(SIXTH));
  }
}
