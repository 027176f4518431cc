// What must hold for the arrays of a data set: lengths, finite values, labels in range. Pure checks
// that throw; need only the errors.

import { fail } from "../errors.ts";
import type { DatasetFields } from "./dataset.ts";

/** Labels are f32: above this, neighbouring integers are no longer apart. */
const MOST_CLASSES = 2 ** 24;

/** @throws LayerwiseError `shapeMismatch` */
export function checkLength(where: string, what: string, got: number, expected: number): void {
  if (got !== expected) {
    throw fail("shapeMismatch", {
      where,
      expected: `${expected} values in ${what}`,
      got: String(got),
    });
  }
}

/** @throws LayerwiseError `nanInData` with the first bad value's place, in rows of `width` */
export function checkFinite(where: string, array: Float32Array, width: number): void {
  // x · 0 is NaN for NaN and ±∞: one sum finds them at the speed of memory.
  let sum = 0;
  for (let i = 0; i < array.length; i++) sum += (array[i] as number) * 0;
  if (sum === 0) return;
  const i = array.findIndex((value) => !Number.isFinite(value));
  throw fail("nanInData", {
    where,
    row: Math.floor(i / width),
    column: i % width,
    value: array[i],
  });
}

/**
 * Number of classes, once every label is known to be in range: as said, or as `classNames` or one-hot
 * rows imply, or the largest label + 1, at least 2.
 * @throws LayerwiseError `labelOutOfRange`, `invalidArgument`, `shapeMismatch`
 */
export function countClasses(where: string, fields: DatasetFields, width: number): number {
  const { targets, classNames } = fields;
  let largest = 1;
  if (targets && width === 1) {
    for (const label of targets) if (label > largest) largest = label;
  }
  const implied = width > 1 ? width : Math.min(Math.floor(largest) + 1, MOST_CLASSES);
  const said = fields.classes ?? classNames?.length;
  const classes = said ?? (targets ? implied : undefined);
  if (!(Number.isSafeInteger(classes) && Number(classes) >= 2 && Number(classes) <= MOST_CLASSES)) {
    const required = "2 to 2^24 classes (say classes or classNames if there are no targets)";
    throw fail("invalidArgument", { where: `${where}: classes`, required, got: classes });
  }
  const count = Number(classes);
  if (classNames) checkLength(where, "classNames", classNames.length, count);
  if (targets) checkLabels(where, targets, width, count);
  return count;
}

function checkLabels(where: string, targets: Float32Array, width: number, classes: number): void {
  const bad =
    width === 1
      ? (value: number) => !(value >= 0 && value < classes && Number.isInteger(value))
      : (value: number) => !(value >= 0 && value <= 1);
  if (width > 1) checkLength(where, "a row of targets", width, classes);
  const i = targets.findIndex(bad);
  if (i < 0) return;
  const required =
    width === 1 ? `an integer from 0 to ${classes - 1}` : "a row of values from 0 to 1";
  throw fail("labelOutOfRange", { where, row: Math.floor(i / width), value: targets[i], required });
}
