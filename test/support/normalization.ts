// Means and variances in f64, two passes, nothing else.

export interface Moments {
  readonly mean: Float64Array;
  /** Biased. */
  readonly variance: Float64Array;
}

/** Of the numbers of each class; `classOf` says which of `count` classes number i belongs to. */
export function moments(
  x: Float64Array,
  count: number,
  classOf: (index: number) => number,
): Moments {
  const sizes = new Float64Array(count);
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  const add = (to: Float64Array, i: number, value: number) => {
    const at = classOf(i);
    to[at] = (to[at] ?? 0) + value;
  };
  x.forEach((value, i) => {
    add(sizes, i, 1);
    add(mean, i, value);
  });
  for (let i = 0; i < count; i++) mean[i] = (mean[i] ?? 0) / (sizes[i] ?? 1);
  x.forEach((value, i) => {
    add(variance, i, (value - (mean[classOf(i)] ?? 0)) ** 2);
  });
  for (let i = 0; i < count; i++) variance[i] = (variance[i] ?? 0) / (sizes[i] ?? 1);
  return { mean, variance };
}

/** Of each of the columns. */
export const columnMoments = (x: Float64Array, columns: number): Moments =>
  moments(x, columns, (i) => i % columns);
