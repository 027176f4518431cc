// Maximum: the greatest of its inputs, element by element.

import { COMBINE_IF_LESS, COMBINE_IF_NOT_LESS, COMBINE_MAXIMUM } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer } from "./merge.ts";
import { fold } from "./merge-fold.ts";

/**
 * The greatest of two or more inputs of one shape, element by element. Of equals the first one gets
 * the gradient, as in TensorFlow.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function maximum(options: MergeOptions = {}): Layer {
  return mergeLayer("maximum", options, (context) => {
    const { plan, name } = context;
    const label = { layer: name, role: "gradient" };
    return fold(context, COMBINE_MAXIMUM, (dy, a, b, da, db) => {
      plan.combine(label, COMBINE_IF_LESS, a, b, db, { d: dy });
      plan.combine(label, COMBINE_IF_NOT_LESS, a, b, da, { d: dy });
    });
  });
}
