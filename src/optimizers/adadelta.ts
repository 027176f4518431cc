// Adadelta: its options and its row.

import { OPTIMIZER_ADADELTA } from "../../assembly/abi.ts";
import {
  fraction,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of {@link adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both averages, in [0, 1). Default: 0.95. */
  readonly rho?: number;
  /** Default: 1e-7. */
  readonly epsilon?: number;
}

export const adadeltaDefinition: OptimizerDefinition = {
  name: "adadelta",
  code: OPTIMIZER_ADADELTA,
  slots: () => 2,
  options: {
    learningRate: positive("learningRate", 0.001),
    rho: fraction("beta1", 0.95),
    epsilon: positive("epsilon", 1e-7),
  },
};

/**
 * Adadelta: steps in proportion to the root mean square of past steps over that of past gradients.
 * Zeiler 2012, "ADADELTA: an adaptive learning rate method", which has a learning rate of 1.
 * Default learning rate: 0.001, as in Keras.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  return makeOptimizer(adadeltaDefinition, options);
}
