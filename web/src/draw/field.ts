// Maps as pixels: a number, or a share of each class, for every cell of the plane. Pure loops over typed
// arrays into the pixels of an image that is used again.

import type { Points } from "../protocol.ts";
import { type Palette, type RGB, tableIndex } from "./palette.ts";

/** What the two ends of the scale stand for. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** One map: rows from the top down; one value a cell, or one share for each class. */
export interface Field {
  /** [resolution² × outputs] */
  readonly values: Float32Array;
  readonly outputs: number;
  readonly resolution: number;
}

/** Fills an image with a map. With one output `range` says what the scale's ends mean. */
export function fillField(
  out: Uint32Array,
  { values, outputs }: Field,
  { low, high }: Range,
  { diverging, areas }: Palette,
): void {
  if (outputs > 1) {
    fillShares(out, values, areas.slice(0, outputs));
    return;
  }
  const factor = diverging.length / (high - low);
  for (let i = 0; i < out.length; i++) {
    out[i] = diverging[tableIndex(((values[i] ?? Number.NaN) - low) * factor)] ?? 0;
  }
}

/** The classes' colors, mixed by their shares. */
function fillShares(out: Uint32Array, shares: Float32Array, colors: readonly RGB[]): void {
  const bytes = new Uint8ClampedArray(out.buffer, out.byteOffset, out.byteLength);
  const outputs = colors.length;
  const table = Float32Array.from(colors.flat());
  for (let i = 0; i < out.length; i++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let j = 0; j < outputs; j++) {
      const share = shares[i * outputs + j] ?? 0;
      red += share * (table[3 * j] ?? 0);
      green += share * (table[3 * j + 1] ?? 0);
      blue += share * (table[3 * j + 2] ?? 0);
    }
    bytes[4 * i] = red;
    bytes[4 * i + 1] = green;
    bytes[4 * i + 2] = blue;
    bytes[4 * i + 3] = 255;
  }
}

/** Of a boundary: probabilities for classes, for quantities what the data spans. */
export function rangeOf({ classes, targets }: Points): Range {
  if (classes > 0) return { low: 0, high: 1 };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    low = Math.min(low, target);
    high = Math.max(high, target);
  }
  return low < high ? { low, high } : { low: low - 1, high: low + 1 };
}

/** Of a unit: as far below 0 as above, so that 0 has the scale's middle. */
export function rangeAround0(values: Float32Array): Range {
  let most = 1e-6;
  for (const value of values) {
    const size = value < 0 ? -value : value;
    if (size > most && size < Number.POSITIVE_INFINITY) most = size;
  }
  return { low: -most, high: most };
}
