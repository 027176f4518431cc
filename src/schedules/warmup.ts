// A rise in front of any other schedule, or of a constant rate.

import { SCHEDULE_POLYNOMIAL } from "../../assembly/abi.ts";
import { isRecord } from "../options.ts";
import { later, notNegative, positive, readOptions, segment } from "./make.ts";
import { checkSchedule, type Schedule } from "./schedule.ts";

/** Options of {@link warmup}. */
export interface WarmupOptions {
  readonly steps: number;
  /** Default: 0. */
  readonly initialLearningRate?: number;
  /** What follows: a rate or a schedule, whose steps then count from 0. */
  readonly learningRate: number | Schedule;
}

/**
 * Rises in a straight line over `steps` to where `learningRate` starts. Goyal et al. 2017, "Accurate, large
 * minibatch SGD: training ImageNet in 1 hour".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function warmup(given: WarmupOptions): Schedule {
  const name = "warmup";
  const options = readOptions<Required<WarmupOptions>>(
    name,
    given,
    { initialLearningRate: 0 },
    {
      steps: positive,
      initialLearningRate: notNegative,
      learningRate: ["a finite number > 0, or a schedule", (it) => isRecord(it) || positive[1](it)],
    },
  );
  const { steps, initialLearningRate, learningRate: next } = options;
  const constant = (rate: number) => segment(steps, SCHEDULE_POLYNOMIAL, rate, rate, 1, 1);
  const scheduled = typeof next !== "number";
  const rest = scheduled
    ? later(checkSchedule(`${name}({ learningRate })`, next), steps)
    : constant(next);
  // The first number of a segment is where it starts.
  const [, , target = 0] = rest;
  return {
    name,
    config: { name, steps, initialLearningRate, learningRate: scheduled ? next.config : next },
    segments: [...segment(0, SCHEDULE_POLYNOMIAL, initialLearningRate, target, steps, 1), ...rest],
  };
}
