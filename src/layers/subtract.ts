// Subtract: the difference of its two inputs.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import type { Tensor } from "../plan/tensor.ts";
import type { Layer } from "./layer.ts";
import { type MergeOptions, mergeLayer, scaled } from "./merge.ts";

/**
 * The first input less the second, of the same shape, element by element.
 * @throws LayerwiseError `unknownName` (an option); when the model is built, `shapeMismatch`
 */
export function subtract(options: MergeOptions = {}): Layer {
  return mergeLayer(
    "subtract",
    options,
    ({ plan, name, inputs, output }) => {
      const [a, b] = inputs as [Tensor, Tensor];
      const scale = [1, -1] as const;
      plan.combine({ layer: name, role: "forward" }, COMBINE_SUM, a, b, output, { scale });
      return (dy) => [dy, scaled(plan, name, dy, -1)];
    },
    2,
  );
}
