// Every optimizer's update rule in f64, as Keras 3 has it (keras/src/optimizers/*.py); knows
// nothing of the kernel. One call is one step over one array of parameters, in place.

import { at } from "./array.ts";

export interface ReferenceHyper {
  readonly learningRate: number;
  /** Decoupled: w −= learningRate · weightDecay · w, before the update. */
  readonly weightDecay: number;
  /** momentum (sgd) | rho (adadelta, rmsprop) | beta1. */
  readonly beta1: number;
  /** momentum (rmsprop) | beta2. */
  readonly beta2: number;
  readonly epsilon: number;
  /** 1: nesterov (sgd), centered (rmsprop), amsgrad (adam). */
  readonly variant: number;
}

/** Nadam's running product of momentum schedules: 1 at the start, multiplied by every call. */
export interface ReferenceExtra {
  product: number;
}

/**
 * w[n] −= the step for gradients g[n]. `step` counts from 1.
 * `state` holds the rule's arrays[n], named at each rule; unused ones may be missing.
 * A net of several arrays gives each its own `extra`.
 */
export type ReferenceOptimizer = (
  w: Float64Array,
  g: Float64Array,
  state: readonly Float64Array[],
  hyper: ReferenceHyper,
  step: number,
  extra: ReferenceExtra,
) => void;

/** The state of one parameter: reads as 0 where the array is missing. */
interface Slots {
  get(slot: number): number;
  /** Stores and returns the value. */
  set(slot: number, value: number): number;
}

/** An optimizer from its rule for one parameter: what to subtract, given gradient and state. */
function elementwise(
  prepare: (
    hyper: ReferenceHyper,
    step: number,
    extra: ReferenceExtra,
  ) => (g: number, slots: Slots) => number,
): ReferenceOptimizer {
  return (w, g, state, hyper, step, extra) => {
    const rule = prepare(hyper, step, extra);
    for (let i = 0; i < w.length; i++) {
      const slots: Slots = {
        get: (slot) => state[slot]?.[i] ?? 0,
        set: (slot, value) => {
          const array = state[slot];
          if (array !== undefined) array[i] = value;
          return value;
        },
      };
      const decayed = at(w, i) - hyper.learningRate * hyper.weightDecay * at(w, i);
      w[i] = decayed - rule(at(g, i), slots);
    }
  };
}

const table = {
  /** [m]; missing without momentum. */
  sgd: elementwise(({ learningRate, beta1: momentum, variant }) => (g, slots) => {
    const m = slots.set(0, momentum * slots.get(0) - learningRate * g);
    return variant === 1 ? learningRate * g - momentum * m : -m;
  }),
  /** [accumulator], which starts at initialAccumulatorValue (Keras: 0.1). */
  adagrad: elementwise(({ learningRate, epsilon }) => (g, slots) => {
    const accumulator = slots.set(0, slots.get(0) + g * g);
    return (learningRate * g) / Math.sqrt(accumulator + epsilon);
  }),
  /** [accumulated gradient², accumulated delta²]. */
  adadelta: elementwise(({ learningRate, beta1: rho, epsilon }) => (g, slots) => {
    const gradients = slots.set(0, rho * slots.get(0) + (1 - rho) * g * g);
    const delta = (Math.sqrt(slots.get(1) + epsilon) * g) / Math.sqrt(gradients + epsilon);
    slots.set(1, rho * slots.get(1) + (1 - rho) * delta * delta);
    return learningRate * delta;
  }),
  /** [velocity, momentum, average gradient]: fixed places. */
  rmsprop: elementwise(
    ({ learningRate, beta1: rho, beta2: momentum, epsilon, variant }) =>
      (g, slots) => {
        const velocity = slots.set(0, rho * slots.get(0) + (1 - rho) * g * g);
        let variance = velocity;
        if (variant === 1) {
          const average = slots.set(2, rho * slots.get(2) + (1 - rho) * g);
          variance -= average * average;
        }
        return slots.set(
          1,
          momentum * slots.get(1) + (learningRate * g) / Math.sqrt(variance + epsilon),
        );
      },
  ),
  /** [m, v, v̂]; v̂ with amsgrad only. */
  adam: elementwise(({ learningRate, beta1, beta2, epsilon, variant }, step) => {
    const alpha = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    return (g, slots) => {
      const m = slots.set(0, slots.get(0) + (g - slots.get(0)) * (1 - beta1));
      const v = slots.set(1, slots.get(1) + (g * g - slots.get(1)) * (1 - beta2));
      const largest = variant === 1 ? slots.set(2, Math.max(slots.get(2), v)) : v;
      return (alpha * m) / (Math.sqrt(largest) + epsilon);
    };
  }),
  /** [m, u]. */
  adamax: elementwise(({ learningRate, beta1, beta2, epsilon }, step) => (g, slots) => {
    const m = slots.set(0, slots.get(0) + (g - slots.get(0)) * (1 - beta1));
    const u = slots.set(1, Math.max(beta2 * slots.get(1), Math.abs(g)));
    return (learningRate * m) / ((1 - beta1 ** step) * (u + epsilon));
  }),
  /** [m, v]. */
  nadam: elementwise(({ learningRate, beta1, beta2, epsilon }, step, extra) => {
    const now = beta1 * (1 - 0.5 * 0.96 ** step);
    const next = beta1 * (1 - 0.5 * 0.96 ** (step + 1));
    extra.product *= now;
    const product = extra.product;
    return (g, slots) => {
      const m = slots.set(0, slots.get(0) + (g - slots.get(0)) * (1 - beta1));
      const v = slots.set(1, slots.get(1) + (g * g - slots.get(1)) * (1 - beta2));
      const mHat = (next * m) / (1 - product * next) + ((1 - now) * g) / (1 - product);
      return (learningRate * mHat) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
    };
  }),
  /** [m]. The step's size is the learning rate, whatever the gradient's. */
  lion: elementwise(({ learningRate, beta1, beta2 }) => (g, slots) => {
    const m = slots.get(0);
    slots.set(0, beta2 * m + (1 - beta2) * g);
    return learningRate * Math.sign(beta1 * m + (1 - beta1) * g);
  }),
} as const satisfies Record<string, ReferenceOptimizer>;

export type OptimizerName = keyof typeof table;
export const optimizers: Readonly<Record<OptimizerName, ReferenceOptimizer>> = table;
export const optimizerNames = Object.keys(table) as readonly OptimizerName[];
