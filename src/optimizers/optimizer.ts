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
}

/** An optimizer as plain data. Make one with {@link sgd}, {@link adam}, … */
export interface Optimizer {
  readonly name: OptimizerName;
  /** The kernel's code, OPTIMIZER_*. */
  readonly code: number;
  /** Arrays of state, each as long as the parameters. */
  readonly slots: number;
  /** What the state starts with, padding included; 0 if absent. */
  readonly initialState?: number;
  readonly hyper: Hyper;
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
}

/** An option: where its value goes, what it is by default, and what it must be. */
export interface OptionRow {
  readonly target: keyof Hyper | "initialState";
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
};

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
  const { initialState, clipValue, globalClipNorm } = values;
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
    slots: slots(hyper),
    ...(initialState !== undefined && { initialState }),
    hyper,
    ...(schedule && { schedule }),
  };
}

/** The options that make this optimizer again: the inverse of {@link makeOptimizer}. */
export function optionsFrom(
  definition: OptimizerDefinition,
  { hyper, initialState, schedule }: Pick<Optimizer, "hyper" | "initialState" | "schedule">,
): Record<string, number | boolean | Schedule> {
  const options: Record<string, number | boolean | Schedule> = {};
  for (const [key, { target, standard }] of Object.entries(optionsOf(definition))) {
    const value = target === "initialState" ? initialState : hyper[target];
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
