// What layers have in common that add something to each step of a sequence, the same for all
// samples.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { type Tensor, view } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import type { EmitContext, Emitted } from "./layer.ts";
import { asRows, newRows } from "./rows.ts";

/** @throws LayerwiseError `shapeMismatch` unless samples are sequences */
export function checkSequence(where: string, shape: readonly number[]): void {
  if (shape.length === 2) return;
  const expected = "sequences, [steps, features]";
  throw fail("shapeMismatch", { where, expected, got: formatShape(shape) });
}

/** x + positions[steps × features]. */
export function addPositions(
  { plan, name, x, keep }: EmitContext,
  positions: Tensor,
): Emitted["output"] {
  const [steps = 1, features = 1] = x.shape;
  const label = { layer: name, role: "forward" };
  const from = asRows(plan, label, x.tensor, steps, features);
  const y = newRows(plan, `${name}.y`, steps, features, { keep });
  // A row that every sample has.
  const row = view(asOneRow(positions), { ld: 0 });
  plan.combine(label, COMBINE_SUM, asOneRow(from), row, asOneRow(y.matrix));
  y.done(label);
  return { tensor: y.flat, mask: x.mask };
}

/** Rows, and what stands between them, as one. */
export function asOneRow(it: Tensor): Tensor {
  const floats = it.rows * it.ld;
  return view(it, { rows: 1, cols: floats, ld: floats });
}
