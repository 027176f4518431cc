// The input plane: two features span it, the others stay at their mean; or a function lifts its positions
// to the model's input. Points on a grid over it, and lines across it, as rows of that input.

import type { Dataset } from "../data/dataset.ts";
import { checkInteger, checkOptions, checkThat, isF32 } from "../options.ts";

/** The window of the input plane that maps show. */
export interface Plane {
  /** The features along the horizontal and the vertical axis; undefined where a lift gives the input. */
  readonly features: readonly [x: number, y: number] | undefined;
  /** [from, to] along each axis, in the data's own units. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Input rows at positions of a plane, in the units of the data. */
export type Lift = (x: number, y: number) => readonly number[];

export interface PlaneOptions extends Partial<Plane> {
  /**
   * The input row at a position, for models whose inputs are made from two numbers (x², x·y, sin x, …) or
   * of which the plane is a cut of another kind. `x` and `y` must then be given, and no `features`.
   */
  readonly lift?: Lift;
}

/** A plane, and how its positions become input rows of `width` numbers. */
export interface LiftedPlane {
  readonly plane: Plane;
  readonly lift: Lift;
  readonly width: number;
}

/**
 * The plane to show: as asked for, the rest from the data with a margin of 10 %.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; for a lift's rows when they are made
 */
export function planeOf(name: string, data: Dataset, options: PlaneOptions = {}): LiftedPlane {
  const where = `${name}: plane`;
  checkOptions(where, options, ["features", "x", "y", "lift"]);
  const { lift } = options;
  const width = data.featureCount;
  const extent = (axis: "x" | "y", feature?: number): Plane["x"] => {
    const asked = options[axis];
    if (asked === undefined && feature !== undefined) return around(data, feature);
    const holds = isPair(asked) && asked.every(isF32) && asked[0] < asked[1];
    checkThat(holds, `${where}.${axis}`, "[from, to] with from < to", asked);
    return asked;
  };
  if (lift !== undefined) {
    const holds = typeof lift === "function" && options.features === undefined;
    checkThat(holds, `${where}.lift`, "a function, and no features beside it", lift);
    const plane = { features: undefined, x: extent("x"), y: extent("y") };
    return { plane, lift: (x, y) => checkRow(where, width, lift(x, y)), width };
  }
  const features = options.features ?? [0, 1];
  const isPlane = isPair(features) && features[0] !== features[1];
  checkThat(isPlane, `${where}.features`, "two features that differ", features);
  for (const feature of features) {
    checkInteger(`${where}.features`, "each", feature, 0, width - 1);
  }
  const plane = { features, x: extent("x", features[0]), y: extent("y", features[1]) };
  return { plane, lift: amongMeans(data, features), width };
}

/** What a lift gives. */
function checkRow(where: string, width: number, row: unknown): readonly number[] {
  // Not every(), which passes over holes.
  const holds = Array.isArray(row) && row.length === width && row.findIndex((it) => !isF32(it)) < 0;
  checkThat(holds, `${where}.lift`, `input rows of ${width} finite numbers`, row);
  return row;
}

/** A feature's values with a margin. */
function around(data: Dataset, feature: number): Plane["x"] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let i = feature; i < data.features.length; i += data.featureCount) {
    const value = data.features[i] ?? 0;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  const margin = (to - from) * 0.1 || 1;
  return [from - margin, to + margin];
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

/** The middles of resolution × resolution cells, row by row from the top (largest y) down. */
export function gridRows(lifted: LiftedPlane, resolution: number): Float32Array {
  return rowsAt(lifted, resolution * resolution, (i) => [
    ((i % resolution) + 0.5) / resolution,
    1 - (Math.floor(i / resolution) + 0.5) / resolution,
  ]);
}

/** `lines` vertical lines, then as many horizontal ones, of `points` points each. */
export function lineRows(lifted: LiftedPlane, lines: number, points: number): Float32Array {
  return rowsAt(lifted, 2 * lines * points, (i) => {
    const line = Math.floor(i / points);
    const along = (i % points) / Math.max(1, points - 1);
    const across = (line % lines) / Math.max(1, lines - 1);
    return line < lines ? [across, along] : [along, across];
  });
}

/** Positions among the features, the others at their mean. */
function amongMeans(data: Dataset, [first, second]: readonly [number, number]): Lift {
  const row = new Array<number>(data.featureCount).fill(0);
  data.features.forEach((value, i) => {
    row[i % row.length] = (row[i % row.length] ?? 0) + value;
  });
  for (const [i, sum] of row.entries()) row[i] = sum / data.samples;
  return (x, y) => {
    row[first] = x;
    row[second] = y;
    return row;
  };
}

/** Input rows at `count` positions, [count × width]; `at` says where, from 0 to 1 along both axes. */
function rowsAt(
  { plane: { x, y }, lift, width }: LiftedPlane,
  count: number,
  at: (i: number) => readonly [number, number],
): Float32Array {
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const [u, v] = at(i);
    rows.set(lift(x[0] + u * (x[1] - x[0]), y[0] + v * (y[1] - y[0])), i * width);
  }
  return rows;
}
