// The input plane: two features span it, the others stay at their mean. Points on a grid over it, and
// lines across it, as rows of the model's input.

import type { Dataset } from "../data/dataset.ts";
import { checkInteger, checkOptions, checkThat, isF32 } from "../options.ts";

/** The window of the input plane that maps show. */
export interface Plane {
  /** The features along the horizontal and the vertical axis. */
  readonly features: readonly [x: number, y: number];
  /** [from, to] along each axis, in the data's own units. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export type PlaneOptions = Partial<Plane>;

/** The plane to show: as asked for, the rest from the data with a margin of 10 %. */
export function planeOf(where: string, data: Dataset, options: PlaneOptions = {}): Plane {
  checkOptions(`${where}: plane`, options, ["features", "x", "y"]);
  const features = options.features ?? [0, 1];
  const isPlane = isPair(features) && features[0] !== features[1];
  checkThat(isPlane, `${where}: plane.features`, "two features that differ", features);
  for (const feature of features) {
    checkInteger(`${where}: plane.features`, "each", feature, 0, data.featureCount - 1);
  }
  const extent = (axis: "x" | "y", feature: number): readonly [number, number] => {
    const asked = options[axis];
    if (asked !== undefined) {
      const holds = isPair(asked) && asked.every(isF32) && asked[0] < asked[1];
      checkThat(holds, `${where}: plane.${axis}`, "[from, to] with from < to", asked);
      return asked;
    }
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (let i = feature; i < data.features.length; i += data.featureCount) {
      const value = data.features[i] ?? 0;
      from = Math.min(from, value);
      to = Math.max(to, value);
    }
    const margin = (to - from) * 0.1 || 1;
    return [from - margin, to + margin];
  };
  return { features, x: extent("x", features[0]), y: extent("y", features[1]) };
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2;
}

/** Positions on a plane, and the input rows at them. */
export interface PlanePoints {
  /** [count × 2] */
  readonly positions: Float32Array;
  /** [count × featureCount] */
  readonly rows: Float32Array;
  readonly count: number;
}

/** The middles of resolution × resolution cells, row by row from the top (largest y) down. */
export function gridPoints(plane: Plane, resolution: number, means: Float32Array): PlanePoints {
  return pointsAt(plane, means, resolution * resolution, (i) => [
    ((i % resolution) + 0.5) / resolution,
    1 - (Math.floor(i / resolution) + 0.5) / resolution,
  ]);
}

/** `lines` vertical lines, then as many horizontal ones, of `points` points each. */
export function linePoints(
  plane: Plane,
  lines: number,
  points: number,
  means: Float32Array,
): PlanePoints {
  return pointsAt(plane, means, 2 * lines * points, (i) => {
    const line = Math.floor(i / points);
    const along = (i % points) / Math.max(1, points - 1);
    const across = (line % lines) / Math.max(1, lines - 1);
    return line < lines ? [across, along] : [along, across];
  });
}

/** Each feature's mean. */
export function featureMeans(data: Dataset): Float32Array {
  const sums = new Float64Array(data.featureCount);
  data.features.forEach((value, i) => {
    sums[i % data.featureCount] = (sums[i % data.featureCount] ?? 0) + value;
  });
  return Float32Array.from(sums, (sum) => sum / data.samples);
}

function pointsAt(
  { features, x, y }: Plane,
  means: Float32Array,
  count: number,
  at: (i: number) => readonly [number, number],
): PlanePoints {
  const positions = new Float32Array(count * 2);
  const rows = new Float32Array(count * means.length);
  for (let i = 0; i < count; i++) {
    const [u, v] = at(i);
    const position = [x[0] + u * (x[1] - x[0]), y[0] + v * (y[1] - y[0])] as const;
    positions.set(position, i * 2);
    rows.set(means, i * means.length);
    rows[i * means.length + features[0]] = position[0];
    rows[i * means.length + features[1]] = position[1];
  }
  return { positions, rows, count };
}
