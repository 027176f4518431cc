// Options objects: a key that nobody reads is an error, never silently ignored.

import { fail } from "./errors.ts";

/**
 * Refuses anything but an object with known keys.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw fail("invalidArgument", { where, required: "an options object", got: options });
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw fail("unknownName", { where, kind: "option", got: key, known });
  }
}

/**
 * A whole number in a range.
 * @throws LayerwiseError `invalidArgument`
 */
export function checkInteger(where: string, name: string, value: unknown, from: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= from) return value;
  throw fail("invalidArgument", { where, required: `${name} as an integer ≥ ${from}`, got: value });
}
