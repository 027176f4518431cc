// What may happen around epochs and batches: hooks that fit calls and awaits.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { ParameterSnapshot } from "./parameters.ts";

/** Loss and metrics by name; validation's begin with "val": valLoss, valAccuracy. */
export type Logs = Readonly<Record<string, number>>;

/** What a callback may do to the training that calls it. */
export interface TrainingControl {
  /** Ends training after this epoch (or batch, from onBatchEnd). */
  stop(): void;
  /** A copy of all weights and optimizer state. */
  snapshot(): ParameterSnapshot;
  /** Puts such a copy back. */
  restore(snapshot: ParameterSnapshot): void;
}

/** Hooks around training. Each may be async: fit awaits it. */
export interface Callback {
  onTrainBegin?(control: TrainingControl): void | Promise<void>;
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>;
  /** `logs`: the batch's loss. With this hook each batch is a call of its own: slower for tiny nets. */
  onBatchEnd?(batch: number, logs: Logs, control: TrainingControl): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(logs: Logs, control: TrainingControl): void | Promise<void>;
}

export interface EarlyStoppingOptions {
  /** What to watch. Default: "valLoss". */
  readonly monitor?: string;
  /** Epochs without improvement after which it stops. Default: 0, as in Keras: at the first. */
  readonly patience?: number;
  /** What counts as an improvement. Default: 0. */
  readonly minDelta?: number;
  /** "auto": larger is better for accuracies and r2, smaller for the rest. */
  readonly mode?: "auto" | "min" | "max";
  /** Puts the weights of the best epoch back at the end. Default: false. */
  readonly restoreBestWeights?: boolean;
}

/**
 * Ends training when `monitor` has not improved for `patience` epochs (Prechelt, "Early stopping — but
 * when?", 1998).
 * @throws LayerwiseError `unknownName`, `invalidArgument`; `unknownName` at the first epoch's end if
 * nothing of that name is measured
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const {
    monitor = "valLoss",
    patience = 0,
    minDelta = 0,
    mode = "auto",
    restoreBestWeights = false,
  } = options;
  const where = "earlyStopping";
  checkOptions(where, options, ["monitor", "patience", "minDelta", "mode", "restoreBestWeights"]);
  checkInteger(where, "patience", patience, 0);
  if (!Number.isFinite(minDelta)) {
    throw fail("invalidArgument", { where, required: "a finite minDelta", got: minDelta });
  }
  const modes = ["auto", "min", "max"];
  if (!modes.includes(mode)) {
    throw fail("unknownName", { where, kind: "mode", got: mode, known: modes });
  }
  const rises = mode === "max" || (mode === "auto" && /accuracy$|^(val)?r2$/i.test(monitor));
  // One fit, one control: the same callback may serve several at once.
  const fits = new WeakMap<TrainingControl, Patience>();
  return {
    onTrainBegin(control) {
      fits.set(control, { best: Number.NaN, waited: 0, kept: undefined });
    },
    onEpochEnd(_epoch, logs, control) {
      const value = logs[monitor];
      if (value === undefined) {
        const at = `${where}({ monitor })`;
        throw fail("unknownName", {
          where: at,
          kind: "log",
          got: monitor,
          known: Object.keys(logs),
        });
      }
      const state = fits.get(control);
      if (state === undefined) return;
      const gain = rises ? value - state.best : state.best - value;
      if (Number.isNaN(state.best) || gain > minDelta) {
        state.best = value;
        state.waited = 0;
        if (restoreBestWeights) state.kept = control.snapshot();
      } else if (++state.waited >= patience) {
        control.stop();
      }
    },
    onTrainEnd(_logs, control) {
      const kept = fits.get(control)?.kept;
      if (kept) control.restore(kept);
    },
  };
}

/** Where one fit's early stopping stands. */
interface Patience {
  best: number;
  /** Epochs without an improvement. */
  waited: number;
  kept: ParameterSnapshot | undefined;
}
