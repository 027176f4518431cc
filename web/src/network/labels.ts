// The library's names of losses and initializers in words.

import type { PageLoss } from "../names.ts";
import type { StartingWeights } from "../recipe.ts";

export const lossLabels: Readonly<Record<PageLoss, string>> = {
  meanSquaredError: "Mean squared error",
  meanAbsoluteError: "Mean absolute error",
  huber: "Huber",
  logCosh: "Log cosh",
  hinge: "Hinge",
  squaredHinge: "Squared hinge",
  binaryCrossentropy: "Cross-entropy",
  categoricalCrossentropy: "Cross-entropy (one-hot)",
  sparseCategoricalCrossentropy: "Cross-entropy",
  kullbackLeiblerDivergence: "Kullback–Leibler divergence",
  poisson: "Poisson",
};

export const initializerLabels: Readonly<Record<StartingWeights, string>> = {
  glorotUniform: "Glorot, uniform",
  glorotNormal: "Glorot, normal",
  heUniform: "He, uniform",
  heNormal: "He, normal",
  lecunUniform: "LeCun, uniform",
  lecunNormal: "LeCun, normal",
  orthogonal: "Orthogonal",
  randomUniform: "Small, uniform",
  randomNormal: "Small, normal",
  truncatedNormal: "Small, normal without tails",
  zeros: "All 0 (units never differ)",
  ones: "All 1 (units never differ)",
};
