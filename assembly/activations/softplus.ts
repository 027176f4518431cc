// ln(1 + eˣ), as max(x, 0) + ln(1 + e^−|x|). Gradient from the output: sigmoid x = 1 − e⁻ʸ.

import { exp, expm1, log1pPositive } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Softplus extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const positive = f32x4.pmax(x, f32x4.splat(0));
    return f32x4.add(positive, log1pPositive(exp(f32x4.neg(f32x4.abs(x)))));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return f32x4.neg(expm1(f32x4.neg(y)));
  }
}
