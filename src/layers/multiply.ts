// Multiply: the product of its inputs.

import { COMBINE_PRODUCT } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer } from "./merge.ts";
import { fold } from "./merge-fold.ts";

/**
 * The product of two or more inputs of one shape, element by element.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function multiply(options: MergeOptions = {}): Layer {
  return mergeLayer("multiply", options, (context) => {
    const { plan, name } = context;
    const label = { layer: name, role: "gradient" };
    return fold(context, COMBINE_PRODUCT, (dy, a, b, da, db) => {
      plan.combine(label, COMBINE_PRODUCT, dy, a, db);
      plan.combine(label, COMBINE_PRODUCT, dy, b, da);
    });
  });
}
