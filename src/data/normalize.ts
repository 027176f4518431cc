// Normalization: per-column shift and scale, learned from one set of features and applied to others.
// Pure functions of numbers; the model calls them in predict, data sets when they are prepared.

import { fail } from "../errors.ts";

/** How columns are brought to a common range. */
export type NormalizationMethod = "standard" | "minMax";

/** Column c becomes (x − shift[c]) / scale[c]. Plain data: it is saved with a model. */
export interface Normalization {
  readonly method: NormalizationMethod;
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

const METHODS: readonly NormalizationMethod[] = ["standard", "minMax"];

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
  if (!METHODS.includes(method)) {
    const known = METHODS;
    throw fail("unknownName", { where: "normalize", kind: "method", got: method, known });
  }
  const low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
  const mean = new Float64Array(columns);
  const rows = features.length / columns;
  for (let i = 0, row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++, i++) {
      const x = at(features, i);
      if (x < at(low, c)) low[c] = x;
      if (x > at(high, c)) high[c] = x;
      mean[c] = at(mean, c) + x;
    }
  }
  for (let c = 0; c < columns; c++) mean[c] = at(mean, c) / rows;
  const variance = new Float64Array(columns);
  for (let i = 0, row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++, i++) {
      const difference = at(features, i) - at(mean, c);
      variance[c] = at(variance, c) + difference * difference;
    }
  }
  const shift: number[] = [];
  const scale: number[] = [];
  for (let c = 0; c < columns; c++) {
    const range = at(high, c) - at(low, c);
    // Equal values, not a zero deviation: the mean of n equal values may be an ulp away from them.
    const constant = range === 0;
    shift.push(constant || method === "minMax" ? at(low, c) : at(mean, c));
    scale.push(constant ? 1 : method === "minMax" ? range : Math.sqrt(at(variance, c) / rows));
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
  const shifts = Float64Array.from(shift);
  const scales = Float64Array.from(scale);
  const result = new Float32Array(features.length);
  for (let i = 0; i < features.length; ) {
    for (let c = 0; c < columns; c++, i++) {
      result[i] = (at(features, i) - at(shifts, c)) / at(scales, c);
    }
  }
  return result;
}

/**
 * `value` as a normalization, if it is one: what a loaded file must pass.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkNormalization(where: string, value: unknown): Normalization {
  const it = (typeof value === "object" && value !== null ? value : {}) as Partial<Normalization>;
  const { method, shift, scale } = it;
  if (!METHODS.includes(method as NormalizationMethod)) {
    throw fail("unknownName", { where, kind: "method", got: method, known: METHODS });
  }
  const finite = (list: unknown): list is readonly number[] =>
    Array.isArray(list) && list.length > 0 && list.every((x) => Number.isFinite(x));
  if (!finite(shift) || !finite(scale) || shift.length !== scale.length || scale.includes(0)) {
    throw fail("invalidArgument", {
      where,
      required: "shift and scale: arrays of one length of finite numbers, no scale 0",
      got: value,
    });
  }
  return { method: method as NormalizationMethod, shift: [...shift], scale: [...scale] };
}

/** Element i, which exists. */
function at(array: Float32Array | Float64Array, i: number): number {
  return array[i] as number;
}
