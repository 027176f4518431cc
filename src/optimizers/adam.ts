// Adam: its options and its row.

import { OPTIMIZER_ADAM } from "../../assembly/abi.ts";
import {
  flag,
  fraction,
  type Hyper,
  makeOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerOptions,
  positive,
} from "./optimizer.ts";

/** Options of the optimizers of Adam's family: {@link adamax}, {@link nadam}. */
export interface MomentOptions extends OptimizerOptions {
  /** Decay of the average gradient, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the gradients' size, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Default: 1e-7. */
  readonly epsilon?: number;
}

/** Options of {@link adam} and {@link adamW}. */
export interface AdamOptions extends MomentOptions {
  /** Divides by the largest average of squares so far. Default: false. */
  readonly amsgrad?: boolean;
}

/** Rows of {@link MomentOptions}, with Keras' defaults. */
export const momentOptions = {
  learningRate: positive("learningRate", 0.001),
  beta1: fraction("beta1", 0.9),
  beta2: fraction("beta2", 0.999),
  epsilon: positive("epsilon", 1e-7),
};

/** m and v, and the largest v with AMSGrad. */
const adamSlots = (hyper: Hyper) => 2 + hyper.variant;

export const adamDefinition: OptimizerDefinition = {
  name: "adam",
  code: OPTIMIZER_ADAM,
  slots: adamSlots,
  options: { ...momentOptions, amsgrad: flag("variant", false) },
};

/**
 * Adam: m and v are moving averages of g and g²; w −= learningRate · m̂ / (√v̂ + ε), with ε beside
 * √v before its bias correction, as in Keras. Kingma & Ba 2015, "Adam: a method for stochastic
 * optimization"; AMSGrad: Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond".
 * Default learning rate: 0.001.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return makeOptimizer(adamDefinition, options);
}
