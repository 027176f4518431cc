// x·sigmoid(x). Gradient from the input: s·(1 + x·(1 − s)).

import { clamp, sigmoid } from "../math";
import { madd } from "../simd";
import { Activation } from "./activation";

@unmanaged @final
export class Swish extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    // The clamp turns −∞·0 into the limit 0.
    return f32x4.mul(f32x4.pmax(x, f32x4.splat(-120)), sigmoid(x));
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    const c = clamp(x, -120, 120);
    const s = sigmoid(c);
    return f32x4.mul(s, madd(c, f32x4.sub(f32x4.splat(1), s), f32x4.splat(1)));
  }
}
