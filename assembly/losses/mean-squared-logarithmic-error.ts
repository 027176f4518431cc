import { log1pPositive } from "../math";
import { keepNaN } from "./columns";
import { ElementwiseLoss } from "./elementwise";

/** x, or ε = 1e-7 where it is less. */
// @ts-ignore: decorator
@inline
function clip(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(<f32>1e-7));
}

/** (ln(1 + p) − ln(1 + t))², both at least ε = 1e-7; gradient 0 where p is less. */
@unmanaged @final
export class MeanSquaredLogarithmicError extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 {
    return f32x4.sub(log1pPositive(clip(p)), log1pPositive(clip(t)));
  }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.mul(s, s); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    const slope = f32x4.div(f32x4.add(s, s), f32x4.add(f32x4.splat(1), p));
    return keepNaN(v128.and(slope, f32x4.eq(clip(p), p)), p);
  }
}
