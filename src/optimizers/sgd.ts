// Stochastic gradient descent: its options and its row.

import { OPTIMIZER_SGD } from "../../assembly/abi.ts";
import {
  flag,
  fraction,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is carried on, in [0, 1). Default: 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum. Default: false. */
  readonly nesterov?: boolean;
}

export const sgdDefinition: OptimizerDefinition = {
  name: "sgd",
  code: OPTIMIZER_SGD,
  slots: (hyper) => (hyper.beta1 === 0 ? 0 : 1),
  options: {
    learningRate: positive("learningRate", 0.01),
    momentum: fraction("beta1", 0),
    nesterov: flag("variant", false),
  },
};

/**
 * Gradient descent: w −= learningRate · g. With momentum: m ← momentum · m − learningRate · g, w +=
 * m (Polyak 1964); Nesterov's: w += momentum · m − learningRate · g (Sutskever et al. 2013, "On the
 * importance of initialization and momentum in deep learning"). Default learning rate: 0.01.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  return makeOptimizer(sgdDefinition, options);
}
