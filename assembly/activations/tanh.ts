// tanh x. Gradient from the output: 1 − y².

import { tanh } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Tanh extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return tanh(x);
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
  }
}
