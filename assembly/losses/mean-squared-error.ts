import { ElementwiseLoss } from "./elementwise";

/** (p − t)² */
@unmanaged @final
export class MeanSquaredError extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return f32x4.sub(p, t); }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.mul(s, s); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.add(s, s); }
}
