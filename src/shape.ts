// Shapes and nested arrays: counting elements, and turning `number[][]…` into compact row-major
// floats. Knows nothing of models or data sets; needs only the errors.

import { fail } from "./errors.ts";
import { checkThat } from "./options.ts";

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
  const required = "a shape: an array of positive integers with a product below 2^32";
  checkThat(valid, where, required, shape);
}

/** Whether `value` is a typed array (a DataView is none). */
export function isNumericArray(value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value) && "length" in value;
}

/** Whether all numbers are finite. */
export function areFinite(array: Float32Array): boolean {
  // x · 0 is NaN for NaN and ±∞: one sum finds them at the speed of memory.
  let sum = 0;
  for (let i = 0; i < array.length; i++) sum += (array[i] as number) * 0;
  return sum === 0;
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
  checkThat(shape.length > 0, where, "an array of numbers", value);
  const data = new Float32Array(elementCount(shape));
  const rowSize = data.length / (shape[0] as number);
  let next = 0;
  const fill = (it: unknown, depth: number): void => {
    const row = Math.floor(next / rowSize);
    const isArray = Array.isArray(it) || isNumericArray(it);
    if (depth < shape.length) {
      const expected = shape[depth] as number;
      const length = isArray ? it.length : 0;
      if (!isArray || length !== expected)
        throw fail("raggedRows", { where, row, length, expected });
      // Floats at once, unless one of them has to be pointed at.
      if (depth + 1 === shape.length && it instanceof Float32Array && areFinite(it)) {
        data.set(it, next);
        next += expected;
        return;
      }
      for (let i = 0; i < expected; i++) fill(it[i], depth + 1);
    } else {
      if (isArray) throw fail("raggedRows", { where, row, length: it.length, expected: 1 });
      data[next] = typeof it === "number" ? it : Number.NaN;
      if (!Number.isFinite(data[next])) {
        throw fail("nanInData", { where, row, column: next % rowSize, value: it });
      }
      next++;
    }
  };
  fill(value, 0);
  return { data, shape };
}
