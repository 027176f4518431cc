// Add: the sum of its inputs.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer, scaled } from "./merge.ts";

/**
 * The sum of two or more inputs of one shape, element by element.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function add(options: MergeOptions = {}): Layer {
  return mergeLayer("add", options, ({ plan, name, inputs, output }) => {
    inputs.reduce((sum, x) => {
      plan.combine({ layer: name, role: "forward" }, COMBINE_SUM, sum, x, output);
      return output;
    });
    return (dy) => inputs.map((_, i) => (i === 0 ? dy : scaled(plan, name, dy, 1)));
  });
}
