// What may happen around epochs and batches: hooks that fit calls and awaits.

import { checkInteger, checkOptions } from "../options.ts";
import { Monitor, type MonitorOptions } from "./callbacks/monitor.ts";
import type { Saved } from "./network.ts";
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
  /** The learning rate of the last step. Setting it ends a schedule. */
  learningRate: number;
  /** The whole model as model.save() returns it. */
  save(): Saved;
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

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which it stops. Default: 0, as in Keras: at the first. */
  readonly patience?: number;
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
  const where = "earlyStopping";
  checkOptions(where, options, ["monitor", "patience", "minDelta", "mode", "restoreBestWeights"]);
  const { patience = 0, restoreBestWeights = false } = options;
  checkInteger(where, "patience", patience, 0);
  const monitor = new Monitor(where, options);
  // One fit, one control: the same callback may serve several at once.
  const fits = new WeakMap<TrainingControl, Patience>();
  return {
    onTrainBegin(control) {
      fits.set(control, { best: Number.NaN, waited: 0, kept: undefined });
    },
    onEpochEnd(_epoch, logs, control) {
      const value = monitor.read(logs);
      const state = fits.get(control);
      if (state === undefined) return;
      if (monitor.improves(value, state.best)) {
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
