// x where x > 0, else alpha·(eˣ − 1), alpha > 0. Gradient from the output: alpha·eˣ = y + alpha.

import { expm1 } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Elu extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const below = f32x4.mul(expm1(x), alpha);
    return v128.bitselect(x, below, f32x4.gt(x, f32x4.splat(0)));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return v128.bitselect(f32x4.splat(1), f32x4.add(y, alpha), f32x4.gt(y, f32x4.splat(0)));
  }
}
