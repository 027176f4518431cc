// Optimizers from their settings.

import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  lion,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsprop,
  sgd,
} from "layerwise";
import type { OptimizerSettings } from "../recipe.ts";

const makers: Readonly<Record<OptimizerName, (options: object) => Optimizer>> = {
  sgd,
  adagrad,
  adadelta,
  rmsprop,
  adam,
  adamW,
  adamax,
  nadam,
  lion,
};

/** @throws LayerwiseError `invalidArgument`, `unknownName` (an option) */
export function optimizerOf({ name, options, learningRate }: OptimizerSettings): Optimizer {
  return makers[name]({ ...options, learningRate });
}

/** Whether the state that one has gathered means the same to the other. */
export function shareState(one: OptimizerSettings, other: OptimizerSettings): boolean {
  const [a, b] = [optimizerOf(one), optimizerOf(other)];
  return a.name === b.name && a.slots === b.slots && a.hyper.variant === b.hyper.variant;
}
