// Initializers that choose the spread by the tensor's fans, so that signals neither fade nor grow from
// layer to layer: Glorot, He, LeCun, each uniform and (truncated) normal, as in Keras.

import type { Definition } from "./definition.ts";
import { fillTruncatedNormal, fillUniform } from "./distributions.ts";

/** Deviation of a standard normal variable that is cut off at ±2. */
const TRUNCATED_DEVIATION = 0.8796256610342398;

/** Inputs and outputs of one unit. */
interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans as Keras counts them: [in, out] for dense kernels; for convolutions [...window, in, out] both are
 * multiplied by the window's size; a vector [n] has n of each, a scalar 1.
 */
function fans(shape: readonly number[]): Fans {
  const size = (i: number) => shape[shape.length + i] ?? 1;
  if (shape.length < 2) return { fanIn: size(-1), fanOut: size(-1) };
  const window = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return { fanIn: window * size(-2), fanOut: window * size(-1) };
}

type VarianceScaling = Definition<Record<never, number>>;

/** Variance scale / fan(shape), uniform: the limits are ±√(3 · variance). */
function uniform(scale: number, fan: (fans: Fans) => number): VarianceScaling {
  return {
    defaults: {},
    fill: (out, shape, random) => {
      const limit = Math.sqrt((3 * scale) / fan(fans(shape)));
      fillUniform(out, random, -limit, limit);
    },
  };
}

/** Variance scale / fan(shape), normal, cut off at two deviations of the uncut distribution. */
function normal(scale: number, fan: (fans: Fans) => number): VarianceScaling {
  return {
    defaults: {},
    fill: (out, shape, random) => {
      const stddev = Math.sqrt(scale / fan(fans(shape))) / TRUNCATED_DEVIATION;
      fillTruncatedNormal(out, random, 0, stddev);
    },
  };
}

const average = ({ fanIn, fanOut }: Fans) => (fanIn + fanOut) / 2;
const input = ({ fanIn }: Fans) => fanIn;

export const glorotUniform = uniform(1, average);
export const glorotNormal = normal(1, average);
export const heUniform = uniform(2, input);
export const heNormal = normal(2, input);
export const lecunUniform = uniform(1, input);
export const lecunNormal = normal(1, input);
