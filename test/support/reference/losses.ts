// Every loss and its gradient for one sample in f64, with the semantics of Keras 3
// (keras/src/losses/losses.py, keras/src/backend/jax/nn.py); knows nothing of the kernel.

import { sigmoid, softmax, softplus } from "./activations.ts";
import { at, mean, sum } from "./array.ts";

/** A loss of predictions p[n] against targets t[n] (sparse: [class index]), its gradient by p. */
export interface ReferenceLoss {
  value(p: readonly number[], t: readonly number[], parameter?: number): number;
  gradient(p: readonly number[], t: readonly number[], parameter?: number): number[];
}

/** keras.config.epsilon(). */
export const LOSS_EPSILON = 1e-7;

/** A loss that is the mean of `value(p, t)` over the outputs. */
function meanOf(
  value: (p: number, t: number, parameter: number | undefined) => number,
  slope: (p: number, t: number, parameter: number | undefined) => number,
): ReferenceLoss {
  return {
    value: (p, t, parameter) => mean(p.map((x, i) => value(x, at(t, i), parameter))),
    gradient: (p, t, parameter) => p.map((x, i) => slope(x, at(t, i), parameter) / p.length),
  };
}

function clip(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** The derivative of clip: 1 inside and on the bounds, 0 outside. */
function clipSlope(x: number, low: number, high: number): number {
  return x < low || x > high ? 0 : 1;
}

/** log(cosh(x)), accurate near 0 and for large |x|. */
function logCosh(x: number): number {
  if (Math.abs(x) < 1) return Math.log1p(2 * Math.sinh(x / 2) ** 2);
  return Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2;
}

/** Targets 0/1 become −1/1 when the parameter is 1. */
function hingeTarget(t: number, parameter: number | undefined): number {
  return parameter === 1 ? 2 * t - 1 : t;
}

/** 1 where positive, 0 where not, NaN where NaN. */
function positive(x: number): number {
  return x > 0 ? 1 : x <= 0 ? 0 : Number.NaN;
}

function oneHot(t: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => (i === t[0] ? 1 : 0));
}

const categoricalCrossentropy: ReferenceLoss = {
  value(p, t) {
    const total = sum(p);
    const high = 1 - LOSS_EPSILON;
    return sum(p.map((x, i) => -at(t, i) * Math.log(clip(x / total, LOSS_EPSILON, high))));
  },
  // L depends on p through y = p / Σp: ∂L/∂pⱼ = (gⱼ − Σ gᵢyᵢ) / Σp with g = ∂L/∂y.
  gradient(p, t) {
    const total = sum(p);
    const y = p.map((x) => x / total);
    const g = y.map((x, i) => (-at(t, i) / x) * clipSlope(x, LOSS_EPSILON, 1 - LOSS_EPSILON));
    // A probability of 0 is outside the clip; its ∞·0 must not count.
    const safe = g.map((x, i) => (y[i] === 0 ? 0 : x));
    const dot = sum(safe.map((x, i) => x * at(y, i)));
    return safe.map((x) => (x - dot) / total);
  },
};

function dot(p: readonly number[], t: readonly number[]): number {
  return sum(p.map((x, i) => x * at(t, i)));
}

function norm(row: readonly number[]): number {
  return Math.max(Math.sqrt(dot(row, row)), LOSS_EPSILON);
}

/** Each output as far as its target says no. */
function wrong(p: readonly number[], t: readonly number[]): number[] {
  return p.map((x, i) => (1 - at(t, i)) * x);
}

const table = {
  meanSquaredError: meanOf(
    (p, t) => (p - t) ** 2,
    (p, t) => 2 * (p - t),
  ),
  /** At p = t the gradient is 0. */
  meanAbsoluteError: meanOf(
    (p, t) => Math.abs(p - t),
    (p, t) => Math.sign(p - t),
  ),
  /** The parameter is delta. */
  huber: meanOf(
    (p, t, delta = 1) => {
      const e = Math.abs(p - t);
      return e <= delta ? 0.5 * e * e : delta * e - 0.5 * delta * delta;
    },
    (p, t, delta = 1) => (Math.abs(p - t) <= delta ? p - t : delta * Math.sign(p - t)),
  ),
  logCosh: meanOf(
    (p, t) => logCosh(p - t),
    (p, t) => Math.tanh(p - t),
  ),
  /** Targets −1/1, or 0/1 when the parameter is 1. At the kink the gradient is 0. */
  hinge: meanOf(
    (p, t, parameter) => Math.max(1 - hingeTarget(t, parameter) * p, 0),
    (p, t, parameter) => {
      const sign = hingeTarget(t, parameter);
      return -sign * positive(1 - sign * p);
    },
  ),
  squaredHinge: meanOf(
    (p, t, parameter) => Math.max(1 - hingeTarget(t, parameter) * p, 0) ** 2,
    (p, t, parameter) => {
      const sign = hingeTarget(t, parameter);
      return -2 * sign * Math.max(1 - sign * p, 0);
    },
  ),
  /** Of probabilities, clipped to [ε, 1 − ε]. */
  binaryCrossentropy: meanOf(
    (p, t) => {
      const x = clip(p, LOSS_EPSILON, 1 - LOSS_EPSILON);
      return -(t * Math.log(x) + (1 - t) * Math.log(1 - x));
    },
    (p, t) => {
      const x = clip(p, LOSS_EPSILON, 1 - LOSS_EPSILON);
      return ((1 - t) / (1 - x) - t / x) * clipSlope(p, LOSS_EPSILON, 1 - LOSS_EPSILON);
    },
  ),
  /** Of probabilities, divided by their sum, then clipped to [ε, 1 − ε]; a sum over classes. */
  categoricalCrossentropy,
  sparseCategoricalCrossentropy: {
    value: (p, t) => categoricalCrossentropy.value(p, oneHot(t, p.length)),
    gradient: (p, t) => categoricalCrossentropy.gradient(p, oneHot(t, p.length)),
  },
  /** Both clipped to [ε, 1]; a sum over classes. */
  kullbackLeiblerDivergence: {
    value: (p, t) =>
      sum(
        p.map((x, i) => {
          const target = clip(at(t, i), LOSS_EPSILON, 1);
          return target * Math.log(target / clip(x, LOSS_EPSILON, 1));
        }),
      ),
    gradient: (p, t) =>
      p.map((x, i) => {
        const target = clip(at(t, i), LOSS_EPSILON, 1);
        return (-target / clip(x, LOSS_EPSILON, 1)) * clipSlope(x, LOSS_EPSILON, 1);
      }),
  },
  poisson: meanOf(
    (p, t) => p - t * Math.log(p + LOSS_EPSILON),
    (p, t) => 1 - t / (p + LOSS_EPSILON),
  ),
  meanAbsolutePercentageError: meanOf(
    (p, t) => (100 * Math.abs(p - t)) / Math.max(Math.abs(t), LOSS_EPSILON),
    (p, t) => (100 * Math.sign(p - t)) / Math.max(Math.abs(t), LOSS_EPSILON),
  ),
  meanSquaredLogarithmicError: meanOf(
    (p, t) => (Math.log1p(Math.max(p, LOSS_EPSILON)) - Math.log1p(Math.max(t, LOSS_EPSILON))) ** 2,
    (p, t) => {
      const e = Math.log1p(Math.max(p, LOSS_EPSILON)) - Math.log1p(Math.max(t, LOSS_EPSILON));
      return p < LOSS_EPSILON ? 0 : (2 * e) / (1 + p);
    },
  ),
  /** A norm below ε is taken for ε. */
  cosineSimilarity: {
    value: (p, t) => -dot(p, t) / (norm(p) * norm(t)),
    gradient: (p, t) => {
      const along = norm(p) > LOSS_EPSILON ? dot(p, t) / norm(p) ** 2 : 0;
      return p.map((x, i) => (along * x - at(t, i)) / (norm(p) * norm(t)));
    },
  },
  /** Of equal wrong classes the first has the gradient. */
  categoricalHinge: {
    value: (p, t) => Math.max(1 + Math.max(...wrong(p, t)) - dot(p, t), 0),
    gradient: (p, t) => {
      const worst = wrong(p, t).indexOf(Math.max(...wrong(p, t)));
      const on = positive(1 + Math.max(...wrong(p, t)) - dot(p, t));
      return t.map((y, i) => on * ((i === worst ? 1 - y : 0) - y));
    },
  },
} as const satisfies Record<string, ReferenceLoss>;

export type LossName = keyof typeof table;
export const losses: Readonly<Record<LossName, ReferenceLoss>> = table;
export const lossNames = Object.keys(table) as readonly LossName[];

/** log Σ e^xᵢ. */
function logSumExp(row: readonly number[]): number {
  const top = Math.max(...row);
  return top + Math.log(sum(row.map((x) => Math.exp(x - top))));
}

const categoricalFromLogits: ReferenceLoss = {
  value(z, t) {
    const total = logSumExp(z);
    return sum(z.map((x, i) => at(t, i) * (total - x)));
  },
  gradient(z, t) {
    const mass = sum(t);
    return softmax(z).map((p, i) => p * mass - at(t, i));
  },
};

/** The crossentropies of logits, below a final sigmoid or softmax: no clipping. */
export const fromLogits = {
  binaryCrossentropy: meanOf(
    (z, t) => softplus(z) - z * t,
    (z, t) => sigmoid(z) - t,
  ),
  categoricalCrossentropy: categoricalFromLogits,
  sparseCategoricalCrossentropy: {
    value: (z, t) => categoricalFromLogits.value(z, oneHot(t, z.length)),
    gradient: (z, t) => categoricalFromLogits.gradient(z, oneHot(t, z.length)),
  },
} as const satisfies Record<string, ReferenceLoss>;
