// What normalization sums up, four columns at a time, and how: in f64, so that neither many rows nor a
// mean far from 0 cost digits.

/** Four terms of a sum, from inputs at x, gradients at dy, and their statistics: mean + rest, 1/deviation. */
@unmanaged
export abstract class Term {
  abstract of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128;
}

/** x */
@unmanaged @final
export class Input extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    return v128.load(x);
  }
}

/** (x − mean)² */
@unmanaged @final
export class Square extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    const d = deviation(x, mean, rest);
    return f32x4.mul(d, d);
  }
}

/** dy */
@unmanaged @final
export class Gradient extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    return v128.load(dy);
  }
}

/** dy·x̂ */
@unmanaged @final
export class GradientByScale extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    return f32x4.mul(v128.load(dy), f32x4.mul(deviation(x, mean, rest), inverse));
  }
}

/** gamma·dy */
@unmanaged @final
export class Scaled extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    return f32x4.mul(v128.load(dy), v128.load(gamma));
  }
}

/** gamma·dy·x̂ */
@unmanaged @final
export class ScaledByInput extends Term {
  @inline of(x: usize, dy: usize, gamma: usize, mean: v128, rest: v128, inverse: v128): v128 {
    const g = f32x4.mul(v128.load(dy), v128.load(gamma));
    return f32x4.mul(g, f32x4.mul(deviation(x, mean, rest), inverse));
  }
}

/** x − mean. The first difference of like numbers is exact, so the mean's second float counts. */
// @ts-ignore: decorator
@inline
export function deviation(x: usize, mean: v128, rest: v128): v128 {
  return f32x4.sub(f32x4.sub(v128.load(x), mean), rest);
}

/** sum + the first two of four terms. */
// @ts-ignore: decorator
@inline
export function addFirst(sum: v128, terms: v128): v128 {
  return f64x2.add(sum, f64x2.promote_low_f32x4(terms));
}

/** sum + the last two. */
// @ts-ignore: decorator
@inline
export function addLast(sum: v128, terms: v128): v128 {
  return f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(terms, terms, 2, 3, 2, 3)));
}

/** All ones in the lanes below `left`, the number of columns from here on. */
// @ts-ignore: decorator
@inline
export function inside(left: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
}

/** Rounded to f32. A variance beyond that becomes the greatest there is: averages of it stay finite. */
// @ts-ignore: decorator
@inline
export function rounded(x: f64): f32 {
  const limit: f64 = 3.4028234663852886e38;
  return <f32>(x > limit ? limit : x);
}

/** Four f64 as f32. */
// @ts-ignore: decorator
@inline
export function narrow(first: v128, last: v128): v128 {
  const a = f32x4.demote_f64x2_zero(first), b = f32x4.demote_f64x2_zero(last);
  return v128.shuffle<i32>(a, b, 0, 1, 4, 5);
}
