// Flatten: samples of any shape as one row each. A plan stores them so already: no op.

import { elementCount } from "../shape.ts";
import type { Layer } from "./layer.ts";

/** Makes each sample one-dimensional: [28, 28] becomes [784]. Costs nothing. */
export function flatten(options: { readonly name?: string } = {}): Layer {
  return {
    type: "flatten",
    name: options.name,
    config: {},
    build: (_where, inputShape) => ({ outputShape: [elementCount(inputShape)], parameters: [] }),
    emit: ({ x }) => ({ output: x, backward: (dy) => dy }),
  };
}
