// Flatten: samples of any shape as one row each. A plan stores them so already: no op.

import { checkOptions } from "../options.ts";
import { elementCount } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";

/**
 * Makes each sample one-dimensional: [28, 28] becomes [784]. Costs nothing. Masks end here.
 * @throws LayerwiseError `unknownName` (an option)
 */
export function flatten(options: { readonly name?: string } = {}): Layer {
  checkOptions("flatten", options, ["name"]);
  return defineLayer({
    type: "flatten",
    name: options.name,
    config: {},
    build: (_where, inputShape) => ({ outputShape: [elementCount(inputShape)], parameters: [] }),
    emit: ({ x }) => ({
      output: { tensor: x.tensor, activation: x.activation },
      backward: (dy) => dy,
    }),
  });
}
