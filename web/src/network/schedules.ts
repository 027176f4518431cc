// The schedules of the learning rate as the page offers them: in words, with numbers to begin with, and as a
// line over the epochs.

import type { ScheduleSettings } from "../recipe.ts";
import { factorAt } from "../schedule.ts";

type ScheduleName = ScheduleSettings["name"];

export const schedules: readonly { readonly value: ScheduleName; readonly label: string }[] = [
  { value: "constant", label: "Constant" },
  { value: "step", label: "Down in steps" },
  { value: "exponential", label: "A little less each epoch" },
  { value: "cosine", label: "Down along a cosine" },
  { value: "warmUp", label: "Warm-up" },
];

/** A schedule with numbers to begin with. */
export function scheduleNamed(name: ScheduleName): ScheduleSettings {
  switch (name) {
    case "constant":
      return { name };
    case "step":
      return { name, every: 20, factor: 0.5 };
    case "exponential":
      return { name, factor: 0.98 };
    case "cosine":
      return { name, epochs: 100 };
    case "warmUp":
      return { name, epochs: 10 };
    default:
      return name satisfies never;
  }
}

/** Epochs in which a schedule shows what it does. */
export function horizon(schedule: ScheduleSettings): number {
  switch (schedule.name) {
    case "constant":
      return 100;
    case "step":
      return 5 * schedule.every;
    case "exponential":
      return 150;
    case "cosine":
    case "warmUp":
      return Math.ceil(1.5 * schedule.epochs);
    default:
      return schedule satisfies never;
  }
}

/**
 * The factor over `epochs` epochs, as the points of an SVG polyline in a box of `width` × `height`: the
 * largest factor at the top, 0 at the bottom.
 */
export function rateLine(
  schedule: ScheduleSettings,
  epochs: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const factors = Array.from({ length: epochs + 1 }, (_, epoch) => factorAt(schedule, epoch));
  const largest = Math.max(...factors, Number.MIN_VALUE);
  const round = (value: number) => Number(value.toFixed(2));
  return factors
    .flatMap((factor, epoch) => {
      const y = round(height * (1 - factor / largest));
      // A rate holds for a whole epoch: a stair, not a slope.
      const stair = [epoch, epoch + 1].map((it) => round((it / (epochs + 1)) * width));
      return stair.map((x) => `${x},${y}`);
    })
    .join(" ");
}
