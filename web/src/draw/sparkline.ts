// One layer's score over training as a line of few corners.

import type { Measure } from "../protocol.ts";

/**
 * x, y pairs in pixels, y down: time from the first to the last measure across `width`, 0 to 1 (cut off
 * there) up `height`. Measures closer than half a pixel to the one before are passed over.
 */
export function sparkline(
  measures: readonly Measure[],
  layer: number,
  { width, height }: { readonly width: number; readonly height: number },
): number[] {
  const last = measures.at(-1)?.step ?? 0;
  const line: number[] = [];
  for (const { step, probes } of measures) {
    const score = probes?.[layer];
    if (score === undefined || Number.isNaN(score)) continue;
    const x = last === 0 ? 0 : (step / last) * width;
    const isNear = line.length > 0 && x - (line.at(-2) ?? 0) < 0.5;
    // The newest one counts, however near.
    if (isNear && step !== last) continue;
    line.push(x, (1 - Math.min(1, Math.max(0, score))) * height);
  }
  return line;
}
