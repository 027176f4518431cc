// Schedules that fall by a formula, with the names and formulas of Keras.

import * as abi from "../../assembly/abi.ts";
import { checkThat } from "../options.ts";
import { flag, notNegative, positive, readOptions, segment } from "./make.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@link exponentialDecay} and {@link inverseTimeDecay}. */
export interface DecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Falls once every decaySteps, not each step. Default: false. */
  readonly staircase?: boolean;
}

/** Options of {@link polynomialDecay}. */
export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default: 0.0001. */
  readonly endLearningRate?: number;
  /** Default: 1, a straight line. */
  readonly power?: number;
  /** Begins again over twice, three times, … the steps instead of staying at the end. Default: false. */
  readonly cycle?: boolean;
}

const decayKinds = {
  initialLearningRate: positive,
  decaySteps: positive,
  decayRate: positive,
  staircase: flag,
};

function decay(name: string, kind: number, given: DecayOptions): Schedule {
  const options = readOptions<Required<DecayOptions>>(
    name,
    given,
    { staircase: false },
    decayKinds,
  );
  const { initialLearningRate, decayRate, decaySteps, staircase } = options;
  return {
    name,
    config: { ...options, name },
    segments: segment(0, kind, initialLearningRate, decayRate, decaySteps, Number(staircase)),
  };
}

/**
 * initialLearningRate · decayRate ^ (step / decaySteps).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  return decay("exponentialDecay", abi.SCHEDULE_EXPONENTIAL, options);
}

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  return decay("inverseTimeDecay", abi.SCHEDULE_INVERSE_TIME, options);
}

/**
 * From initialLearningRate to endLearningRate over decaySteps, by (1 − step / decaySteps) ^ power.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function polynomialDecay(given: PolynomialDecayOptions): Schedule {
  const name = "polynomialDecay";
  const options = readOptions<Required<PolynomialDecayOptions>>(
    name,
    given,
    { endLearningRate: 0.0001, power: 1, cycle: false },
    {
      initialLearningRate: positive,
      decaySteps: positive,
      endLearningRate: notNegative,
      power: positive,
      cycle: flag,
    },
  );
  const { initialLearningRate: from, endLearningRate: to, decaySteps, power, cycle } = options;
  return {
    name,
    config: { ...options, name },
    segments: segment(0, abi.SCHEDULE_POLYNOMIAL, from, to, decaySteps, power, Number(cycle)),
  };
}

/** Options of {@link piecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions {
  /** The last steps of all but the last value, rising. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
}

/**
 * values[0] up to and with step boundaries[0], then values[1], …
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function piecewiseConstantDecay(given: PiecewiseConstantDecayOptions): Schedule {
  const name = "piecewiseConstantDecay";
  const rises = (list: readonly unknown[]) =>
    list.every((it, i) => Number.isSafeInteger(it) && Number(it) > Number(list[i - 1] ?? -1));
  const options = readOptions<PiecewiseConstantDecayOptions>(
    name,
    given,
    {},
    {
      boundaries: [
        "an array of rising whole numbers of steps",
        (it) => Array.isArray(it) && rises(it),
      ],
      values: [
        "an array of finite numbers > 0",
        (it) => Array.isArray(it) && it.every((value) => positive[1](value)),
      ],
    },
  );
  const { boundaries, values } = options;
  const required = `${boundaries.length + 1} values, one more than boundaries`;
  checkThat(values.length === boundaries.length + 1, `${name}({ values })`, required, values);
  return {
    name,
    config: { name, boundaries: [...boundaries], values: [...values] },
    segments: values.flatMap((value, i) => {
      const from = i === 0 ? 0 : (boundaries[i - 1] ?? 0) + 1;
      return segment(from, abi.SCHEDULE_POLYNOMIAL, value, value, 1, 1);
    }),
  };
}
