// λ·x where x > 0, else λα·(eˣ − 1). Gradient from the output.

import { expm1 } from "../math";
import { Activation } from "./activation";

/** λ and λα of Klambauer et al. 2017, appendix. */
const SCALE: f32 = 1.0507009873554805;
const SCALE_ALPHA: f32 = 1.7580993408473766;

@unmanaged @final
export class Selu extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const below = f32x4.mul(expm1(x), f32x4.splat(SCALE_ALPHA));
    const above = f32x4.mul(x, f32x4.splat(SCALE));
    return v128.bitselect(above, below, f32x4.gt(x, f32x4.splat(0)));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    const below = f32x4.add(y, f32x4.splat(SCALE_ALPHA));
    return v128.bitselect(f32x4.splat(SCALE), below, f32x4.gt(y, f32x4.splat(0)));
  }
}
