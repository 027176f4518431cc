// Adagrad: its options and its row.

import { OPTIMIZER_ADAGRAD } from "../../assembly/abi.ts";
import {
  makeOptimizer,
  notNegative,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of {@link adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start with. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default: 1e-7. */
  readonly epsilon?: number;
}

export const adagradDefinition: OptimizerDefinition = {
  name: "adagrad",
  code: OPTIMIZER_ADAGRAD,
  slots: () => 1,
  options: {
    learningRate: positive("learningRate", 0.001),
    initialAccumulatorValue: notNegative("initialState", 0.1),
    epsilon: positive("epsilon", 1e-7),
  },
};

/**
 * Adagrad: each weight's rate falls with the sum of its squared gradients so far: s += g²,
 * w −= learningRate · g / √(s + ε). Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for
 * online learning and stochastic optimization". Default learning rate: 0.001; it likes larger ones.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  return makeOptimizer(adagradDefinition, options);
}
