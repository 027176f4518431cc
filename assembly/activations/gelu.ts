// x·Φ(x), Φ the normal distribution (exact, not the tanh formula). Gradient from the input.

import { clamp, expMinusSquare, millsRatio, NORMAL_END, normalTail } from "../math";
import { madd } from "../simd";
import { Activation } from "./activation";

@unmanaged @final
export class Gelu extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    // x·Φ(x) = max(x, 0) − |x|·Φ(−|x|): no cancellation in the left tail, and no ∞·0.
    const size = f32x4.pmin(f32x4.abs(x), f32x4.splat(NORMAL_END));
    const tail = f32x4.mul(size, normalTail(size));
    return f32x4.sub(f32x4.pmax(x, f32x4.splat(0)), tail);
  }
  @inline derivative(x: v128, alpha: v128): v128 {
    // Φ(x) + x·φ(x), both with the factor e^(−x²/2).
    const c = clamp(x, -NORMAL_END, NORMAL_END);
    const e = expMinusSquare(c, 0.5);
    const tail = f32x4.mul(millsRatio(f32x4.abs(c)), e);
    const whole = f32x4.sub(f32x4.splat(1), tail);
    const cumulative = v128.bitselect(tail, whole, f32x4.lt(x, f32x4.splat(0)));
    return madd(c, f32x4.mul(e, f32x4.splat(0.3989422804014327)), cumulative);
  }
}
