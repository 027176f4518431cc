// What the experiments share: one engine, rows of the report, parts of data sets, small statistics.

import { fromArrays, engine as makeEngine } from "layerwise";

/** One thread: seconds can be compared, and the bits are those of any number of threads. */
export const engine = await makeEngine({ threads: 1 });

/** A row of the report: what was measured, and what it must be. Without a bar it is only reported. */
const row = (what, value, sign, bar, holds) => ({ what, value, sign, bar, holds });
export const atLeast = (what, value, bar) => row(what, value, "≥", bar, value >= bar);
export const above = (what, value, bar) => row(what, value, ">", bar, value > bar);
export const below = (what, value, bar) => row(what, value, "<", bar, value < bar);
export const report = (what, value) => row(what, value);

/** Runs `use` with a model, and gives the model's memory back. */
export async function using(model, use) {
  const made = await model;
  try {
    return await use(made);
  } finally {
    made.dispose();
  }
}

/** The same pictures as rows of numbers that are their own targets, for autoencoders. */
export function asOwnTargets(dataset, inputs = dataset.features) {
  const { features, featureCount } = dataset;
  return fromArrays({
    features: inputs,
    targets: features,
    inputShape: [featureCount],
    task: "regression",
  });
}

export const mean = (values) => values.reduce((sum, it) => sum + it, 0) / values.length;

export function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((it) => (it - middle) ** 2)));
}

/** Mean squared difference of two arrays. */
export function squaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** The share of numbers that are equal. */
export function agreement(a, b) {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/** Numbers in [0, 1), a function of the seed alone. */
export function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
