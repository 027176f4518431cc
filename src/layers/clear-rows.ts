// Rows whose padding is 0. In that of other values any number may stand, but what stands in a
// gradient's gets into the padding of the parameter's that is made from it, which must be 0.

import type { Label, PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { asRows } from "./rows.ts";

/** As {@link asRows}, with zeros in the padding of a copy. */
export function asClearRows(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  rows: number,
  cols: number,
): Tensor {
  if (rows === 1 || cols % 4 === 0) return asRows(plan, label, it, rows, cols);
  const matrix = plan.tensor(`${it.name}.rows`, cols, { rows });
  const block = { size: [rows, cols], from: [cols, 1], to: [matrix.ld, 1] };
  plan.select(label, undefined, matrix);
  plan.copy(label, it, matrix, block);
  return matrix;
}
