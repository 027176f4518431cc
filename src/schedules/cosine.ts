// Schedules that follow a cosine: with a warm-up, with restarts, up and down in one cycle.

import { SCHEDULE_COSINE, SCHEDULE_POLYNOMIAL } from "../../assembly/abi.ts";
import { checkThat } from "../options.ts";
import { atLeastOne, notNegative, positive, readOptions, segment, share } from "./make.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** What the warm-up starts from, if there is one, else the decay. */
  readonly initialLearningRate: number;
  /** Steps of the decay; those of the warm-up come before them. */
  readonly decaySteps: number;
  /** Share of the rate that is left at the end. Default: 0. */
  readonly alpha?: number;
  /** Where the warm-up ends and the decay starts. Default: initialLearningRate. */
  readonly warmupTarget?: number;
  /** Default: 0. */
  readonly warmupSteps?: number;
}

/**
 * Half a cosine from the rate to alpha times it, after a straight rise from initialLearningRate to
 * warmupTarget over warmupSteps. Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm
 * restarts".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function cosineDecay(given: CosineDecayOptions): Schedule {
  const name = "cosineDecay";
  const options = readOptions<Required<CosineDecayOptions>>(
    name,
    given,
    { alpha: 0, warmupTarget: given?.initialLearningRate, warmupSteps: 0 },
    {
      initialLearningRate: notNegative,
      decaySteps: positive,
      alpha: share,
      warmupTarget: positive,
      warmupSteps: notNegative,
    },
  );
  const { initialLearningRate: start, warmupTarget: top, warmupSteps, decaySteps, alpha } = options;
  const rise = warmupSteps > 0 ? segment(0, SCHEDULE_POLYNOMIAL, start, top, warmupSteps, 1) : [];
  const fall = segment(warmupSteps, SCHEDULE_COSINE, top, alpha * top, decaySteps);
  return { name, config: { ...options, name }, segments: [...rise, ...fall] };
}

/** Options of {@link cosineDecayRestarts}. */
export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps up to the first restart. */
  readonly firstDecaySteps: number;
  /** How many times as long each period is as the one before it, ≥ 1. Default: 2. */
  readonly tMul?: number;
  /** How many times as high it starts. Default: 1. */
  readonly mMul?: number;
  /** Share of initialLearningRate that is left at the end of each. Default: 0. */
  readonly alpha?: number;
}

/**
 * Half a cosine again and again. Loshchilov & Hutter 2017, "SGDR".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function cosineDecayRestarts(given: CosineDecayRestartsOptions): Schedule {
  const name = "cosineDecayRestarts";
  const options = readOptions<Required<CosineDecayRestartsOptions>>(
    name,
    given,
    { tMul: 2, mMul: 1, alpha: 0 },
    {
      initialLearningRate: positive,
      firstDecaySteps: positive,
      tMul: atLeastOne,
      mMul: positive,
      alpha: share,
    },
  );
  const { initialLearningRate: top, firstDecaySteps, tMul, mMul, alpha } = options;
  return {
    name,
    config: { ...options, name },
    segments: segment(0, SCHEDULE_COSINE, top, alpha * top, firstDecaySteps, tMul, mMul),
  };
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  readonly maxLearningRate: number;
  /** Steps of the whole cycle: epochs · steps an epoch. */
  readonly totalSteps: number;
  /** Share of them that the rate rises for. Default: 0.3. */
  readonly pctStart?: number;
  /** It starts from maxLearningRate / divFactor. Default: 25. */
  readonly divFactor?: number;
  /** It ends at that divided by finalDivFactor. Default: 10,000. */
  readonly finalDivFactor?: number;
}

/**
 * Up along a cosine and down again, to far below the start, as PyTorch's OneCycleLR. Smith & Topin 2019,
 * "Super-convergence: very fast training of neural networks using large learning rates".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function oneCycle(given: OneCycleOptions): Schedule {
  const name = "oneCycle";
  const options = readOptions<Required<OneCycleOptions>>(
    name,
    given,
    { pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 },
    {
      maxLearningRate: positive,
      totalSteps: positive,
      pctStart: share,
      divFactor: positive,
      finalDivFactor: positive,
    },
  );
  const { maxLearningRate: top, totalSteps, pctStart, divFactor, finalDivFactor } = options;
  const rise = pctStart * totalSteps - 1;
  const fall = totalSteps - 1 - rise;
  const required = "more than one step to rise and one to fall in";
  checkThat(rise > 0 && fall > 0, `${name}({ totalSteps })`, required, totalSteps);
  const start = top / divFactor;
  return {
    name,
    config: { ...options, name },
    segments: [
      ...segment(0, SCHEDULE_COSINE, start, top, rise),
      ...segment(rise, SCHEDULE_COSINE, top, start / finalDivFactor, fall),
    ],
  };
}
