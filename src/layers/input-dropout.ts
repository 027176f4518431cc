// Dropout of a sequence's features: one mask a sample, the same in all steps (Gal & Ghahramani, "A
// theoretically grounded application of dropout in recurrent neural networks", 2016).

import { COMBINE_PRODUCT, STREAM_DROPOUT } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { fixedTensor, type Tensor } from "../plan/tensor.ts";
import { subStream } from "../random.ts";
import type { EmitContext } from "./layer.ts";

/** x ∘ mask, and the same for its gradient. Outside training: x. */
export function inputDropout(
  { plan, name, x, index, hyper, gradients }: EmitContext,
  rate: number,
): { readonly tensor: Tensor; backward(dx: Tensor): Tensor } {
  if (rate === 0 || gradients === undefined) return { tensor: x.tensor, backward: (dx) => dx };
  const { dropout } = hyper;
  if (dropout === undefined) throw fail("internal", { what: `${name} has no dropout rate` });
  const label = { layer: name, role: "dropout" };
  const [steps = 1, features = 1] = x.shape;
  const row = plan.tensor(`${name}.dropout`, features);
  const values = new Float32Array(features).fill(1);
  // No stride: the same row for all samples.
  const ones = { ...fixedTensor("ones", 1, features, -1), values, ld: 0 };
  plan.copy(label, ones, row, { size: [features], from: [1], to: [1] });
  plan.dropout(label, subStream(STREAM_DROPOUT, index), dropout, row, row);
  const mask = plan.tensor(`${name}.dropout.mask`, steps * features);
  const block = { size: [steps, features], from: [0, 1], to: [features, 1] };
  plan.copy(label, row, mask, block);
  const y = plan.tensor(`${name}.dropped`, steps * features);
  plan.combine(label, COMBINE_PRODUCT, x.tensor, mask, y);
  return {
    tensor: y,
    backward(dx) {
      plan.combine(label, COMBINE_PRODUCT, dx, mask, dx);
      return dx;
    },
  };
}
