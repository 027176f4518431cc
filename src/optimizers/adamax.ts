// Adamax: its row.

import { OPTIMIZER_ADAMAX } from "../../assembly/abi.ts";
import { type MomentOptions, momentOptions } from "./adam.ts";
import { makeOptimizer, type Optimizer, type OptimizerDefinition } from "./optimizer.ts";

export const adamaxDefinition: OptimizerDefinition = {
  name: "adamax",
  code: OPTIMIZER_ADAMAX,
  slots: () => 2,
  options: momentOptions,
};

/**
 * Adamax: Adam with u ← max(beta2 · u, |g|) in place of √v. Kingma & Ba 2015, "Adam: a method for
 * stochastic optimization", section 7.1. Default learning rate: 0.001.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function adamax(options: MomentOptions = {}): Optimizer {
  return makeOptimizer(adamaxDefinition, options);
}
