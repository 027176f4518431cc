// What an optimizer is on the host: plain data, made from options by the rule's definition, and how
// it is written for the kernel. Knows the table (abi.ts) and errors; of the rules it knows nothing.

import * as abi from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";

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
}

/** Options that every optimizer has. */
export interface OptimizerOptions {
  readonly learningRate?: number;
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

// The kernel reads f32, so a number must be what is required of it after rounding too.
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(Math.fround(value));
const isPositive = (value: unknown) => isNumber(value) && Math.fround(value) > 0;

/** A number > 0. */
export const positive = (target: Target, standard: number): OptionRow => ({
  target,
  standard,
  required: "a finite number > 0",
  holds: isPositive,
});

/** A number ≥ 0. */
export const notNegative = (target: Target, standard: number): OptionRow => ({
  target,
  standard,
  required: "a finite number ≥ 0",
  holds: (value) => isNumber(value) && value >= 0,
});

/** A number in [0, 1): a rate of decay. */
export const fraction = (target: Target, standard: number): OptionRow => ({
  target,
  standard,
  required: "a number ≥ 0 and < 1",
  holds: (value) => isNumber(value) && value >= 0 && Math.fround(value) < 1,
});

/** true or false. */
export const flag = (target: Target): OptionRow => ({
  target,
  standard: false,
  required: "true or false",
  holds: (value) => typeof value === "boolean",
});

/** A number > 0, or off when it is left out. */
const limit = (target: Target): OptionRow => ({
  target,
  standard: undefined,
  required: "a finite number > 0",
  holds: isPositive,
});

const commonOptions: Readonly<Record<string, OptionRow>> = {
  weightDecay: notNegative("weightDecay", 0),
  clipValue: limit("clipValue"),
  globalClipNorm: limit("globalClipNorm"),
};

const optionsOf = (definition: OptimizerDefinition) => ({
  ...commonOptions,
  ...definition.options,
});

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
  const values = new Map<Target, number>();
  for (const [key, row] of Object.entries(rows)) {
    const given: unknown = Object.hasOwn(options, key)
      ? options[key as keyof typeof options]
      : undefined;
    const value = given === undefined ? row.standard : given;
    if (value === undefined) continue;
    if (!row.holds(value)) {
      throw fail("invalidArgument", {
        where: `${where}({ ${key} })`,
        required: row.required,
        got: value,
      });
    }
    values.set(row.target, Number(value));
  }
  if (values.has("clipValue") && values.has("globalClipNorm")) {
    throw fail("invalidArgument", {
      where: `${where}({ clipValue, globalClipNorm })`,
      required: "one of the two at most",
      got: [values.get("clipValue"), values.get("globalClipNorm")],
      remedy: "Leave one out.",
    });
  }
  const get = (target: Target) => values.get(target) ?? 0;
  const hyper: Hyper = {
    learningRate: get("learningRate"),
    weightDecay: get("weightDecay"),
    beta1: get("beta1"),
    beta2: get("beta2"),
    epsilon: get("epsilon"),
    variant: get("variant"),
    clipValue: get("clipValue"),
    globalClipNorm: get("globalClipNorm"),
  };
  const { name, code } = definition;
  const initialState = values.get("initialState");
  return {
    name,
    code,
    slots: definition.slots(hyper),
    ...(initialState === undefined ? {} : { initialState }),
    hyper,
  };
}

/** The options that make this optimizer again: the inverse of {@link makeOptimizer}. */
export function optionsFrom(
  definition: OptimizerDefinition,
  { hyper, initialState }: Pick<Optimizer, "hyper" | "initialState">,
): Record<string, number | boolean> {
  const options: Record<string, number | boolean> = {};
  for (const [key, row] of Object.entries(optionsOf(definition))) {
    const value = row.target === "initialState" ? initialState : hyper[row.target];
    if (value === undefined || (row.standard === undefined && value === 0)) continue;
    options[key] = typeof row.standard === "boolean" ? value === 1 : value;
  }
  return options;
}

/**
 * Writes hyper-parameters where the kernel reads them: HYPER_BYTES at `address` of linear memory.
 */
export function writeHyper(view: DataView, address: number, hyper: Hyper): void {
  const write = (offset: number, value: number) => view.setFloat32(address + offset, value, true);
  write(abi.HYPER_LEARNING_RATE, hyper.learningRate);
  write(abi.HYPER_WEIGHT_DECAY, hyper.weightDecay);
  write(abi.HYPER_BETA1, hyper.beta1);
  write(abi.HYPER_BETA2, hyper.beta2);
  write(abi.HYPER_EPSILON, hyper.epsilon);
  write(abi.HYPER_VARIANT, hyper.variant);
  write(abi.HYPER_CLIP_VALUE, hyper.clipValue);
  write(abi.HYPER_CLIP_NORM, hyper.globalClipNorm);
}
