import { log } from "../math";
import { ElementwiseLoss } from "./elementwise";

/** p − t·log(p + ε), ε = 1e-7: the Poisson log-likelihood without its constant. */
@unmanaged @final
export class Poisson extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return f32x4.add(p, f32x4.splat(<f32>1e-7)); }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 {
    return f32x4.sub(p, f32x4.mul(t, log(s)));
  }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    return f32x4.sub(f32x4.splat(1), f32x4.div(t, s));
  }
}
