// The transcendental functions, four floats at a time: argument reduction and polynomials
// of our own, no tables, no branches (sin and cos: math-angle.ts). Knows nothing of activations or
// losses.
//
// Error: a bound on the greatest distance from the exact value, in units of the last place (ULP),
// measured over every float with 2⁻¹² ≤ |x| < 2⁷ and at least every 404th of all others, in the
// strict build and in the relaxed one, which fuses multiply-adds. Denormal results are rounded like
// any other.
//
// Powers of two are made from bits: adding MAGIC = 1.5·2²³ to a float rounds it to an integer and
// leaves that integer in the low bits; a bias on top of MAGIC makes it an exponent field at once.

import { madd } from "./simd";

export { cos, sin } from "./math-angle";

const LOG2_E: f32 = 1.4426950408889634;
/** ln 2 in two parts; the first has 16 bits, so that its product with an exponent is exact. */
const LN2_HI: f32 = 0.693145751953125;
const LN2_LO: f32 = 1.42860682030941723212e-6;
const MAGIC: f32 = 12582912;
/** Bits of 1.0 minus bits of √½: splits a float into 2ᵏ·m with m in [√½, √2). */
const SPLIT: i32 = 0x3f800000 - 0x3f3504f3;

// @ts-ignore: decorator
@inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** The sign bits of x. */
// @ts-ignore: decorator
@inline
function signOf(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x80000000));
}

/** a where the mask's bits are 0, b where they are 1. */
// @ts-ignore: decorator
@inline
function select(a: v128, b: v128, mask: v128): v128 {
  return v128.bitselect(b, a, mask);
}

/** x within [low, high]; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, splat(high)), splat(low));
}

/** (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let q = madd(splat(0.001381453139), r, splat(0.008368745939));
  q = madd(q, r, splat(0.04166839097));
  q = madd(q, r, splat(0.1666652039));
  return madd(q, r, splat(0.4999999343));
}

/** e^(x + low), x in [−108, 89], |low| small: for squares, whose rounding exp would blow up. */
// @ts-ignore: decorator
@inline
function expWithLow(x: v128, low: v128): v128 {
  const magic = splat(MAGIC + 254);
  const t = madd(x, splat(LOG2_E), magic);
  const k = f32x4.sub(t, magic);
  const r = f32x4.add(madd(k, splat(-LN2_LO), madd(k, splat(-LN2_HI), x)), low);
  return scaled(t, r);
}

/** 2ᵏ·eʳ, k + 254 in the low bits of t: two factors, so that denormals are rounded only once. */
// @ts-ignore: decorator
@inline
function scaled(t: v128, r: v128): v128 {
  const p = f32x4.add(madd(f32x4.mul(r, r), expTail(r), r), splat(1));
  const half = i32x4.shr_u(t, 1);
  const rest = i32x4.sub(t, half);
  return f32x4.mul(f32x4.mul(p, i32x4.shl(half, 23)), i32x4.shl(rest, 23));
}

/** eˣ. ≤ 1.1 ULP; ∞ above 88.7228, denormal below −87.34, 0 below −103.97. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const c = clamp(x, -104, 89);
  const magic = splat(MAGIC + 254);
  const t = madd(c, splat(LOG2_E), magic);
  const k = f32x4.sub(t, magic);
  return scaled(t, madd(k, splat(-LN2_LO), madd(k, splat(-LN2_HI), c)));
}

/** e^(−x²·scale), scale ½ or 1, exponent ≥ −108: from the exact square: ≤ 2.2 ULP. */
// @ts-ignore: decorator
@inline
export function expMinusSquare(x: v128, scale: f32): v128 {
  // x = high + low, high of 12 bits: x² = high² + low·(x + high), the first term exact.
  const high = v128.and(x, i32x4.splat(0xfffff000));
  const low = f32x4.sub(x, high);
  const square = f32x4.mul(f32x4.mul(high, high), splat(-scale));
  const rest = f32x4.mul(f32x4.mul(low, splat(-scale)), f32x4.add(x, high));
  return expWithLow(square, rest);
}

/** eˣ − 1. ≤ 1.8 ULP; −0 stays −0. */
// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const c = clamp(x, -18, 89);
  // Half of 2ᵏ, since 2ᵏ itself may overflow where the result doesn't.
  const magic = splat(MAGIC + 126);
  const t = madd(c, splat(LOG2_E), magic);
  const k = f32x4.sub(t, magic);
  const r = madd(k, splat(-LN2_LO), madd(k, splat(-LN2_HI), c));
  let q = madd(splat(0.001394648592), r, splat(0.00836661118));
  q = madd(q, r, splat(0.04166628154));
  q = madd(q, r, splat(0.1666654279));
  q = madd(q, r, splat(0.5));
  const p = madd(f32x4.mul(r, r), q, r);
  const s = i32x4.shl(t, 23);
  const half = madd(s, p, f32x4.sub(s, splat(0.5)));
  // Where k = 0 the result is p; halving it would cost denormals their last bit.
  const y = select(f32x4.add(half, half), p, f32x4.eq(k, splat(0)));
  return v128.or(y, signOf(x));
}

/** k·ln 2 + ln(1 + f) for 1 + f in [√½, √2). */
// @ts-ignore: decorator
@inline
function logOf(f: v128, k: v128): v128 {
  // ln(1 + f) = 2 atanh s = f − f²/2 + s·(f²/2 + R(s²)), s = f / (2 + f): fdlibm's arrangement.
  const s = f32x4.div(f, f32x4.add(f, splat(2)));
  const z = f32x4.mul(s, s);
  let r = madd(splat(0.2987530751), z, splat(0.3997741895));
  r = f32x4.mul(madd(r, z, splat(0.6666677728)), z);
  const h = f32x4.mul(f32x4.mul(f, splat(0.5)), f);
  const low = madd(k, splat(LN2_LO), f32x4.mul(s, f32x4.add(h, r)));
  return madd(k, splat(LN2_HI), f32x4.sub(f, f32x4.sub(h, low)));
}

/** ln x. ≤ 0.9 ULP; −∞ at ±0, NaN below. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  // Denormals are lifted by 2²⁴ first.
  const denormal = f32x4.lt(x, splat(1.1754943508222875e-38));
  const lifted = select(x, f32x4.mul(x, splat(16777216)), denormal);
  const bits = i32x4.add(lifted, i32x4.splat(SPLIT));
  const lift = v128.and(denormal, i32x4.splat(24));
  const k = i32x4.sub(i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127)), lift);
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const y = logOf(f32x4.sub(m, splat(1)), f32x4.convert_i32x4_s(k));
  return logEdges(y, x, x);
}

/** ln(1 + x). ≤ 1.4 ULP; −0 stays −0, −∞ at −1, NaN below. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const u = f32x4.add(x, splat(1));
  const k = i32x4.sub(i32x4.shr_s(i32x4.add(u, i32x4.splat(SPLIT)), 23), i32x4.splat(127));
  // f = 2⁻ᵏ·(1 + x) − 1 from x itself, not from the rounded 1 + x. By way of 2²⁻ᵏ: never denormal.
  const s = i32x4.shl(i32x4.sub(i32x4.splat(129), k), 23);
  const f = f32x4.mul(madd(s, x, f32x4.sub(s, splat(4))), splat(0.25));
  const y = logEdges(logOf(f, f32x4.convert_i32x4_s(k)), u, x);
  return select(y, x, f32x4.eq(x, splat(0)));
}

/** ln(1 + x) for x in [0, 2²⁴] only, without edges; ≤ 1.4 ULP. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function log1pPositive(x: v128): v128 {
  const u = f32x4.add(x, splat(1));
  const k = i32x4.sub(i32x4.shr_s(i32x4.add(u, i32x4.splat(SPLIT)), 23), i32x4.splat(127));
  const s = i32x4.shl(i32x4.sub(i32x4.splat(127), k), 23);
  return logOf(madd(s, x, f32x4.sub(s, splat(1))), f32x4.convert_i32x4_s(k));
}

/** y, but −∞ where u = 0, NaN where u < 0, and x where x is ∞ or NaN. */
// @ts-ignore: decorator
@inline
function logEdges(y: v128, u: v128, x: v128): v128 {
  y = select(y, splat(-Infinity), f32x4.eq(u, splat(0)));
  y = select(x, y, f32x4.lt(x, splat(Infinity)));
  return v128.or(y, f32x4.lt(u, splat(0)));
}

/** tanh x. ≤ 2.6 ULP; odd, never beyond ±1, −0 stays −0, 23 operations. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  // |x| = k·½ln 2 + r, and with s = 2ᵏ, h = tanh r:
  // tanh |x| = ((s − 1) + (s + 1)·h) / ((s + 1) + (s − 1)·h), exact h at k = 0.
  const sign = signOf(x);
  const a = f32x4.pmin(v128.xor(x, sign), splat(10));
  const magic = splat(MAGIC + 127);
  const t = madd(a, splat(2.8853900817779268), magic);
  const r = madd(f32x4.sub(t, magic), splat(-0.34657359027997264), a);
  const u = f32x4.mul(r, r);
  const q = madd(splat(0.1311061513), u, splat(-0.3333127291));
  const h = madd(f32x4.mul(q, u), r, r);
  const s = i32x4.shl(t, 23);
  const below = f32x4.sub(s, splat(1));
  const above = f32x4.add(s, splat(1));
  return v128.or(f32x4.div(madd(above, h, below), madd(below, h, above)), sign);
}

/** 1 / (1 + e⁻ˣ). ≤ 2.5 ULP, also in the far left tail. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  // As eˣ / (1 + eˣ), since a denormal result is then rounded only once.
  const c = clamp(x, -104, 20);
  const magic = splat(MAGIC + 254);
  const t = madd(c, splat(LOG2_E), magic);
  const k = f32x4.sub(t, magic);
  const e = scaled(t, madd(k, splat(-LN2_LO), madd(k, splat(-LN2_HI), c)));
  return f32x4.div(e, f32x4.add(e, splat(1)));
}

/** Where {@link normalTail} is 0 in f32 and e^(−x²/2) too. */
export const NORMAL_END: f32 = 14.5;

/** Φ(−a)·e^(a²/2), Φ the normal distribution, for a in [0, NORMAL_END]: a rational fit. */
// @ts-ignore: decorator
@inline
export function millsRatio(a: v128): v128 {
  let p = madd(splat(0.00412413147), a, splat(0.04068663274));
  p = madd(p, a, splat(0.1833944963));
  p = madd(p, a, splat(0.43851143));
  p = madd(p, a, splat(0.5));
  let q = madd(splat(0.0103375467), a, splat(0.1019926339));
  q = madd(q, a, splat(0.4698909983));
  q = madd(q, a, splat(1.203167295));
  q = madd(q, a, splat(1.67490784));
  q = madd(q, a, splat(1));
  return f32x4.div(p, q);
}

/** Φ(−a), the normal distribution's upper tail, for a ≥ 0. ≤ 7.2 ULP. */
// @ts-ignore: decorator
@inline
export function normalTail(a: v128): v128 {
  const c = f32x4.pmin(a, splat(NORMAL_END));
  return f32x4.mul(millsRatio(c), expMinusSquare(c, 0.5));
}

/** erf x. ≤ 1.5 ULP; odd, −0 stays −0. */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const sign = signOf(x);
  const a = v128.xor(x, sign);
  const u = f32x4.mul(a, a);
  let p = madd(splat(7.853843692e-5), u, splat(-0.000801018819));
  p = madd(p, u, splat(0.005188327053));
  p = madd(p, u, splat(-0.02685381159));
  p = madd(p, u, splat(0.1128358514));
  p = madd(p, u, splat(-0.3761262582));
  p = madd(p, u, splat(0.1283791657));
  const near = madd(p, a, a);
  const tail = normalTail(f32x4.mul(a, splat(1.4142135623730951)));
  const far = f32x4.sub(splat(1), f32x4.add(tail, tail));
  return v128.or(select(far, near, f32x4.lt(a, splat(1))), sign);
}
