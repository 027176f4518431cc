// The few SIMD helpers that everything else is written in. Only this file knows of relaxed SIMD.

/** a·b + c: two rounded operations in the strict build, one fused in the relaxed build. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes, always in this order: (0 + 1) + (2 + 3). */
// @ts-ignore: decorator
@inline
export function sumLanes(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)
    + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

/** x, but 0 in its lanes from `count` on: in a row's padding. */
// @ts-ignore: decorator
@inline
export function realLanes(x: v128, count: i32): v128 {
  return v128.and(x, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}
