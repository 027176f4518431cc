// How the learning rate goes over the epochs. Pure, and of + − × ÷ alone: Math.cos and Math.pow differ
// between engines in their last bits, and a run is to end on the same bits everywhere.

import type { ScheduleSettings } from "./recipe.ts";
import { sin } from "./sine.ts";

/** What the learning rate is multiplied by in epoch `epoch`, counted from 0. */
export function factorAt(schedule: ScheduleSettings, epoch: number): number {
  switch (schedule.name) {
    case "constant":
      return 1;
    case "step":
      return power(schedule.factor, Math.floor(epoch / schedule.every));
    case "exponential":
      return power(schedule.factor, epoch);
    case "cosine": {
      if (epoch >= schedule.epochs) return 0;
      // (1 + cos πt) / 2, t being the share of the epochs that are done
      const root = sin((1 - epoch / schedule.epochs) * (Math.PI / 2));
      return root * root;
    }
    case "warmUp":
      return Math.min(1, (epoch + 1) / schedule.epochs);
    default:
      return schedule satisfies never;
  }
}

/** The first epoch after `epoch` that may have another factor. */
export function constantUntil(schedule: ScheduleSettings, epoch: number): number {
  switch (schedule.name) {
    case "constant":
      return Number.POSITIVE_INFINITY;
    case "step":
      return (Math.floor(epoch / schedule.every) + 1) * schedule.every;
    case "exponential":
      return epoch + 1;
    case "cosine":
    case "warmUp":
      return epoch < schedule.epochs ? epoch + 1 : Number.POSITIVE_INFINITY;
    default:
      return schedule satisfies never;
  }
}

/** base to a whole power ≥ 0, by squaring. */
function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
