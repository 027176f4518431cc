import { keepNaN } from "./columns";
import { ElementwiseLoss } from "./elementwise";

/**
 * Targets as −1 and 1: 2t − 1 when the constant f says that they are 0 and 1, else as they stand.
 */
// @ts-ignore: decorator
@inline
export function signedTarget(t: v128, f: v128): v128 {
  return f32x4.sub(f32x4.mul(t, f32x4.add(f32x4.splat(1), f)), f);
}

/**
 * max(1 − t·p, 0) for t = ±1, with gradient 0 at the corner. f: 1 if the targets are 0 and 1, else
 * 0.
 */
@unmanaged @final
export class Hinge extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 {
    return f32x4.pmax(f32x4.sub(f32x4.splat(1), f32x4.mul(signedTarget(t, f), p)), f32x4.splat(0));
  }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return s; }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    const inside = f32x4.gt(s, f32x4.splat(0));
    return keepNaN(v128.and(f32x4.neg(signedTarget(t, f)), inside), s);
  }
}
