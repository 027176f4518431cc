// Average: the mean of its inputs.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer, scaled } from "./merge.ts";

/**
 * The mean of two or more inputs of one shape, element by element.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function average(options: MergeOptions = {}): Layer {
  return mergeLayer("average", options, ({ plan, name, inputs, output }) => {
    const share = 1 / inputs.length;
    inputs.reduce((sum, x) => {
      const scale = [sum === output ? 1 : share, share] as const;
      plan.combine({ layer: name, role: "forward" }, COMBINE_SUM, sum, x, output, { scale });
      return output;
    });
    return (dy) => inputs.map(() => scaled(plan, name, dy, share));
  });
}
