// A cursor on a map: it stands on cells, so that what it reads was computed there and not guessed between.

import type { Points } from "../protocol.ts";
import type { Field } from "./field.ts";

export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Cells that Shift and an arrow move by. */
const FAR = 10;

/** The cell at a place from 0 to 1, y down. */
export function cellAt(x: number, y: number, resolution: number): Cell {
  return { column: within(x * resolution, resolution), row: within(y * resolution, resolution) };
}

/** Where a key moves the cursor to; undefined for all other keys. */
export function movedBy(
  { column, row }: Cell,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  resolution: number,
): Cell | undefined {
  const by = shiftKey ? FAR : 1;
  const [right, down] =
    { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[key] ?? [];
  if (right === undefined || down === undefined) return undefined;
  return {
    column: within(column + right, resolution),
    row: within(row + down, resolution),
  };
}

/** The same place on a map of another resolution. */
export function rescaled({ column, row }: Cell, from: number, to: number): Cell {
  return cellAt((column + 0.5) / from, (row + 0.5) / from, to);
}

/** The middle of a cell, in the plane's coordinates. */
export function positionOf(
  { column, row }: Cell,
  resolution: number,
  { x, y }: Points["window"],
): { readonly x: number; readonly y: number } {
  return {
    x: x[0] + ((column + 0.5) / resolution) * (x[1] - x[0]),
    y: y[1] - ((row + 0.5) / resolution) * (y[1] - y[0]),
  };
}

/** The map's values in a cell: one, or one for each class. */
export function valuesAt({ values, outputs, resolution }: Field, { column, row }: Cell): number[] {
  const first = (row * resolution + column) * outputs;
  return [...values.subarray(first, first + outputs)];
}

/** Of each class, also where a map of two classes has that of class 1 alone. */
export function sharesOf(values: readonly number[]): readonly number[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? [1 - only, only] : values;
}

/** The class with the largest share; of two that are even, the second. */
export function answerOf(shares: readonly number[]): number {
  return shares.reduce((best, it, i) => (it >= (shares[best] ?? 0) ? i : best), 0);
}

function within(place: number, resolution: number): number {
  return Math.min(resolution - 1, Math.max(0, Math.floor(place)));
}
