// The curves' numbers: lines made of measures, what stands at a step, the tables behind the charts.

import type { Frame, Measure } from "../protocol.ts";
import { layerTitle } from "../words.ts";

/** One line of a chart: what it is called, and its value at a measure. */
export interface Curve {
  readonly label: string;
  readonly read: (measure: Measure) => number | undefined;
}

export const lossCurves: readonly Curve[] = [
  { label: "Test", read: (it) => it.test.loss },
  { label: "Train", read: (it) => it.train.loss },
];

export const metricCurves: readonly Curve[] = [
  { label: "Test", read: (it) => it.test.metric },
  { label: "Train", read: (it) => it.train.metric },
];

/** What a fitted straight boundary reaches behind each layer. */
export function probeCurves(layers: Frame["layers"]): readonly Curve[] {
  return layers.map(({ name }, index) => ({
    label: layerTitle(name),
    read: ({ probes }) => probes?.[index],
  }));
}

/** A curve's values; null where there is none to draw. A logarithmic scale has no place for 0 and less. */
export function valuesOf(
  measures: readonly Measure[],
  { read }: Curve,
  log: boolean,
): (number | null)[] {
  return measures.map((it) => {
    const value = read(it);
    return value !== undefined && Number.isFinite(value) && (!log || value > 0) ? value : null;
  });
}

/** The place of the step next to another, among steps that rise; −1 among none. */
export function nearestStep(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const distance = (i: number) => Math.abs((steps[i] ?? Number.NaN) - step);
  return distance(low - 1) <= distance(low) ? low - 1 : Math.min(low, steps.length - 1);
}

/** About every twentieth measure, but some of a few; the last one always. */
export function sampledRows(measures: readonly Measure[]): readonly Measure[] {
  const stride = Math.min(20, Math.max(1, Math.floor(measures.length / 10)));
  return measures.filter((_, i) => i % stride === 0 || i === measures.length - 1);
}

/** What a chart of metrics spans: up to 1, and down as far as it matters; R² has no lowest value. */
export function metricRange(low: number | null, quantities: boolean): readonly [number, number] {
  const lowest = low ?? 0;
  if (quantities) return [Math.max(-1, Math.min(0, lowest)), 1];
  return [Math.min(0.5, Math.floor(lowest * 10) / 10), 1];
}

/** Lines over one another are told apart by dash as well as color: the deeper the layer, the longer the dash. */
export function dashOf(index: number, count: number): readonly number[] {
  if (index === count - 1) return [];
  return [2 + Math.round((index / Math.max(count - 1, 1)) * 12), 3];
}
