// Initializers without randomness: zeros, ones, constant.

import type { Definition } from "./definition.ts";

export const zeros: Definition<Record<never, number>> = {
  defaults: {},
  fill: (out) => out.fill(0),
};

export const ones: Definition<Record<never, number>> = {
  defaults: {},
  fill: (out) => out.fill(1),
};

export const constant: Definition<{ readonly value: number }> = {
  defaults: { value: Number.NaN },
  fill: (out, _shape, _random, { value }) => out.fill(value),
};
