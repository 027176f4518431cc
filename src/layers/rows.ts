// Samples seen as rows: pixels, steps of a sequence, whatever the last dimension stands behind. Where its
// size is a multiple of 4 that is only another way to look at the same bytes; else rows need padding
// between them, and a copy.

import type { Label, PlanBuilder } from "../plan/builder.ts";
import { fixedTensor, type Tensor, view } from "../plan/tensor.ts";

/** Whether rows of `cols` floats need no padding. */
function unpadded(cols: number): boolean {
  return cols % 4 === 0;
}

/** `it`, a row a sample, as `rows` × `cols`. */
export function asRows(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  rows: number,
  cols: number,
): Tensor {
  if (rows === 1) return it;
  if (unpadded(cols) && it.ld === rows * cols) return view(it, { rows, cols, ld: cols });
  const matrix = plan.tensor(`${it.name}.rows`, cols, { rows });
  const { ld } = matrix;
  // Zeros between the rows: what a sum over them comes to must stay 0 in a parameter's padding.
  plan.select(label, undefined, matrix);
  plan.copy(label, it, matrix, { size: [rows, cols], from: [cols, 1], to: [ld, 1] });
  return matrix;
}

/** The same, with zeros in the padding also of a single row. */
export function asClearRows(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  rows: number,
  cols: number,
): Tensor {
  const matrix = asRows(plan, label, it, rows, cols);
  if (rows === 1) clearPadding(plan, label, matrix);
  return matrix;
}

/**
 * Puts zeros into the padding of `it`, if it has any: what stands in a gradient's gets into that of the
 * parameter's which is made from it.
 */
export function clearPadding(plan: PlanBuilder, label: Label, it: Tensor): void {
  const { cols, ld } = it;
  if (cols === ld) return;
  const values = new Float32Array(cols).fill(1);
  plan.select(label, undefined, it, { ...fixedTensor("columns", 1, cols, -1), values });
}

/** A result that is made row by row. */
export interface Rows {
  /** Where to put it, `rows` × `cols` a sample. */
  readonly matrix: Tensor;
  /** Where it is afterwards, a row a sample. */
  readonly flat: Tensor;
  /** To be called when `matrix` is filled. */
  done(label: Label): void;
}

/** Room for a value of `rows` × `cols` a sample. */
export function newRows(
  plan: PlanBuilder,
  name: string,
  rows: number,
  cols: number,
  options: { readonly keep?: boolean } = {},
): Rows {
  const flat = plan.tensor(name, rows * cols, options);
  if (rows === 1) return { matrix: flat, flat, done: () => {} };
  if (unpadded(cols)) return { matrix: view(flat, { rows, cols, ld: cols }), flat, done: () => {} };
  const matrix = plan.tensor(`${name}.rows`, cols, { rows });
  const { ld } = matrix;
  return {
    matrix,
    flat,
    done: (label) =>
      plan.copy(label, matrix, flat, { size: [rows, cols], from: [ld, 1], to: [cols, 1] }),
  };
}
