import { log1p, tanh } from "../math";
import { ElementwiseLoss } from "./elementwise";

/**
 * log cosh(e), e = p − t, whose gradient is h = tanh(e). Exact relative to its size at both ends:
 * −log1p(−h²)/2 for |e| < 1, and |e| − log1p(|h|) beyond, where cosh itself would overflow.
 */
@unmanaged @final
export class LogCosh extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return tanh(f32x4.sub(p, t)); }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 {
    const size = f32x4.abs(f32x4.sub(p, t));
    const small = f32x4.lt(size, f32x4.splat(1));
    const log = log1p(v128.bitselect(f32x4.neg(f32x4.mul(s, s)), f32x4.abs(s), small));
    return v128.bitselect(f32x4.mul(log, f32x4.splat(-0.5)), f32x4.sub(size, log), small);
  }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 { return s; }
}
