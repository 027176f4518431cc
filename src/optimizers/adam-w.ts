// AdamW: Adam's rule with weight decay on by default.

import { type AdamOptions, adamDefinition } from "./adam.ts";
import {
  makeOptimizer,
  notNegative,
  type Optimizer,
  type OptimizerDefinition,
} from "./optimizer.ts";

export const adamWDefinition: OptimizerDefinition = {
  ...adamDefinition,
  name: "adamW",
  options: { ...adamDefinition.options, weightDecay: notNegative("weightDecay", 0.004) },
};

/**
 * {@link adam} with decoupled weight decay, 0.004 unless given. Loshchilov & Hutter 2019,
 * "Decoupled weight decay regularization".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  return makeOptimizer(adamWDefinition, options);
}
