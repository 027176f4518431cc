// What the ends of the color scale stand for in a unit's map.

import { notesOf } from "../activations.ts";
import { type Range, rangeAround0 } from "./field.ts";

/**
 * The bounds of the unit's activation, so that colors mean the same throughout training and a unit that
 * has barely woken up looks pale; of an unbounded one as far as it goes, with 0 in the middle.
 */
export function rangeOfUnit(activation: string | undefined, values: Float32Array): Range {
  const { middle, reach } = notesOf(activation)?.shade ?? {};
  if (middle === undefined || reach === undefined) return rangeAround0(values);
  return { low: middle - reach, high: middle + reach };
}
