// What a contender is, inside its own process. Knows no library.

import type { Task } from "./task.ts";

/** A task made ready, and warm enough to say what it computes. */
export interface Runner {
  /** Products or samples that one call does. */
  readonly unitsPerCall: number;
  /** Does so many calls in a row, to their very end: nothing may be left pending. */
  readonly run: (calls: number) => void | Promise<void>;
  /** Of a product or a prediction: its numbers, row by row, to be checked. */
  readonly result?: Float32Array | undefined;
  /** Of a training. */
  readonly losses?: Losses | undefined;
}

/** How training went on the checked steps. */
export type Losses =
  /** Each batch's loss before its update: the very same loss, so to be compared. */
  | { readonly steps: readonly number[] }
  /** Where a library has another loss, or another update rule: the first batch's loss before and after. */
  | { readonly own: string; readonly before: number; readonly after: number };

/** A contender that cannot take part, and why. */
export interface Unavailable {
  readonly unavailable: string;
}

/** A contender, loaded. */
export interface Player {
  /** Of the library, as installed. */
  readonly version: string;
  readonly prepare: (task: Task) => Runner | Unavailable | Promise<Runner | Unavailable>;
}

export function unavailable(reason: string): Unavailable {
  return { unavailable: reason };
}
