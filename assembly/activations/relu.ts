// max(x, 0). Gradient from the output; 0 at 0.

import { Activation, oneWhere } from "./activation";

@unmanaged @final
export class Relu extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return oneWhere(f32x4.gt(y, f32x4.splat(0)), y);
  }
}
