// Layer normalization: each row of the last dimension with its own mean and deviation.

import { defineLayer, type Layer } from "./layer.ts";
import { type NormalizationOptions, resolveNormalization } from "./normalization.ts";
import { emitRowNormalization } from "./row-normalization.ts";

/** Options of {@link layerNormalization}. */
export type LayerNormalizationOptions = NormalizationOptions;

/**
 * y = gamma[c] ∘ (x − mean) / √(variance + epsilon) + beta[c] for inputs of any shape […, c], mean and variance
 * being those of the c numbers of each row: training and predicting are alike.
 * Ba, Kiros & Hinton, "Layer normalization", 2016.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  const where = "layerNormalization";
  const { config, epsilon, parameters } = resolveNormalization(where, options);
  return defineLayer({
    type: where,
    name: options.name,
    config,
    build: (_where, inputShape) => ({
      outputShape: inputShape,
      parameters: parameters(inputShape.at(-1) ?? 1),
    }),
    emit: (context) => emitRowNormalization(context, epsilon, "variance"),
  });
}
