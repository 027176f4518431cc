// Rows whose padding is 0. In that of other values any number may stand, but what stands in a
// gradient's gets into the padding of the parameter's that is made from it, which must be 0.

import type { Label, PlanBuilder } from "../plan/builder.ts";
import { fixedTensor, type Tensor } from "../plan/tensor.ts";
import { asRows } from "./rows.ts";

/** As {@link asRows}, with zeros in the padding of a copy. */
export function asClearRows(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  rows: number,
  cols: number,
): Tensor {
  if (cols % 4 === 0) return asRows(plan, label, it, rows, cols);
  if (rows === 1) {
    clearPadding(plan, label, it);
    return it;
  }
  const matrix = plan.tensor(`${it.name}.rows`, cols, { rows });
  const block = { size: [rows, cols], from: [cols, 1], to: [matrix.ld, 1] };
  plan.select(label, undefined, matrix);
  plan.copy(label, it, matrix, block);
  return matrix;
}

/** Puts zeros into the padding of `it`, if it has any. */
export function clearPadding(plan: PlanBuilder, label: Label, it: Tensor): void {
  const { cols, ld } = it;
  if (cols === ld) return;
  const values = new Float32Array(cols).fill(1);
  plan.select(label, undefined, it, { ...fixedTensor("columns", 1, cols, -1), values });
}
