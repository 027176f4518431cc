// What a schedule is on the host: plain data, segments of steps that the kernel reads before each
// step (OP_SCHEDULE in assembly/abi.ts). Knows the table and errors; of the schedules it knows nothing.

import { SCHEDULE_WORDS } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32, isRecord } from "../options.ts";

/** A schedule as it is saved: its name and the options that make it again. */
export interface ScheduleConfig {
  readonly name: string;
  readonly [option: string]: string | number | boolean | readonly number[] | ScheduleConfig;
}

/**
 * A learning rate as a function of the optimizer's steps since compile, as plain data. Made by
 * {@link cosineDecay}, {@link warmup}, …
 */
export interface Schedule {
  readonly name: string;
  readonly config: ScheduleConfig;
  /** SCHEDULE_WORDS numbers for each segment: its first step, its kind, a…f; in the order of steps. */
  readonly segments: readonly number[];
}

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

/**
 * A schedule that may come from anywhere.
 * @throws LayerwiseError `invalidArgument`
 */
export function checkSchedule(where: string, it: unknown): Schedule {
  const list: unknown = isRecord(it) && isRecord(it.config) ? it.segments : undefined;
  const holds =
    Array.isArray(list) &&
    list.length > 0 &&
    list.length % SCHEDULE_WORDS === 0 &&
    list.every(Number.isFinite);
  checkThat(holds, where, "a finite number > 0, or what cosineDecay() or another returns", it);
  return it as Schedule;
}
