// e^(−x²). Gradient from the input: −2x·e^(−x²). Beyond ±10.2 both are 0.

import { clamp, expMinusSquare } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Gaussian extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return expMinusSquare(clamp(x, -10.4, 10.4), 1);
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    const c = clamp(x, -10.4, 10.4);
    return f32x4.mul(f32x4.mul(c, f32x4.splat(-2)), expMinusSquare(c, 1));
  }
}
