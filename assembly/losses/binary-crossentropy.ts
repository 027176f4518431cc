import { exp, log, log1p, log1pPositive } from "../math";
import { ElementwiseLoss, Output } from "./elementwise";

/**
 * −t·log p − (1 − t)·log(1 − p), p clipped to [ε, 1 − ε], ε = 1e-7; gradient 0 where it is clipped.
 * 1 − ε is no f32, so the clipping is done on the logarithms: each within [−log(1 − ε), −log ε].
 */
@unmanaged @final
export class BinaryCrossentropy extends ElementwiseLoss {
  @inline shared(p: v128, t: v128, f: v128): v128 { return p; }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 {
    const least = f32x4.splat(<f32>1e-7);
    const most = f32x4.splat(<f32>16.11809565095832);
    const one = f32x4.splat(1);
    const yes = f32x4.neg(log(f32x4.pmax(p, least)));
    const no = f32x4.neg(log1p(f32x4.neg(f32x4.pmin(p, one))));
    return f32x4.add(
      f32x4.mul(t, f32x4.pmax(yes, least)),
      f32x4.mul(f32x4.sub(one, t), f32x4.pmax(f32x4.pmin(no, most), least)),
    );
  }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 {
    const least = f32x4.splat(<f32>1e-7);
    const one = f32x4.splat(1);
    const q = f32x4.sub(one, p);
    const top = f32x4.sub(f32x4.mul(f32x4.sub(one, t), p), f32x4.mul(t, q));
    const clipped = v128.or(f32x4.lt(p, least), f32x4.lt(q, least));
    return v128.andnot(f32x4.div(top, f32x4.mul(p, q)), clipped);
  }
}

/**
 * The same of p = sigmoid(z), from the logit z, without clipping. With s = exp(−|z|), which never
 * overflows: value |z|·(t or 1 − t) + log1p(s), gradient sigmoid(z) − t. Both keep their relative
 * accuracy for a sure and right prediction: nothing is subtracted from a number near 1.
 */
@unmanaged @final
export class BinaryCrossentropyFromLogits extends ElementwiseLoss {
  @inline shared(z: v128, t: v128, f: v128): v128 { return exp(f32x4.neg(f32x4.abs(z))); }
  @inline value(z: v128, t: v128, s: v128, f: v128): v128 {
    const zero = f32x4.splat(0);
    const wrong = v128.bitselect(t, f32x4.sub(f32x4.splat(1), t), f32x4.lt(z, zero));
    // Masked, since 0 · ∞ would be NaN and the limit is 0.
    const linear = v128.and(f32x4.mul(f32x4.abs(z), wrong), f32x4.ne(wrong, zero));
    return f32x4.add(linear, log1pPositive(s));
  }
  @inline gradient(z: v128, t: v128, s: v128, f: v128): v128 {
    const one = f32x4.splat(1);
    const no = f32x4.sub(one, t);
    const negative = f32x4.lt(z, f32x4.splat(0));
    const top = f32x4.sub(
      f32x4.mul(no, v128.bitselect(s, one, negative)),
      f32x4.mul(t, v128.bitselect(one, s, negative)),
    );
    return f32x4.div(top, f32x4.add(one, s));
  }
}

/** sigmoid(z), from the same s. */
@unmanaged @final
export class Sigmoid extends Output {
  @inline wanted(): bool { return true; }
  @inline of(z: v128, s: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.div(v128.bitselect(s, one, f32x4.lt(z, f32x4.splat(0))), f32x4.add(one, s));
  }
}
