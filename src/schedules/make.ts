// What schedules are made with: their options' kinds, their segments.

import { SCHEDULE_WORDS } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import type { Schedule } from "./schedule.ts";

/** What an option must be: in words, and whether it is. */
type Kind = readonly [required: string, holds: (it: unknown) => boolean];

const number = (required: string, holds: (it: number) => boolean): Kind => [
  required,
  (it) => isF32(it) && holds(it),
];
export const positive = number("a finite number > 0", (it) => Math.fround(it) > 0);
export const notNegative = number("a finite number ≥ 0", (it) => it >= 0);
export const share = number("a number from 0 to 1", (it) => it >= 0 && it <= 1);
export const atLeastOne = number("a finite number ≥ 1", (it) => it >= 1);
export const flag: Kind = ["true or false", (it) => typeof it === "boolean"];

/**
 * Options with their defaults, all checked.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function readOptions<T extends object>(
  where: string,
  options: object,
  standard: Partial<T>,
  kinds: Readonly<Record<keyof T & string, Kind>>,
): T {
  checkOptions(where, options, Object.keys(kinds));
  const all = { ...standard, ...options } as Readonly<Record<string, unknown>>;
  for (const [key, [required, holds]] of Object.entries<Kind>(kinds)) {
    checkThat(holds(all[key]), `${where}({ ${key} })`, required, all[key]);
  }
  return all as T;
}

/** One segment from step `from` on. */
export function segment(from: number, kind: number, ...numbers: readonly number[]): number[] {
  return Array.from({ length: SCHEDULE_WORDS }, (_, i) => [from, kind, ...numbers][i] ?? 0);
}

/** The same segments, `steps` later. */
export function later({ segments }: Schedule, steps: number): number[] {
  return segments.map((it, i) => (i % SCHEDULE_WORDS === 0 ? it + steps : it));
}
