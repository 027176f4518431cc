import { ElementwiseLoss } from "./elementwise";
import { signedTarget } from "./hinge";

/** max(1 − t·p, 0)² for t = ±1. f: 1 if the targets are 0 and 1, else 0. */
@unmanaged @final
export class SquaredHinge extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 {
    return f32x4.pmax(f32x4.sub(f32x4.splat(1), f32x4.mul(signedTarget(t, f), p)), f32x4.splat(0));
  }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.mul(s, s); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    return f32x4.mul(f32x4.mul(s, f32x4.splat(-2)), signedTarget(t, f));
  }
}
