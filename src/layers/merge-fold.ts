// Merging one input after another where the way back needs to know what was merged before:
// products, extremes.

import type { Tensor } from "../plan/tensor.ts";
import type { MergeBackward, MergeContext } from "./merge.ts";

/**
 * From dy = ∂/∂(a ∘ b) those by a and by b, the latter first: da may be where dy is.
 */
export type SplitGradient = (dy: Tensor, a: Tensor, b: Tensor, da: Tensor, db: Tensor) => void;

/** ((x₀ ∘ x₁) ∘ x₂) ∘ … by COMBINE_* `kind`, and its way back. */
export function fold(
  { plan, name, inputs, output }: MergeContext,
  kind: number,
  split: SplitGradient,
): MergeBackward {
  /** What stands before each ∘. */
  const before: Tensor[] = [];
  inputs.reduce((left, x, index) => {
    const last = index === inputs.length - 1;
    const to = last ? output : plan.tensor(`${name}.${index}`, output.cols);
    before[index] = left;
    plan.combine({ layer: name, role: "forward" }, kind, left, x, to);
    return to;
  });
  return (dy) => {
    const gradients: Tensor[] = [];
    for (let index = inputs.length - 1; index > 0; index--) {
      const dx = plan.tensor(`${name}.dx${index}`, output.cols);
      split(dy, before[index] as Tensor, inputs[index] as Tensor, dy, dx);
      gradients.unshift(dx);
    }
    return [dy, ...gradients];
  };
}
