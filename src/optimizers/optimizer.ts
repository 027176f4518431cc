// What an optimizer is on the host: plain data, made from options by the rule's definition, and how
// it is written for the kernel. Knows the table (abi.ts) and errors; of the rules it knows nothing.

import * as abi from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32, isRecord } from "../options.ts";
import { checkSchedule, type Schedule } from "../schedules/schedule.ts";

/** The names of the optimizers: those of the functions that make them. */
export type OptimizerName =
  | "sgd"
  | "adagrad"
  | "adadelta"
  | "rmsprop"
  | "adam"
  | "adamW"
  | "adamax"
  | "nadam"
  | "lion";

/** The numbers that a rule reads at every step; the kernel has them as f32. 0 is off. */
export interface Hyper {
  /** Of the first step, if there is a schedule. */
  readonly learningRate: number;
  /** Decoupled: w −= learningRate · weightDecay · w, before the update. */
  readonly weightDecay: number;
  /** momentum (sgd) | rho (adadelta, rmsprop) | beta1. */
  readonly beta1: number;
  /** momentum (rmsprop) | beta2. */
  readonly beta2: number;
  readonly epsilon: number;
  /** 1: nesterov (sgd), centered (rmsprop), amsgrad (adam, adamW). */
  readonly variant: number;
  readonly clipValue: number;
  readonly globalClipNorm: number;
  /** 1: the kernel writes the learning rate before each step. */
  readonly scheduled: number;
  /** Momentum of the weights' moving average. */
  readonly ema: number;
}

/** An optimizer as plain data. Make one with {@link sgd}, {@link adam}, … */
export interface Optimizer {
  readonly name: OptimizerName;
  /** The kernel's code, OPTIMIZER_*. */
  readonly code: number;
  /** Arrays of state, each as long as the parameters: the rule's, then gradient sums, then the average. */
  readonly slots: number;
  /** What the state starts with, padding included; 0 if absent. */
  readonly initialState?: number;
  readonly hyper: Hyper;
  /** Batches whose gradients go into one update; absent if that is 1. */
  readonly accumulation?: number;
  /** How the learning rate goes; absent if it stays. */
  readonly schedule?: Schedule;
}

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** A number, or a function of the step: {@link cosineDecay} and others. */
  readonly learningRate?: number | Schedule;
  /**
   * Decoupled weight decay: each step takes learningRate · weightDecay · w off each weight.
   * Default: none.
   */
  readonly weightDecay?: number;
  /** Clips every element of the gradients to ±clipValue. Default: off. */
  readonly clipValue?: number;
  /** Scales all gradients down together where their common norm exceeds this. Default: off. */
  readonly globalClipNorm?: number;
  /**
   * Updates once every so many steps, by the mean of their gradients: as if batches were larger. Sums are
   * carried on across epochs. Default: 1.
   */
  readonly gradientAccumulationSteps?: number;
  /**
   * Keeps a moving average of the weights, average ← m · average + (1 − m) · weights after each update,
   * for model.averagedWeights(). Polyak & Juditsky 1992, "Acceleration of stochastic approximation by
   * averaging". In (0, 1), 0.99 say. Default: none is kept.
   */
  readonly emaMomentum?: number;
}

/** An option: where its value goes, what it is by default, and what it must be. */
export interface OptionRow {
  readonly target: keyof Hyper | "initialState" | "accumulation";
  readonly standard: number | boolean | undefined;
  readonly required: string;
  readonly holds: (value: unknown) => boolean;
}

/** An optimizer as this library knows it: one row per rule. */
export interface OptimizerDefinition {
  readonly name: OptimizerName;
  readonly code: number;
  /** Arrays of state that the rule keeps under these hyper-parameters. */
  readonly slots: (hyper: Hyper) => number;
  /** Its options besides weightDecay and the clips, which all have; learningRate among them. */
  readonly options: Readonly<Record<string, OptionRow>>;
}

type Target = OptionRow["target"];

/** Makes rows for options of which the same is required. */
function kind<S extends OptionRow["standard"]>(required: string, holds: OptionRow["holds"]) {
  return (target: Target, standard: S): OptionRow => ({ target, standard, required, holds });
}

// The kernel reads f32, so a number must be what is required of it after rounding too.

/** A number > 0; off when it is left out and has no default. */
export const positive = kind<number | undefined>(
  "a finite number > 0",
  (value) => isF32(value) && Math.fround(value) > 0,
);

/** A number ≥ 0. */
export const notNegative = kind<number>(
  "a finite number ≥ 0",
  (value) => isF32(value) && value >= 0,
);

/** A number in [0, 1): a rate of decay. */
export const fraction = kind<number>(
  "a number ≥ 0 and < 1",
  (value) => isF32(value) && value >= 0 && Math.fround(value) < 1,
);

/** true or false. */
export const flag = kind<boolean>("true or false", (value) => typeof value === "boolean");

const commonOptions: Readonly<Record<string, OptionRow>> = {
  weightDecay: notNegative("weightDecay", 0),
  clipValue: positive("clipValue", undefined),
  globalClipNorm: positive("globalClipNorm", undefined),
  gradientAccumulationSteps: kind<undefined>(
    "a whole number from 1 to 1,000,000",
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1e6,
  )("accumulation", undefined),
  emaMomentum: kind<undefined>(
    "a number > 0 and < 1",
    (value) => isF32(value) && Math.fround(value) > 0 && Math.fround(value) < 1,
  )("ema", undefined),
};

/** The slots behind the rule's own. */
export function slotsOf({ slots, accumulation, hyper }: Optimizer) {
  const average = hyper.ema > 0 ? slots - 1 : undefined;
  const end = average ?? slots;
  const sums = accumulation ? end - 1 : undefined;
  return { rule: sums ?? end, sums, average };
}

const optionsOf = (definition: OptimizerDefinition) => ({
  ...commonOptions,
  ...definition.options,
});

/** Where the kernel reads them. */
const hyperOffsets: Readonly<Record<keyof Hyper, number>> = {
  learningRate: abi.HYPER_LEARNING_RATE,
  weightDecay: abi.HYPER_WEIGHT_DECAY,
  beta1: abi.HYPER_BETA1,
  beta2: abi.HYPER_BETA2,
  epsilon: abi.HYPER_EPSILON,
  variant: abi.HYPER_VARIANT,
  clipValue: abi.HYPER_CLIP_VALUE,
  globalClipNorm: abi.HYPER_CLIP_NORM,
  scheduled: abi.HYPER_SCHEDULED,
  ema: abi.HYPER_EMA,
};

const hyperNames = Object.keys(hyperOffsets) as readonly (keyof Hyper)[];

/**
 * The optimizer of a definition with these options, which may come from a file.
 * @param where how errors name it; the definition's name unless given
 * @throws LayerwiseError `invalidArgument`, `unknownName` (an option)
 */
export function makeOptimizer(
  definition: OptimizerDefinition,
  options: object,
  where: string = definition.name,
): Optimizer {
  const rows = optionsOf(definition);
  checkOptions(where, options, Object.keys(rows));
  const given: Readonly<Record<string, unknown>> = { ...options };
  const values: { [target in Target]?: number } = {};
  let schedule: Schedule | undefined;
  for (const [key, { target, standard, required, holds }] of Object.entries(rows)) {
    const { [key]: value = standard } = given;
    if (value === undefined) continue;
    if (key === "learningRate" && isRecord(value)) {
      schedule = checkSchedule(`${where}({ ${key} })`, value);
      const [, , first = 0] = schedule.segments;
      Object.assign(values, { learningRate: first, scheduled: 1 });
      continue;
    }
    checkThat(holds(value), `${where}({ ${key} })`, required, value);
    values[target] = Number(value);
  }
  const { initialState, clipValue, globalClipNorm, accumulation = 1 } = values;
  checkThat(
    clipValue === undefined || globalClipNorm === undefined,
    `${where}({ clipValue, globalClipNorm })`,
    "one of the two at most",
    [clipValue, globalClipNorm],
  );
  const hyper = Object.fromEntries(
    hyperNames.map((name) => [name, values[name] ?? 0]),
  ) as unknown as Hyper;
  const { name, code, slots } = definition;
  return {
    name,
    code,
    slots: slots(hyper) + Number(accumulation > 1) + Number(hyper.ema > 0),
    ...(accumulation > 1 && { accumulation }),
    ...(initialState !== undefined && { initialState }),
    hyper,
    ...(schedule && { schedule }),
  };
}

/** The options that make this optimizer again: the inverse of {@link makeOptimizer}. */
export function optionsFrom(
  definition: OptimizerDefinition,
  { hyper, initialState, accumulation, schedule }: Omit<Optimizer, "name" | "code" | "slots">,
): Record<string, number | boolean | Schedule> {
  const options: Record<string, number | boolean | Schedule> = {};
  for (const [key, { target, standard }] of Object.entries(optionsOf(definition))) {
    const { [target]: value } = { ...hyper, initialState, accumulation };
    if (value === undefined || (standard === undefined && value === 0)) continue;
    options[key] = typeof standard === "boolean" ? value === 1 : value;
  }
  if (schedule) options.learningRate = schedule;
  return options;
}

/**
 * Writes hyper-parameters where the kernel reads them: HYPER_BYTES at `address` of linear memory.
 */
export function writeHyper(view: DataView, address: number, hyper: Hyper): void {
  for (const name of hyperNames) view.setFloat32(address + hyperOffsets[name], hyper[name], true);
}
