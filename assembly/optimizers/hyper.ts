// An optimizer's hyper-parameters as the kernel reads them, and the powers of them that change with
// the step. The host writes them (src/optimizers/optimizer.ts) between steps.

import {
  HYPER_LEARNING_RATE, HYPER_WEIGHT_DECAY, HYPER_BETA1, HYPER_BETA2, HYPER_EPSILON, HYPER_VARIANT,
  HYPER_CLIP_VALUE, HYPER_CLIP_NORM, HYPER_SCHEDULED, HYPER_EMA,
} from "../abi";

/** The array of f32 at an update's `d`. What each field means to a rule stands in its file. */
@unmanaged @final
export class Hyper {
  learningRate: f32; weightDecay: f32;
  beta1: f32; beta2: f32;
  epsilon: f32;
  variant: f32;
  clipValue: f32; clipNorm: f32;
  scheduled: f32;
  ema: f32;
}

if (offsetof<Hyper>("learningRate") != HYPER_LEARNING_RATE) ERROR("Hyper.learningRate");
if (offsetof<Hyper>("weightDecay") != HYPER_WEIGHT_DECAY) ERROR("Hyper.weightDecay");
if (offsetof<Hyper>("beta1") != HYPER_BETA1) ERROR("Hyper.beta1");
if (offsetof<Hyper>("beta2") != HYPER_BETA2) ERROR("Hyper.beta2");
if (offsetof<Hyper>("epsilon") != HYPER_EPSILON) ERROR("Hyper.epsilon");
if (offsetof<Hyper>("variant") != HYPER_VARIANT) ERROR("Hyper.variant");
if (offsetof<Hyper>("clipValue") != HYPER_CLIP_VALUE) ERROR("Hyper.clipValue");
if (offsetof<Hyper>("clipNorm") != HYPER_CLIP_NORM) ERROR("Hyper.clipNorm");
if (offsetof<Hyper>("scheduled") != HYPER_SCHEDULED) ERROR("Hyper.scheduled");
if (offsetof<Hyper>("ema") != HYPER_EMA) ERROR("Hyper.ema");

/** 2⁻⁶⁴: 1 − x is 1 in f64 for every x below it. */
const NOTHING = 5.421010862427522e-20;

/**
 * base ^ exponent for 0 ≤ base < 1, exponent ≥ 1, by repeated squaring; 0 where it is too small to
 * tell 1 − power from 1 (which also keeps the squares clear of slow denormal numbers).
 */
export function power(base: f64, exponent: i32): f64 {
  let result = 1.0;
  while (true) {
    if (exponent & 1) result *= base;
    exponent >>= 1;
    if (exponent == 0) return result;
    base *= base;
    if (base < NOTHING) return 0;
  }
}

/** Every lane the f64 `x`, rounded once. */
// @ts-ignore: decorator
@inline
export function splat(x: f64): v128 {
  return f32x4.splat(<f32>x);
}
