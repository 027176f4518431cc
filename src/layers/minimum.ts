// Minimum: the least of its inputs, element by element.

import { COMBINE_IF_GREATER, COMBINE_IF_NOT_GREATER, COMBINE_MINIMUM } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer } from "./merge.ts";
import { fold } from "./merge-fold.ts";

/**
 * The least of two or more inputs of one shape, element by element. Of equals the first one gets
 * the gradient, as in TensorFlow.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function minimum(options: MergeOptions = {}): Layer {
  return mergeLayer("minimum", options, (context) => {
    const { plan, name } = context;
    const label = { layer: name, role: "gradient" };
    return fold(context, COMBINE_MINIMUM, (dy, a, b, da, db) => {
      plan.combine(label, COMBINE_IF_GREATER, a, b, db, { d: dy });
      plan.combine(label, COMBINE_IF_NOT_GREATER, a, b, da, { d: dy });
    });
  });
}
