// eˣ. Gradient from the output: y.

import { exp } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Exponential extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return exp(x);
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    return y;
  }
}
