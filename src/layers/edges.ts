// Edges of sequences and images, as options write them: how much to put there, or to take away.

import { checkInteger, checkThat } from "../options.ts";
import { MOST, pairOf } from "./pair.ts";

/** Before and behind. */
export type Ends = readonly [number, number];

/** One number for all edges, two for [above and below, left and right], or all four. */
export type EdgesOption = number | Ends | readonly [above: Ends, left: Ends];

/**
 * Steps before and behind a sequence.
 * @throws LayerwiseError `invalidArgument`
 */
export function endsOf(where: string, name: string, it: unknown): Ends {
  return pairOf(where, name, it, 0);
}

/**
 * [[above, below], [left, right]] of an image.
 * @throws LayerwiseError `invalidArgument`
 */
export function edgesOf(where: string, name: string, it: unknown): readonly [Ends, Ends] {
  if (!Array.isArray(it)) {
    const all = checkInteger(where, name, it, 0, MOST);
    return [
      [all, all],
      [all, all],
    ];
  }
  checkThat(it.length === 2, where, `${name} as a number, two, or two pairs`, it);
  return [pairOf(where, name, it[0], 0), pairOf(where, name, it[1], 0)];
}
