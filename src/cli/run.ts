// One training run and the terminal it is looked at from: what the kinds of looking share.

import type { Callback, Logs, Sequential } from "../index.ts";
import type { Surface } from "./color.ts";
import type { Parts } from "./data.ts";
import type { Look } from "./look.ts";
import type { Progress, TrainingClock } from "./progress.ts";
import { measureOf } from "./views.ts";

/** The terminal, as far as it is needed. */
export interface Terminal {
  write(text: string): unknown;
  /** As they are now: people resize windows. */
  readonly columns: number;
  readonly rows: number;
  readonly surface: Surface;
}

export interface Run {
  readonly model: Sequential;
  readonly parts: Parts;
  readonly epochs: number;
  readonly signal: AbortSignal;
}

/** A callback for `fit`, and what is to be done around it. */
export interface Watch {
  readonly callback: Callback;
  readonly clock: TrainingClock;
  /** Before training. */
  begin(): Promise<void>;
  /** After it: shows the last state as it stays. */
  end(look: Look): void;
  /** Whatever has happened: leaves the terminal as it was found. */
  release(): void;
}

/** Where a run stands after an epoch. */
export function progressOf(run: Run, clock: TrainingClock, epoch: number, logs: Logs): Progress {
  const measure = measureOf(run.parts.all);
  const [trained, heldOut] =
    measure === "R²" ? [logs.r2, logs.valR2] : [logs.accuracy, logs.valAccuracy];
  return {
    epoch,
    epochs: run.epochs,
    loss: logs.loss ?? Number.NaN,
    measure,
    trained: trained ?? Number.NaN,
    heldOut: heldOut ?? Number.NaN,
    samplesPerSecond: clock.samplesPerSecond(run.parts.train.samples),
    leftMs: (run.epochs - epoch) * clock.msPerEpoch,
  };
}
