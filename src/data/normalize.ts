// Normalization: per-column shift and scale, learned from one set of features and applied to others.
// Pure functions of numbers; the model calls them in predict, data sets when they are prepared.

import { fail } from "../errors.ts";
import { checkName } from "../options.ts";

/** How columns are brought to a common range. */
export type NormalizationMethod = "standard" | "minMax";

/** Column c becomes (x − shift[c]) / scale[c]. Plain data: it is saved with a model. */
export interface Normalization {
  readonly method: NormalizationMethod;
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Learns a normalization from `features` [rows × columns], compact.
 *
 * "standard": mean 0 and (population) standard deviation 1. "minMax": range 0…1. A constant column
 * has scale 1, so that it becomes 0 instead of NaN. Sums run in f64 in the order of the rows.
 * @throws LayerwiseError `unknownName` for another method
 */
export function fitNormalization(
  features: Float32Array,
  columns: number,
  method: NormalizationMethod,
): Normalization {
  checkName("normalize", "method", method, ["standard", "minMax"]);
  const rows = features.length / columns;
  const shift: number[] = [];
  const scale: number[] = [];
  for (let c = 0; c < columns; c++) {
    let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (let i = c; i < features.length; i += columns) {
      const x = at(features, i);
      low = Math.min(low, x);
      high = Math.max(high, x);
      sum += x;
    }
    const mean = sum / rows;
    let squares = 0;
    for (let i = c; i < features.length; i += columns) {
      const difference = at(features, i) - mean;
      squares += difference * difference;
    }
    // Equal values, not a zero deviation: the mean of n equal values may be an ulp away from them.
    const constant = low === high;
    const standard = method === "standard" && !constant;
    shift.push(standard ? mean : low);
    scale.push(constant ? 1 : standard ? Math.sqrt(squares / rows) : high - low);
  }
  return { method, shift, scale };
}

/**
 * A new array: `features` [rows × columns], compact, with `normalization` applied. Computed in f64
 * and rounded once to f32, so that the bits are the same everywhere.
 * @throws LayerwiseError `shapeMismatch` if the normalization has another number of columns
 */
export function applyNormalization(
  features: Float32Array,
  columns: number,
  normalization: Normalization,
): Float32Array {
  const { shift, scale } = normalization;
  if (shift.length !== columns || scale.length !== columns) {
    throw fail("shapeMismatch", {
      where: "normalize",
      expected: `features of ${shift.length} columns, as the normalization was learned from`,
      got: `${columns} columns`,
    });
  }
  const result = new Float32Array(features.length);
  for (let i = 0; i < features.length; ) {
    for (let c = 0; c < columns; c++, i++) {
      result[i] = (at(features, i) - at(shift, c)) / at(scale, c);
    }
  }
  return result;
}

/** Element i, which exists. */
function at(array: ArrayLike<number>, i: number): number {
  return array[i] as number;
}
