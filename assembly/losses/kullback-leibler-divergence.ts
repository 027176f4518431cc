import { log } from "../math";
import { keepNaN } from "./columns";
import { ElementwiseLoss } from "./elementwise";

/** x within [ε, 1], ε = 1e-7. */
// @ts-ignore: decorator
@inline
function clip(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(<f32>1e-7)), f32x4.splat(1));
}

/** Summed over the row: t·log(t / p), both clipped to [ε, 1]; gradient 0 where p is clipped. */
@unmanaged @final
export class KullbackLeiblerDivergence extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return f32x4.div(clip(t), clip(p)); }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.mul(clip(t), log(s)); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    return keepNaN(v128.and(f32x4.neg(s), f32x4.eq(clip(p), p)), p);
  }
}
