// Root mean square normalization: each row of the last dimension brought to length √c.

import { checkOptions } from "../options.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { type NormalizationOptions, resolveNormalization } from "./normalization.ts";
import { emitRowNormalization } from "./row-normalization.ts";

/** Options of {@link rmsNormalization}. */
export interface RmsNormalizationOptions
  extends Pick<
    NormalizationOptions,
    "axis" | "scale" | "gammaInitializer" | "gammaRegularizer" | "name"
  > {
  /** Added to the mean square: a number > 0. Default: 1e-6. */
  readonly epsilon?: number;
}

/**
 * y = gamma[c] ∘ x / √(mean of x² + epsilon) for inputs of any shape […, c], the mean being that of the c
 * numbers of each row. Zhang & Sennrich, "Root mean square layer normalization", 2019.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function rmsNormalization(options: RmsNormalizationOptions = {}): Layer {
  const where = "rmsNormalization";
  const known = ["axis", "epsilon", "scale", "gammaInitializer", "gammaRegularizer", "name"];
  checkOptions(where, options, known);
  const { config, epsilon, parameters } = resolveNormalization(where, {
    ...options,
    epsilon: options.epsilon ?? 1e-6,
    center: false,
  });
  const { center: _, betaInitializer: __, ...own } = config;
  return defineLayer({
    type: where,
    name: options.name,
    config: own,
    build: (_where, inputShape) => ({
      outputShape: inputShape,
      parameters: parameters(inputShape.at(-1) ?? 1),
    }),
    emit: (context) => emitRowNormalization(context, epsilon, "mean square"),
  });
}
