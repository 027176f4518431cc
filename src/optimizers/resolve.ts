// The table of optimizers: from a name, or from a saved configuration, to an optimizer and back.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { adadeltaDefinition } from "./adadelta.ts";
import { adagradDefinition } from "./adagrad.ts";
import { adamDefinition } from "./adam.ts";
import { adamWDefinition } from "./adam-w.ts";
import { adamaxDefinition } from "./adamax.ts";
import { lionDefinition } from "./lion.ts";
import { nadamDefinition } from "./nadam.ts";
import {
  type Hyper,
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
  if (!isRecord(given) || !isRecord(given.hyper)) {
    throw fail("invalidArgument", {
      where,
      required: "an optimizer's name, or what a function like adam() returns",
      got: given,
    });
  }
  const definition = definitionOf(where, given.name);
  return makeOptimizer(
    definition,
    optionsFrom(definition, it as Optimizer),
    `${where}: ${definition.name}`,
  );
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
  const { hyper } = optimizer;
  checkOptions(where, change, Object.keys(hyper));
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  for (const key of ["variant", "clipValue", "globalClipNorm"] as const) {
    const value = change[key];
    if (
      value === undefined ||
      (value > 0 && hyper[key] > 0 && key !== "variant") ||
      value === hyper[key]
    )
      continue;
    const remedy = "Compile the model again.";
    throw fail("invalidArgument", {
      where,
      required: `${key} to stay ${hyper[key] > 0 ? "on" : "off"}`,
      got: value,
      remedy,
    });
  }
  const changed = resolveOptimizer(where, {
    ...optimizer,
    hyper: { ...hyper, ...Object.fromEntries(given) },
  });
  for (const [key, value] of given) {
    if (changed.hyper[key as keyof Hyper] === value) continue;
    const required = `a hyper-parameter that ${optimizer.name} has`;
    throw fail("invalidArgument", { where, required, got: key });
  }
  if (changed.slots !== optimizer.slots) {
    throw fail("invalidArgument", {
      where,
      required: `momentum to stay ${changed.slots > optimizer.slots ? "0" : "above 0"}`,
      got: optimizer.name === "sgd" ? change.beta1 : change.beta2,
      remedy: "Compile the model again.",
    });
  }
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
  if (!isRecord(json)) {
    throw fail("invalidArgument", { where, required: "an object with a name", got: json });
  }
  const { name, ...options } = json;
  const definition = definitionOf(where, name);
  return makeOptimizer(definition, options, `${where}: ${definition.name}`);
}

function definitionOf(where: string, name: unknown): OptimizerDefinition {
  if (typeof name === "string" && Object.hasOwn(definitions, name)) {
    return definitions[name as OptimizerName];
  }
  throw fail("unknownName", { where, kind: "optimizer", got: name, known: optimizerNames });
}

function isRecord(it: unknown): it is Readonly<Record<string, unknown>> {
  return typeof it === "object" && it !== null && !Array.isArray(it);
}
