// Standard normal numbers and thresholds from random words.

import { log, sin } from "./math";

const TWO_MINUS_32: f32 = 2.3283064365386963e-10;
/** π / 2³¹: a word as an angle. */
const HALF_TURN: f32 = 1.4629180792671596e-9;
const QUARTER: i32 = 0x40000000;

/**
 * Four standard normal numbers from four random words (Box & Muller 1958, "A note on the generation
 * of random normal deviates"): words 0 and 1 give two radii √(−2 ln u), words 2 and 3 two angles,
 * hence r₀ sin α₀, r₁ sin α₁, r₀ cos α₀, r₁ cos α₁. u = (word + ½)·2⁻³² is never 0: at most 6.8
 * deviations out. The cosine is the sine a quarter turn on, which is exact in words.
 */
// @ts-ignore: decorator
@inline
export function normals(words: v128): v128 {
  const radii = f32x4.convert_i32x4_u(v128.shuffle<i32>(words, words, 0, 1, 0, 1));
  const u = f32x4.mul(f32x4.add(radii, f32x4.splat(0.5)), f32x4.splat(TWO_MINUS_32));
  const radius = f32x4.sqrt(f32x4.mul(log(u), f32x4.splat(-2)));
  const turns = i32x4.add(
    v128.shuffle<i32>(words, words, 2, 3, 2, 3), i32x4(0, 0, QUARTER, QUARTER),
  );
  const angle = f32x4.mul(f32x4.convert_i32x4_s(turns), f32x4.splat(HALF_TURN));
  return f32x4.mul(radius, sin(angle));
}

/** What a random word is below with probability `rate`. */
// @ts-ignore: decorator
@inline
export function thresholdOf(rate: f32): i32 {
  return <i32><u32>Math.min(<f64>rate * 4294967296.0, 4294967295.0);
}

/** A random word as a number in [low, high). */
// @ts-ignore: decorator
@inline
export function uniformOf(word: u32, low: f32, high: f32): f64 {
  return <f64>low + (<f64>high - <f64>low) * (<f64>word / 4294967296.0);
}
