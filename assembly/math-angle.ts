// sin and cos of four floats at a time, for every float: angles modulo π in f64, beyond HUGE_ANGLE
// in integers (Payne & Hanek, "Radian Reduction for Trigonometric Functions", 1983), then one
// polynomial. Errors are stated as in math.ts.

import { madd } from "./simd";

/** 1.5·2⁵², MAGIC for f64. */
const MAGIC_64: f64 = 6755399441055744;
/** π in two parts; the first has 26 bits, so that its product with a number up to 2²⁷ is exact. */
const PI_HI: f64 = 3.1415926218032837;
const PI_LO: f64 = 3.178650954705639e-8;
/** Up to here the reduction in f64 is exact enough. */
const HUGE_ANGLE: f32 = 1e8;

/** sin x. ≤ 2.2 ULP for every x, however large; never beyond ±1, NaN at ±∞, −0 stays −0. */
// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return v128.or(sinReduced(reduce(x, 0)), v128.and(f32x4.eq(x, f32x4.splat(0)), x));
}

/** cos x. ≤ 2.2 ULP for every x, however large; never beyond ±1, NaN at ±∞. */
// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return sinReduced(reduce(x, 0.5));
}

/** sin r for |r| ≤ ½π. */
// @ts-ignore: decorator
@inline
function sinReduced(r: v128): v128 {
  const u = f32x4.mul(r, r);
  let q = madd(f32x4.splat(2.60574923e-6), u, f32x4.splat(-0.0001980958935));
  q = madd(q, u, f32x4.splat(0.008333066071));
  q = madd(q, u, f32x4.splat(-0.1666665954));
  // Rounding may end one place beyond ±1.
  const y = madd(f32x4.mul(q, u), r, r);
  return f32x4.pmax(f32x4.pmin(y, f32x4.splat(1)), f32x4.splat(-1));
}

/** r in [−½π, ½π] with sin r = sin(x + phase·π), phase 0 or ½. */
function reduce(x: v128, phase: f64): v128 {
  const low = reducePair(f64x2.promote_low_f32x4(x), phase);
  const swapped = v128.shuffle<i32>(x, x, 2, 3, 0, 1);
  const high = reducePair(f64x2.promote_low_f32x4(swapped), phase);
  const r = v128.shuffle<i64>(low, high, 0, 2);
  const huge = f32x4.gt(f32x4.abs(x), f32x4.splat(HUGE_ANGLE));
  return v128.any_true(huge) ? reduceHuge(x, r, phase) : r;
}

/** r, but the lanes of huge x reduced again, exactly. */
function reduceHuge(x: v128, r: v128, phase: f64): v128 {
  const r0 = reduceLane(f32x4.extract_lane(x, 0), f32x4.extract_lane(r, 0), phase);
  const r1 = reduceLane(f32x4.extract_lane(x, 1), f32x4.extract_lane(r, 1), phase);
  const r2 = reduceLane(f32x4.extract_lane(x, 2), f32x4.extract_lane(r, 2), phase);
  const r3 = reduceLane(f32x4.extract_lane(x, 3), f32x4.extract_lane(r, 3), phase);
  r = f32x4.replace_lane(f32x4.replace_lane(r, 0, r0), 1, r1);
  return f32x4.replace_lane(f32x4.replace_lane(r, 2, r2), 3, r3);
}

/** Two lanes of {@link reduce}: in f64, so that 24 good bits are left next to a multiple of π. */
// @ts-ignore: decorator
@inline
function reducePair(x: v128, phase: f64): v128 {
  const magic = f64x2.splat(MAGIC_64);
  const scaled = f64x2.mul(x, f64x2.splat(0.3183098861837907));
  const t = f64x2.add(f64x2.add(scaled, f64x2.splat(phase)), magic);
  const n = f64x2.sub(f64x2.sub(t, magic), f64x2.splat(phase));
  const near = f64x2.sub(x, f64x2.mul(n, f64x2.splat(PI_HI)));
  const r = f64x2.sub(near, f64x2.mul(n, f64x2.splat(PI_LO)));
  // An odd multiple of π turns the sign.
  return f32x4.demote_f64x2_zero(v128.xor(r, i64x2.shl(t, 63)));
}

/** Word i of the binary digits of 2/π after the point: code, since the kernel has no data. */
function digits(i: i32): u64 {
  switch (i) {
    case 0: return 0xa2f9836e;
    case 1: return 0x4e441529;
    case 2: return 0xfc2757d1;
    case 3: return 0xf534ddc0;
    case 4: return 0xdb629599;
    case 5: return 0x3c439041;
    default: return 0xfe5163ab;
  }
}

/** r in [−½π, ½π] with sin r = sin(x + phase·π), for finite |x| > HUGE_ANGLE. */
function reduceOne(x: f32, phase: f64): f32 {
  const bits = reinterpret<u32>(x);
  const mantissa = <u64>(bits & 0x7fffff | 0x800000);
  // |x| = mantissa·2ᵉ. Digits of 2ᵉ/π above 2⁰ make multiples of 2, which are whole turns: skipped.
  const skip = <i32>(bits >> 23 & 0xff) - 150 - 2;
  const word = skip >> 5;
  const shift = <u64>(skip & 31);
  const d1 = digits(word + 1);
  const d2 = digits(word + 2);
  const a = <u64><u32>((digits(word) << 32 | d1) >> (32 - shift));
  const b = <u64><u32>((d1 << 32 | d2) >> (32 - shift));
  const c = <u64><u32>((d2 << 32 | digits(word + 3)) >> (32 - shift));
  const middle = mantissa * b + (mantissa * c >> 32);
  // |x|/π modulo 2, 63 bits after the point; two's complement makes it [−1, 1).
  let turns = <i64>((mantissa * a << 32) + middle);
  if (bits >> 31) turns = -turns;
  if (phase != 0) turns += 0x4000000000000000;
  // Nearest integer off; an odd one turns the sign.
  const odd = turns + 0x4000000000000000 < 0;
  const rest = odd ? turns ^ i64.MIN_VALUE : turns;
  const r = <f64>rest * (3.141592653589793 / 9223372036854775808.0);
  return <f32>(odd ? -r : r);
}

/** r for |x| up to HUGE_ANGLE (and for NaN), else x reduced exactly; NaN for ±∞. */
function reduceLane(x: f32, r: f32, phase: f64): f32 {
  const a = abs<f32>(x);
  if (!(a > HUGE_ANGLE)) return r;
  return a < Infinity ? reduceOne(x, phase) : NaN;
}
