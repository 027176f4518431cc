// The table of optimizers: from a name, or from a saved configuration, to an optimizer and back.

import { checkName, checkOptions, checkThat, isRecord } from "../options.ts";
import { adadeltaDefinition } from "./adadelta.ts";
import { adagradDefinition } from "./adagrad.ts";
import { adamDefinition } from "./adam.ts";
import { adamWDefinition } from "./adam-w.ts";
import { adamaxDefinition } from "./adamax.ts";
import { lionDefinition } from "./lion.ts";
import { nadamDefinition } from "./nadam.ts";
import {
  type Hyper,
  hyperNames,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerName,
  optionsFrom,
} from "./optimizer.ts";
import { rmspropDefinition } from "./rmsprop.ts";
import { sgdDefinition } from "./sgd.ts";

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

/** An optimizer as it is saved: its name and the options that make it again. */
export interface OptimizerConfig {
  readonly name: OptimizerName;
  readonly [option: string]: string | number | boolean;
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
 * The same optimizer with some hyper-parameters changed, checked as when it was made. What is part
 * of a plan can't change: whether gradients are clipped, which variant runs, whether there is
 * momentum.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function changeHyper(
  where: string,
  optimizer: Optimizer,
  change: Partial<Hyper>,
): Optimizer {
  const { hyper, slots } = optimizer;
  checkOptions(where, change, hyperNames);
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const wanted: Hyper = { ...hyper, ...Object.fromEntries(given) };
  const changed = resolveOptimizer(where, { ...optimizer, hyper: wanted });
  const isRead = given.every(([key, value]) => changed.hyper[key as keyof Hyper] === value);
  checkThat(isRead, where, `hyper-parameters that ${optimizer.name} has`, change);
  const isSame =
    changed.slots === slots &&
    wanted.variant === hyper.variant &&
    wanted.clipValue > 0 === hyper.clipValue > 0 &&
    wanted.globalClipNorm > 0 === hyper.globalClipNorm > 0;
  const required = "what is off (momentum, a clip, a variant) to stay off, and what is on, on";
  checkThat(isSame, where, required, change, "Compile the model again.");
  return changed;
}

/** Name and options of an optimizer, as plain JSON. */
export function optimizerConfig(optimizer: Optimizer): OptimizerConfig {
  const { name } = optimizer;
  return { ...optionsFrom(definitions[name], optimizer), name };
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
