// Dropout of sequences: one mask a sample, the same in all steps (Gal & Ghahramani, "A theoretically grounded
// application of dropout in recurrent neural networks", 2016).

import { COMBINE_PRODUCT, STREAM_DROPOUT } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { fixedTensor, type Tensor } from "../plan/tensor.ts";
import { subStream } from "../random.ts";
import type { EmitContext } from "./layer.ts";

/** Of the layers' sub-streams, those that draw for the state. */
const STATE = 2 ** 21;

/** A row a sample: 0 or 1 / (1 − rate) in each of `cols` columns. */
function drawn(
  { plan, name, index, hyper }: EmitContext,
  option: "dropout" | "recurrentDropout",
  cols: number,
): Tensor {
  const rate = hyper[option];
  if (rate === undefined) throw fail("internal", { what: `${name} has no ${option}` });
  const label = { layer: name, role: option };
  const row = plan.tensor(`${name}.${option}`, cols);
  // The padding too, which has to stay finite. No stride: the same row for all samples.
  const values = new Float32Array(row.ld).fill(1);
  const ones = { ...fixedTensor("ones", 1, row.ld, -1), values, ld: 0 };
  plan.copy(label, ones, row, { size: [row.ld], from: [1], to: [1] });
  const stream = subStream(STREAM_DROPOUT, option === "dropout" ? index : index + STATE);
  plan.dropout(label, stream, rate, row, row);
  return row;
}

/** x ∘ mask, and the same for its gradient. Outside training: x. */
export function inputDropout(
  context: EmitContext,
  rate: number,
): { readonly tensor: Tensor; backward(dx: Tensor): Tensor } {
  const { plan, name, x, gradients } = context;
  if (rate === 0 || gradients === undefined) return { tensor: x.tensor, backward: (dx) => dx };
  const [steps = 1, features = 1] = x.shape;
  const label = { layer: name, role: "dropout" };
  const row = drawn(context, "dropout", features);
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

/** Puts the state's mask into every row of a tape, from a column on. Outside training: nothing. */
export function stateDropout(
  context: EmitContext,
  units: number,
  tape: Tensor,
  toStart: number,
): void {
  const { plan, name } = context;
  const label = { layer: name, role: "recurrentDropout" };
  const row = drawn(context, "recurrentDropout", units);
  const block = { size: [tape.rows, row.ld], from: [0, 1], to: [tape.ld, 1] };
  plan.copy(label, row, tape, { ...block, toStart });
}
