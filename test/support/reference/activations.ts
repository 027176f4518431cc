// Every activation and its derivative in f64, from the formulas; knows nothing of the kernel.
// NaN gives NaN, ±∞ gives the formula's limit.

import { at, sum } from "./array.ts";
import { normalCdf, normalPdf } from "./special.ts";

/** An elementwise activation; `alpha` is its parameter, for those that have one. */
export interface ReferenceActivation {
  f(x: number, alpha: number): number;
  /** f′ at x, the input (not the output). */
  derivative(x: number, alpha: number): number;
}

/** Self-normalizing networks, Klambauer et al. 2017, equation 14. */
export const SELU_ALPHA = 1.6732632423543772;
export const SELU_SCALE = 1.0507009873554805;

/** 1 where the condition holds, 0 where it doesn't, NaN where x is NaN. */
function indicator(x: number, holds: boolean): number {
  return Number.isNaN(x) ? x : holds ? 1 : 0;
}

/** `value`, or `limit` at x = −∞ (where `value` may be ∞·0). */
function withLimits(x: number, value: number, low: number, high: number): number {
  if (x === Number.NEGATIVE_INFINITY) return low;
  return x === Number.POSITIVE_INFINITY ? high : value;
}

export function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** 1/cosh², which 1 − tanh² would lose to cancellation. */
function sechSquared(x: number): number {
  return 1 / Math.cosh(x) ** 2;
}

const table = {
  linear: { f: (x) => x, derivative: () => 1 },
  /** Heaviside; the derivative is the straight-through estimator of Hubara et al. 2016. */
  step: {
    f: (x) => indicator(x, x > 0),
    derivative: (x) => indicator(x, Math.abs(x) <= 1),
  },
  relu: { f: (x) => Math.max(x, 0), derivative: (x) => indicator(x, x > 0) },
  relu6: { f: (x) => clamp(x, 0, 6), derivative: (x) => indicator(x, x > 0 && x < 6) },
  leakyRelu: {
    f: (x, alpha) => (x > 0 ? x : alpha * x),
    derivative: (x, alpha) => (x > 0 ? 1 : x <= 0 ? alpha : x),
  },
  elu: {
    f: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x)),
  },
  selu: {
    f: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    derivative: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
  },
  sigmoid: { f: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x) },
  hardSigmoid: {
    f: (x) => clamp(x + 3, 0, 6) / 6,
    derivative: (x) => indicator(x, x > -3 && x < 3) / 6,
  },
  tanh: { f: Math.tanh, derivative: sechSquared },
  softplus: { f: softplus, derivative: sigmoid },
  softsign: {
    f: (x) => withLimits(x, x / (1 + Math.abs(x)), -1, 1),
    derivative: (x) => 1 / (1 + Math.abs(x)) ** 2,
  },
  /** x·Φ(x), exact. Hendrycks and Gimpel 2016. */
  gelu: {
    f: (x) => withLimits(x, x * normalCdf(x), 0, x),
    derivative: (x) => withLimits(x, normalCdf(x) + x * normalPdf(x), 0, 1),
  },
  /** x·σ(x). Ramachandran et al. 2017; also SiLU. */
  swish: {
    f: (x) => withLimits(x, x * sigmoid(x), 0, x),
    derivative: (x) => withLimits(x, sigmoid(x) * (1 + x * sigmoid(-x)), 0, 1),
  },
  /** x·tanh(softplus(x)). Misra 2019. */
  mish: {
    f: (x) => withLimits(x, x * Math.tanh(softplus(x)), 0, x),
    derivative: (x) => {
      const s = softplus(x);
      return withLimits(x, Math.tanh(s) + x * sigmoid(x) * sechSquared(s), 0, 1);
    },
  },
  sine: { f: Math.sin, derivative: Math.cos },
  gaussian: {
    f: (x) => Math.exp(-x * x),
    derivative: (x) => withLimits(x, -2 * x * Math.exp(-x * x), 0, 0),
  },
  exponential: { f: Math.exp, derivative: Math.exp },
} as const satisfies Record<string, ReferenceActivation>;

/** The elementwise activations: all but softmax. */
export type ActivationName = keyof typeof table;
/** At a kink the derivative is the one from the left; relu6 and hardSigmoid: 0 at both. */
export const activations: Readonly<Record<ActivationName, ReferenceActivation>> = table;
export const activationNames = Object.keys(table) as readonly ActivationName[];

/** e^(xᵢ − max) / Σ. */
export function softmax(row: readonly number[]): number[] {
  const top = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - top));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** The gradient by softmax's input, given its output y and dy, that by y: y ∘ (dy − y·dy). */
export function softmaxGradient(y: readonly number[], dy: readonly number[]): number[] {
  const dot = sum(y.map((value, i) => value * at(dy, i)));
  return y.map((value, i) => value * (at(dy, i) - dot));
}
