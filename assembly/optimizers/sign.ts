// A vector with the signs of another: Lion's step and the gradient of an l1 penalty.

/** `size` (≥ 0) with the sign of x; 0 where x is 0, NaN where x is NaN. */
// @ts-ignore: decorator
@inline
export function withSign(size: v128, x: v128): v128 {
  const signed = v128.or(v128.and(x, f32x4.splat(-0.0)), size);
  const nonzero = v128.and(signed, f32x4.ne(x, f32x4.splat(0)));
  return v128.bitselect(nonzero, x, f32x4.eq(x, x));
}
