// Lion: its options and its row.

import { OPTIMIZER_LION } from "../../assembly/abi.ts";
import {
  fraction,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of {@link lion}. */
export interface LionOptions extends OptimizerOptions {
  /**
   * Weight of the average against the gradient at hand in the step's direction, in [0, 1). Default:
   * 0.9.
   */
  readonly beta1?: number;
  /** Decay of the average gradient, in [0, 1). Default: 0.99. */
  readonly beta2?: number;
}

export const lionDefinition: OptimizerDefinition = {
  name: "lion",
  code: OPTIMIZER_LION,
  slots: () => 1,
  options: {
    learningRate: positive("learningRate", 0.001),
    beta1: fraction("beta1", 0.9),
    beta2: fraction("beta2", 0.99),
  },
};

/**
 * Lion: every weight moves by exactly the learning rate, along the sign of an average gradient.
 * Chen et al. 2023, "Symbolic discovery of optimization algorithms". Default learning rate: 0.001;
 * the paper advises 3–10 times less than for adam, and as much more weight decay.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function lion(options: LionOptions = {}): Optimizer {
  return makeOptimizer(lionDefinition, options);
}
