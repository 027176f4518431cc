// RMSprop: its options and its row.

import { OPTIMIZER_RMSPROP } from "../../assembly/abi.ts";
import {
  flag,
  fraction,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the averages, in [0, 1). Default: 0.9. */
  readonly rho?: number;
  /** Share of the last step that is carried on, in [0, 1). Default: 0. */
  readonly momentum?: number;
  /** Default: 1e-7. */
  readonly epsilon?: number;
  /** Divides by the gradients' deviation instead of their root mean square. Default: false. */
  readonly centered?: boolean;
}

export const rmspropDefinition: OptimizerDefinition = {
  name: "rmsprop",
  code: OPTIMIZER_RMSPROP,
  slots: (hyper) => 1 + (hyper.beta2 === 0 ? 0 : 1) + hyper.variant,
  options: {
    learningRate: positive("learningRate", 0.001),
    rho: fraction("beta1", 0.9),
    momentum: fraction("beta2", 0),
    epsilon: positive("epsilon", 1e-7),
    centered: flag("variant", false),
  },
};

/**
 * RMSprop: v ← rho · v + (1 − rho) · g², w −= learningRate · g / √(v + ε). Tieleman & Hinton 2012,
 * lecture 6.5 of "Neural networks for machine learning". Default learning rate: 0.001.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  return makeOptimizer(rmspropDefinition, options);
}
