import { ElementwiseLoss } from "./elementwise";

/**
 * e²/2 where |e| ≤ δ, δ|e| − δ²/2 beyond, e = p − t (Huber 1964). Both are c·(e − c/2), and the
 * gradient is c, for c = e clamped to ±δ. f: δ.
 */
@unmanaged @final
export class Huber extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 {
    return f32x4.pmin(f32x4.pmax(f32x4.sub(p, t), f32x4.neg(f)), f);
  }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 {
    return f32x4.mul(s, f32x4.sub(f32x4.sub(p, t), f32x4.mul(s, f32x4.splat(0.5))));
  }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 { return s; }
}
