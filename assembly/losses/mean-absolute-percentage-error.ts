import { keepNaN } from "./columns";
import { ElementwiseLoss } from "./elementwise";

/** 100·|p − t| / max(|t|, 1e-7), with gradient 0 where they are equal. */
@unmanaged @final
export class MeanAbsolutePercentageError extends ElementwiseLoss {
  /** 100·(p − t) / max(|t|, 1e-7) */
  @inline shared(p: v128, t: v128, f: v128): v128 {
    const size = f32x4.pmax(f32x4.abs(t), f32x4.splat(<f32>1e-7));
    return f32x4.div(f32x4.mul(f32x4.sub(p, t), f32x4.splat(100)), size);
  }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return f32x4.abs(s); }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    const size = f32x4.pmax(f32x4.abs(t), f32x4.splat(<f32>1e-7));
    const slope = f32x4.div(f32x4.splat(100), size);
    const signed = v128.bitselect(s, slope, i32x4.splat(0x80000000));
    return keepNaN(v128.and(signed, f32x4.ne(s, f32x4.splat(0))), s);
  }
}
