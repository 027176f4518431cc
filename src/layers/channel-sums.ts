// The gradient of a row that was added to every row of a batch.

import type { Label, PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";

/** gradient ← sums of dy's `pixels` rows of channels, over the batch. */
export function channelSums(
  plan: PlanBuilder,
  label: Label,
  dy: Tensor,
  pixels: number,
  gradient: Tensor,
): void {
  plan.push({
    ...label,
    name: "channelSums",
    split: "own",
    writes: [gradient],
    cost: plan.batch * dy.cols,
    a: dy,
    c: gradient,
    m: pixels,
    n: gradient.cols,
  });
}
