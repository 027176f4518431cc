// What callers and files hand in, checked: options objects, names, numbers. A key that nobody reads is
// an error, never silently ignored. Needs only the errors.

import { fail } from "./errors.ts";

/** Whether `value` is an object with keys: no array, not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` is a number that f32 can hold. */
export function isF32(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(Math.fround(value));
}

/**
 * `got` must be what is required.
 * @throws LayerwiseError `invalidArgument` unless `holds`
 */
export function checkThat(
  holds: boolean,
  where: string,
  required: string,
  got: unknown,
  remedy?: string,
): asserts holds {
  if (!holds) throw fail("invalidArgument", { where, required, got, ...(remedy && { remedy }) });
}

/**
 * `name`, which must be one of the known ones.
 * @throws LayerwiseError `unknownName`
 */
export function checkName<T extends string>(
  where: string,
  kind: string,
  name: unknown,
  known: readonly T[],
): T {
  const found = known.find((it) => it === name);
  if (found === undefined) throw fail("unknownName", { where, kind, got: name, known });
  return found;
}

/**
 * Refuses anything but an object with known keys.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  checkThat(isRecord(options), where, "an options object", options);
  for (const key of Object.keys(options)) checkName(where, "option", key, known);
}

/**
 * A whole number in a range.
 * @throws LayerwiseError `invalidArgument`
 */
export function checkInteger(
  where: string,
  name: string,
  value: unknown,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): number {
  const range = to < Number.MAX_SAFE_INTEGER ? `from ${from} to ${to}` : `≥ ${from}`;
  const number = Number.isSafeInteger(value) ? Number(value) : Number.NaN;
  checkThat(number >= from && number <= to, where, `${name} as an integer ${range}`, value);
  return number;
}
