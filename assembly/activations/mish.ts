// x·tanh(softplus x) = x·w / (w + 2) with w = e²ˣ + 2eˣ. Gradient from the input.

import { clamp, exp } from "../math";
import { madd } from "../simd";
import { Activation } from "./activation";

/** w of e = eˣ. */
// @ts-ignore: decorator
@inline
function weight(e: v128): v128 {
  return madd(e, e, f32x4.add(e, e));
}

@unmanaged @final
export class Mish extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const w = weight(exp(f32x4.pmin(x, f32x4.splat(20))));
    const ratio = f32x4.div(w, f32x4.add(w, f32x4.splat(2)));
    // The clamp turns −∞·0 into the limit 0.
    return f32x4.mul(f32x4.pmax(x, f32x4.splat(-120)), ratio);
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    // t + x·sigmoid(x)·(1 − t²), t = tanh(softplus x), is (w·(w + 2) + 4x·e·(1 + e)) / (w + 2)².
    const c = clamp(x, -120, 15);
    const e = exp(c);
    const w = weight(e);
    const v = f32x4.add(w, f32x4.splat(2));
    const slope = f32x4.mul(f32x4.mul(c, f32x4.splat(4)), madd(e, e, e));
    return f32x4.div(madd(w, v, slope), f32x4.mul(v, v));
  }
}
