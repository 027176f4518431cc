// 1 / (1 + e⁻ˣ). Gradient from the output: y·(1 − y).

import { sigmoid } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Sigmoid extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return sigmoid(x);
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
  }
}
