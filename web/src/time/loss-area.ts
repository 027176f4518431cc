// The test loss as the timeline shows it: a height for each column of pixels.

import type { Measure } from "../protocol.ts";

/**
 * Heights from 0 to 1 at `columns` steps evenly from 0 to `end`, between measures along a straight line;
 * NaN where there is none. Fills `out` and returns the part that was filled.
 */
export function lossArea(
  measures: readonly Measure[],
  end: number,
  columns: number,
  out: Float32Array,
): Float32Array {
  const heights = out.subarray(0, Math.min(columns, out.length));
  const { low, high } = range(measures);
  let after = 0;
  for (let i = 0; i < heights.length; i++) {
    const step = (i / Math.max(heights.length - 1, 1)) * end;
    while (after < measures.length && (measures[after]?.step ?? 0) < step) after++;
    const right = measures[after];
    const left = right?.step === step ? right : measures[after - 1];
    if (!left || !right) {
      heights[i] = Number.NaN;
      continue;
    }
    const way = right.step === left.step ? 0 : (step - left.step) / (right.step - left.step);
    const loss = left.test.loss + (right.test.loss - left.test.loss) * way;
    heights[i] = Math.min(1, Math.max(0, (loss - low) / (high - low)));
  }
  return heights;
}

/** From 0 or below to the largest, but not far beyond where it began: one outburst is to flatten nothing. */
function range(measures: readonly Measure[]): { readonly low: number; readonly high: number } {
  let low = 0;
  let high = 0;
  let first: number | undefined;
  for (const { test } of measures) {
    if (!Number.isFinite(test.loss)) continue;
    first ??= test.loss;
    low = Math.min(low, test.loss);
    high = Math.max(high, test.loss);
  }
  const most = Math.max(2 * Math.abs(first ?? 0), low + 1e-6);
  return { low, high: Math.max(Math.min(high, most), low + 1e-6) };
}
