// What a schedule is on the host: plain data, segments of steps that the kernel reads before each
// step (OP_SCHEDULE in assembly/abi.ts). Knows the table and errors; of the schedules it knows nothing.

import { SCHEDULE_WORDS } from "../../assembly/abi.ts";
import { checkThat, isRecord } from "../options.ts";

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
