// What every part of the reference needs: safe reads and plain sums over arrays of numbers.

/** The element at `index`; NaN outside the array, so that a wrong index shows in the result. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** Σ values, in order. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += at(values, i);
  return total;
}

/** Σ values / length. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Row `row` of a plain row-major matrix of `columns` columns. */
export function rowOf(values: ArrayLike<number>, row: number, columns: number): number[] {
  return Array.from({ length: columns }, (_, j) => at(values, row * columns + j));
}
