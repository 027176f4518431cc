// min(max(x, 0), 6). Gradient from the output; 0 at both corners.

import { Activation, oneWhere } from "./activation";

@unmanaged @final
export class Relu6 extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    const inside = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(6)));
    return oneWhere(inside, y);
  }
}
