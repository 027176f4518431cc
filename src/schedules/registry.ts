// The table of schedules: from a saved configuration to a schedule. Loaded when somebody loads a model.

import { checkName, checkThat, isRecord } from "../options.ts";
import { cosineDecay, cosineDecayRestarts, oneCycle } from "./cosine.ts";
import {
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
} from "./decays.ts";
import type { Schedule } from "./schedule.ts";
import { type WarmupOptions, warmup } from "./warmup.ts";

const makers = {
  piecewiseConstantDecay,
  exponentialDecay,
  inverseTimeDecay,
  polynomialDecay,
  cosineDecay,
  cosineDecayRestarts,
  oneCycle,
  warmup: ({ learningRate: next, ...options }: WarmupOptions) => {
    const where = "warmup({ learningRate })";
    const learningRate = isRecord(next) ? scheduleFromConfig(where, next) : next;
    return warmup({ ...options, learningRate });
  },
} as const;

const names = Object.keys(makers) as readonly (keyof typeof makers)[];

/**
 * The schedule of a saved configuration, which may hold anything.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function scheduleFromConfig(where: string, json: unknown): Schedule {
  checkThat(isRecord(json), where, "an object with a name", json);
  const { name, ...options } = json;
  const make = makers[checkName(where, "schedule", name, names)] as (options: object) => Schedule;
  return make(options);
}
