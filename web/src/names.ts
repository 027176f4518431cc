// The library's names as lists, for selects and for checking links. The library's own types say whether a
// list is complete, so its code need not be loaded for them.

import type { ActivationName, LossName, OptimizerName } from "layerwise";
import type { StartingWeights } from "./recipe.ts";

function namesOf<T extends string>(table: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(table) as T[];
}

export const activationNames = namesOf<ActivationName>({
  linear: true,
  step: true,
  relu: true,
  relu6: true,
  leakyRelu: true,
  elu: true,
  selu: true,
  sigmoid: true,
  hardSigmoid: true,
  tanh: true,
  softplus: true,
  softsign: true,
  gelu: true,
  swish: true,
  mish: true,
  sine: true,
  gaussian: true,
  exponential: true,
  softmax: true,
});

export const optimizerNames = namesOf<OptimizerName>({
  sgd: true,
  adagrad: true,
  adadelta: true,
  rmsprop: true,
  adam: true,
  adamW: true,
  adamax: true,
  nadam: true,
  lion: true,
});

/** Those that the page offers: its kernel has no others. */
export type PageLoss = Exclude<
  LossName,
  | "meanAbsolutePercentageError"
  | "meanSquaredLogarithmicError"
  | "cosineSimilarity"
  | "categoricalHinge"
>;

export const lossNames = namesOf<PageLoss>({
  meanSquaredError: true,
  meanAbsoluteError: true,
  huber: true,
  logCosh: true,
  hinge: true,
  squaredHinge: true,
  binaryCrossentropy: true,
  categoricalCrossentropy: true,
  sparseCategoricalCrossentropy: true,
  kullbackLeiblerDivergence: true,
  poisson: true,
});

export const initializerNames = namesOf<StartingWeights>({
  zeros: true,
  ones: true,
  randomUniform: true,
  randomNormal: true,
  truncatedNormal: true,
  glorotUniform: true,
  glorotNormal: true,
  heUniform: true,
  heNormal: true,
  lecunUniform: true,
  lecunNormal: true,
  orthogonal: true,
});
