// Shapes and nested arrays: counting elements, and turning `number[][]…` into compact row-major
// floats. Knows nothing of models or data sets; needs only the errors.

import { fail } from "./errors.ts";

/** Numbers in arrays of any depth, or typed arrays as the innermost level. */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

/** Elements of an array of that shape; 1 for the shape [] of a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** [28, 28, 1] as it reads in messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Checks that `shape` is an array of positive integers whose product an array can hold.
 * @throws LayerwiseError `invalidArgument`
 */
export function checkShape(where: string, shape: unknown): asserts shape is readonly number[] {
  const valid =
    Array.isArray(shape) &&
    shape.every((size: unknown) => Number.isSafeInteger(size) && (size as number) > 0) &&
    elementCount(shape as number[]) < 2 ** 32;
  if (!valid) {
    throw fail("invalidArgument", {
      where,
      required: "a shape: an array of positive integers with a product below 2^32",
      got: shape,
    });
  }
}

/** Whether `value` is a typed array of numbers (DataView and BigInt arrays are not). */
export function isNumericArray(value: unknown): value is ArrayLike<number> {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

/**
 * `value` as compact row-major floats and its shape: [[1, 2], [3, 4], [5, 6]] has the shape [3, 2].
 * The first element of every level fixes the sizes below it.
 * @throws LayerwiseError `emptyData` without elements, `raggedRows` where sizes differ, `nanInData`
 * where an element is not a finite number in f32, `invalidArgument` for anything but arrays
 */
export function flatten(
  where: string,
  value: NestedNumbers,
): { data: Float32Array; shape: number[] } {
  const shape: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level) || isNumericArray(level)) {
    if (level.length === 0) throw fail("emptyData", { where });
    shape.push(level.length);
    level = level[0];
  }
  if (shape.length === 0) {
    throw fail("invalidArgument", { where, required: "an array of numbers", got: value });
  }
  const data = new Float32Array(elementCount(shape));
  fill(where, value, data, shape, 0, 0, 0);
  return { data, shape };
}

/** Writes `level` (depth levels down, in row `row`) to data[at…]; returns the index after it. */
function fill(
  where: string,
  level: unknown,
  data: Float32Array,
  shape: readonly number[],
  depth: number,
  at: number,
  row: number,
): number {
  const expected = shape[depth] as number;
  const isArray = Array.isArray(level) || isNumericArray(level);
  if (!isArray || level.length !== expected) {
    const length = isArray ? level.length : 0;
    throw fail("raggedRows", { where, row, length, expected });
  }
  let next = at;
  for (let i = 0; i < expected; i++) {
    const inRow = depth === 0 ? i : row;
    const element: unknown = level[i];
    if (depth + 1 < shape.length) {
      next = fill(where, element, data, shape, depth + 1, next, inRow);
    } else {
      if (Array.isArray(element)) {
        throw fail("raggedRows", { where, row: inRow, length: element.length, expected: 1 });
      }
      data[next] = typeof element === "number" ? element : Number.NaN;
      if (!Number.isFinite(data[next])) {
        const rowSize = data.length / (shape[0] as number);
        throw fail("nanInData", { where, row: inRow, column: next % rowSize, value: element });
      }
      next++;
    }
  }
  return next;
}
