// Callbacks that change the learning rate between epochs. What depends on the step alone is better done
// by a schedule (src/schedules/), which is saved with the model.

import { checkInteger, checkOptions, checkThat } from "../../options.ts";
import type { Callback, TrainingControl } from "../callbacks.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What counts as an improvement. Default: 0.0001. */
  readonly minDelta?: number;
  /** The learning rate is multiplied by it, in (0, 1). Default: 0.1. */
  readonly factor?: number;
  /** Epochs without improvement after which it is. Default: 10. */
  readonly patience?: number;
  /** Epochs after that which do not count. Default: 0. */
  readonly cooldown?: number;
  /** It never falls below this. Default: 0. */
  readonly minLr?: number;
}

/** Where one fit stands. */
interface Plateau {
  best: number;
  waited: number;
  cooling: number;
}

/**
 * Lowers the learning rate when `monitor` has not improved for `patience` epochs. Ends a schedule.
 * @throws LayerwiseError `unknownName`, `invalidArgument`; at an epoch's end `unknownName` if nothing of
 * the monitor's name is measured
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const where = "reduceLROnPlateau";
  const known = ["monitor", "mode", "minDelta", "factor", "patience", "cooldown", "minLr"];
  checkOptions(where, options, known);
  const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0 } = options;
  checkThat(factor > 0 && factor < 1, where, "factor between 0 and 1", factor);
  checkThat(Number.isFinite(minLr) && minLr >= 0, where, "minLr as a number ≥ 0", minLr);
  checkInteger(where, "patience", patience, 0);
  checkInteger(where, "cooldown", cooldown, 0);
  const monitor = new Monitor(where, { minDelta: 1e-4, ...options });
  const fits = new WeakMap<TrainingControl, Plateau>();
  return {
    onTrainBegin(control) {
      fits.set(control, { best: Number.NaN, waited: 0, cooling: 0 });
    },
    onEpochEnd(_epoch, logs, control) {
      const value = monitor.read(logs);
      const state = fits.get(control);
      if (state === undefined) return;
      // In Keras' order: an epoch that ends the cooling counts already.
      if (state.cooling > 0) {
        state.cooling--;
        state.waited = 0;
      }
      if (monitor.improves(value, state.best)) {
        state.best = value;
        state.waited = 0;
      } else if (state.cooling === 0 && ++state.waited >= patience) {
        const before = control.learningRate;
        const after = Math.max(before * factor, minLr);
        // f32 ends somewhere: what would be 0 there stays as it is.
        if (Math.fround(after) < before && Math.fround(after) > 0) {
          control.learningRate = after;
          state.cooling = cooldown;
          state.waited = 0;
        }
      }
    },
  };
}

/**
 * Sets the learning rate at each epoch's begin to what `rate` makes of the epoch's number, from 0, and
 * the rate so far. Ends a schedule.
 * @throws LayerwiseError `invalidArgument`, also at an epoch's begin unless the rate is a number > 0
 */
export function learningRateScheduler(
  rate: (epoch: number, learningRate: number) => number,
): Callback {
  checkThat(typeof rate === "function", "learningRateScheduler", "a function", rate);
  return {
    onEpochBegin(epoch, control) {
      control.learningRate = rate(epoch, control.learningRate);
    },
  };
}
