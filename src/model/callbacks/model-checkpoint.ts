// Saving the model while it trains: every epoch, or whenever it is better than before.

import { saveFolder } from "#platform";
import { checkOptions, checkThat } from "../../options.ts";
import type { Callback, Logs, TrainingControl } from "../callbacks.ts";
import type { Saved } from "../network.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Where to (Node); "{epoch}" in it stands for the epoch's number, from 1. Replaced each time without that. */
  readonly folder?: string;
  /** Gets what model.save() returns, anywhere; awaited. */
  readonly onSave?: (saved: Saved, epoch: number, logs: Logs) => void | Promise<void>;
  /** Only when `monitor` is better than ever before in this fit. Default: false, after every epoch. */
  readonly saveBestOnly?: boolean;
}

/**
 * Saves the whole model after epochs, optimizer and position included: loadModel and fit go on from
 * there to the same bits.
 * @throws LayerwiseError `unknownName`, `invalidArgument` without folder or onSave; at an epoch's end
 * `unknownName` if nothing of the monitor's name is measured
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const where = "modelCheckpoint";
  const known = ["folder", "onSave", "saveBestOnly", "monitor", "minDelta", "mode"];
  checkOptions(where, options, known);
  const { folder, onSave, saveBestOnly = false } = options;
  const isGiven = typeof folder === "string" || typeof onSave === "function";
  checkThat(isGiven, where, "a folder, or onSave as a function", folder ?? onSave);
  const monitor = new Monitor(where, options);
  const best = new WeakMap<TrainingControl, number>();
  return {
    async onEpochEnd(epoch, logs, control) {
      if (saveBestOnly) {
        const value = monitor.read(logs);
        if (!monitor.improves(value, best.get(control) ?? Number.NaN)) return;
        best.set(control, value);
      }
      const saved = control.save();
      await onSave?.(saved, epoch, logs);
      if (folder !== undefined) await saveFolder(folder.replace("{epoch}", `${epoch + 1}`), saved);
    },
  };
}
