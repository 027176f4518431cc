// sin x. Gradient from the input: cos x.

import { cos, sin } from "../math";
import { Activation } from "./activation";

@unmanaged @final
export class Sine extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    return sin(x);
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    return cos(x);
  }
}
