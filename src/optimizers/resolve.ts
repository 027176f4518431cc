// The table of optimizers: from a name, or from a saved configuration, to an optimizer and back.

import { checkName, checkThat, isRecord } from "../options.ts";
import type { Schedule, ScheduleConfig } from "../schedules/schedule.ts";
import { adadeltaDefinition } from "./adadelta.ts";
import { type AdagradOptions, adagradDefinition } from "./adagrad.ts";
import { type AdamOptions, adamDefinition } from "./adam.ts";
import { adamWDefinition } from "./adam-w.ts";
import { adamaxDefinition } from "./adamax.ts";
import { lionDefinition } from "./lion.ts";
import { nadamDefinition } from "./nadam.ts";
import {
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerName,
  optionsFrom,
} from "./optimizer.ts";
import { type RmspropOptions, rmspropDefinition } from "./rmsprop.ts";
import { type SgdOptions, sgdDefinition } from "./sgd.ts";

const definitions: Readonly<Record<OptimizerName, OptimizerDefinition>> = {
  sgd: sgdDefinition,
  adagrad: adagradDefinition,
  adadelta: adadeltaDefinition,
  rmsprop: rmspropDefinition,
  adam: adamDefinition,
  adamW: adamWDefinition,
  adamax: adamaxDefinition,
  nadam: nadamDefinition,
  lion: lionDefinition,
};

/** All names, in the order of the documentation. */
export const optimizerNames = Object.keys(definitions) as readonly OptimizerName[];

/** An optimizer's options as they are now, by the names of its own: those that it has. */
export type HyperOptions = SgdOptions &
  AdagradOptions &
  RmspropOptions &
  AdamOptions & { readonly learningRate: number | Schedule };

/** An optimizer as it is saved: its name and the options that make it again. */
export interface OptimizerConfig {
  readonly name: OptimizerName;
  readonly [option: string]: string | number | boolean | ScheduleConfig;
}

/**
 * The optimizer that a name means, with its default options, or the given one, checked.
 * @param where how errors name the place, "compile({ optimizer })"
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function resolveOptimizer(where: string, it: OptimizerName | Optimizer): Optimizer {
  // What comes from plain JavaScript may be anything.
  const given: unknown = it;
  if (typeof given === "string") return makeOptimizer(definitionOf(where, given), {}, where);
  const required = "an optimizer's name, or what a function like adam() returns";
  checkThat(isRecord(given) && isRecord(given.hyper), where, required, given);
  const definition = definitionOf(where, (it as Optimizer).name);
  const options = optionsFrom(definition, it as Optimizer);
  return makeOptimizer(definition, options, `${where}: ${definition.name}`);
}

/**
 * The same optimizer with some options changed, checked as when it was made. What is part of a plan
 * or of the state can't change: whether gradients are clipped, which variant runs, whether there is
 * momentum. A number in place of a schedule ends it.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function changeHyper(
  where: string,
  optimizer: Optimizer,
  change: Partial<HyperOptions>,
): Optimizer {
  checkThat(isRecord(change), where, "an options object", change);
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const options = { ...hyperOptions(optimizer), ...Object.fromEntries(given) };
  const changed = makeOptimizer(definitions[optimizer.name], options, where);
  const [was, is] = [optimizer.hyper, changed.hyper];
  const isSame =
    changed.slots === optimizer.slots &&
    changed.initialState === optimizer.initialState &&
    changed.accumulation === optimizer.accumulation &&
    is.variant === was.variant &&
    (changed.schedule === undefined || changed.schedule === optimizer.schedule) &&
    is.clipValue > 0 === was.clipValue > 0 &&
    is.globalClipNorm > 0 === was.globalClipNorm > 0;
  const required =
    "what is compiled in (state, a clip, a variant, a schedule) to stay on or off as it is";
  const got = given.map(([key, value]) => `${key}: ${value}`).join(", ");
  checkThat(isSame, where, required, got, "Compile the model again.");
  return changed;
}

/** The options that make this optimizer again. */
export function hyperOptions(optimizer: Optimizer): HyperOptions {
  const options: object = optionsFrom(definitions[optimizer.name], optimizer);
  return options as HyperOptions;
}

/** Name and options of an optimizer, as plain JSON. */
export function optimizerConfig(optimizer: Optimizer): OptimizerConfig {
  const { name, schedule } = optimizer;
  const { learningRate, ...options } = hyperOptions(optimizer);
  return { ...options, learningRate: schedule?.config ?? Number(learningRate), name };
}

/**
 * The optimizer of a saved configuration, which may hold anything; options it lacks get their
 * defaults.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function optimizerFromConfig(json: unknown, where = "optimizer"): Optimizer {
  checkThat(isRecord(json), where, "an object with a name", json);
  const { name, ...options } = json;
  const definition = definitionOf(where, name);
  return makeOptimizer(definition, options, `${where}: ${definition.name}`);
}

function definitionOf(where: string, name: unknown): OptimizerDefinition {
  return definitions[checkName(where, "optimizer", name, optimizerNames)];
}
