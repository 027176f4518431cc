// How well a probe does on held-out samples.

import type { Dataset } from "../data/dataset.ts";
import { NdArray } from "../model/nd-array.ts";
import type { ProbeTask } from "./probe.ts";

/** The share of right answers for classes, R² for quantities (averaged over the outputs); the other one NaN. */
export function score(
  held: Dataset,
  { classes }: ProbeTask,
  predicted: Float32Array,
  outputs: number,
): { accuracy: number; r2: number } {
  if (classes > 0) {
    const labels = held.labels();
    const guesses = new NdArray(predicted, [held.samples, outputs]);
    const guess =
      outputs === 1 ? Array.from(predicted, (p) => (p > 0.5 ? 1 : 0)) : guesses.argMax();
    const right = guess.filter((it, i) => it === labels[i]).length;
    return { accuracy: right / held.samples, r2: Number.NaN };
  }
  const targets = held.targets ?? new Float32Array(0);
  let total = 0;
  for (let j = 0; j < outputs; j++) {
    let mean = 0;
    for (let i = j; i < targets.length; i += outputs) mean += (targets[i] ?? 0) / held.samples;
    let spread = 0;
    let residual = 0;
    for (let i = j; i < targets.length; i += outputs) {
      const target = targets[i] ?? 0;
      const error = target - (predicted[i] ?? 0);
      spread += (target - mean) * (target - mean);
      residual += error * error;
    }
    // Targets that are all the same: scikit-learn's rule.
    total += spread > 0 ? 1 - residual / spread : residual === 0 ? 1 : 0;
  }
  return { accuracy: Number.NaN, r2: total / outputs };
}
