// Nadam: its row.

import { OPTIMIZER_NADAM } from "../../assembly/abi.ts";
import { type MomentOptions, momentOptions } from "./adam.ts";
import { makeOptimizer, type Optimizer, type OptimizerDefinition } from "./optimizer.ts";

export const nadamDefinition: OptimizerDefinition = {
  name: "nadam",
  code: OPTIMIZER_NADAM,
  slots: () => 2,
  options: momentOptions,
};

/**
 * Nadam: Adam that looks ahead along its momentum, with beta1 warmed up as beta1 · (1 − 0.96ᵗ / 2)
 * at step t. Dozat 2016, "Incorporating Nesterov momentum into Adam". Default learning rate: 0.001.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function nadam(options: MomentOptions = {}): Optimizer {
  return makeOptimizer(nadamDefinition, options);
}
