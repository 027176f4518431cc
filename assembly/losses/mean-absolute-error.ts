import { keepNaN } from "./columns";
import { ElementwiseLoss } from "./elementwise";

/** |p − t|, with gradient 0 where they are equal. */
@unmanaged @final
export class MeanAbsoluteError extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return f32x4.sub(p, t); }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.abs(s); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    const sign = v128.bitselect(s, f32x4.splat(1), i32x4.splat(0x80000000));
    return keepNaN(v128.and(sign, f32x4.ne(s, f32x4.splat(0))), s);
  }
}
