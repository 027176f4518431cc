// x / (1 + |x|), ±1 at ±∞. Gradient from the output: (1 − |y|)².

import { Activation } from "./activation";

@unmanaged @final
export class Softsign extends Activation {
  @inline forward(x: v128, alpha: v128): v128 {
    const size = f32x4.abs(x);
    const y = f32x4.div(x, f32x4.add(size, f32x4.splat(1)));
    const one = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)));
    return v128.bitselect(one, y, f32x4.eq(size, f32x4.splat(Infinity)));
  }
  @inline derivative(y: v128, alpha: v128): v128 {
    const rest = f32x4.sub(f32x4.splat(1), f32x4.abs(y));
    return f32x4.mul(rest, rest);
  }
}
