// Initializers that draw from one given distribution: uniform, normal, truncated normal. Every element
// is computed in f64 and rounded once.

import type { RandomStream } from "../random.ts";
import type { Definition } from "./definition.ts";

/** Fills `out` uniformly from [low, high). */
export function fillUniform(
  out: Float32Array,
  random: RandomStream,
  low: number,
  high: number,
): void {
  for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * random.uniform();
}

/** Fills `out` from a normal distribution of which draws beyond two deviations are drawn again. */
export function fillTruncatedNormal(
  out: Float32Array,
  random: RandomStream,
  mean: number,
  stddev: number,
): void {
  for (let i = 0; i < out.length; i++) {
    let z = random.normal();
    while (z < -2 || z > 2) z = random.normal();
    out[i] = mean + stddev * z;
  }
}

export const randomUniform: Definition<{ readonly minval: number; readonly maxval: number }> = {
  defaults: { minval: -0.05, maxval: 0.05 },
  fill: (out, _shape, random, { minval, maxval }) => fillUniform(out, random, minval, maxval),
};

type Normal = Definition<{ readonly mean: number; readonly stddev: number }>;

export const randomNormal: Normal = {
  defaults: { mean: 0, stddev: 0.05 },
  fill: (out, _shape, random, { mean, stddev }) => {
    for (let i = 0; i < out.length; i++) out[i] = mean + stddev * random.normal();
  },
};

export const truncatedNormal: Normal = {
  defaults: { mean: 0, stddev: 0.05 },
  fill: (out, _shape, random, { mean, stddev }) => fillTruncatedNormal(out, random, mean, stddev),
};
