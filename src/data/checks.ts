// What must hold for the arrays of a data set: lengths, finite values, labels in range. Pure checks
// that throw; need only the errors.

import { fail } from "../errors.ts";
import { checkInteger } from "../options.ts";
import { areFinite } from "../shape.ts";
import type { DatasetFields } from "./dataset.ts";

/** Labels are f32: above this, neighbouring integers are no longer apart. */
const MOST_CLASSES = 2 ** 24;

/** @throws LayerwiseError `shapeMismatch` */
export function checkLength(where: string, what: string, got: number, expected: number): void {
  if (got === expected) return;
  throw fail("shapeMismatch", { where, expected: `${expected} values in ${what}`, got: `${got}` });
}

/** @throws LayerwiseError `nanInData` with the first bad value's place, in rows of `width` */
export function checkFinite(where: string, array: Float32Array, width: number): void {
  if (areFinite(array)) return;
  const i = array.findIndex((value) => !Number.isFinite(value));
  const row = Math.floor(i / width);
  throw fail("nanInData", { where, row, column: i % width, value: array[i] });
}

/**
 * Number of classes, once every label is known to be in range: as said, or as `classNames` or one-hot
 * rows imply, or the largest label + 1, at least 2.
 * @throws LayerwiseError `labelOutOfRange`, `invalidArgument`, `shapeMismatch`
 */
export function countClasses(where: string, fields: DatasetFields, width: number): number {
  const { targets, classNames, classes = classNames?.length } = fields;
  const largest = width === 1 ? targets?.reduce((a, b) => Math.max(a, b), 1) : undefined;
  const implied = largest === undefined ? width : Math.min(Math.floor(largest) + 1, MOST_CLASSES);
  const count = checkInteger(where, "classes", classes ?? implied, 2, MOST_CLASSES);
  if (classNames) checkLength(where, "classNames", classNames.length, count);
  if (targets && width > 1) checkLength(where, "a row of targets", width, count);
  const inRange = (value: number) =>
    value >= 0 && (width > 1 ? value <= 1 : value < count && Number.isInteger(value));
  const bad = targets?.findIndex((value) => !inRange(value)) ?? -1;
  if (bad < 0) return count;
  const required = width > 1 ? "a row of values from 0 to 1" : `an integer from 0 to ${count - 1}`;
  throw fail("labelOutOfRange", {
    where,
    row: Math.floor(bad / width),
    value: targets?.[bad],
    required,
  });
}
