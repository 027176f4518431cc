// Places on the map: what a pointer, a brush and the arrow keys mean there. Distances are shares of the
// map's width, so that axes of any unit feel the same.

import type { Points } from "../protocol.ts";

/** A place in the map's coordinates. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The part of the plane that is shown. */
export type Extent = Points["window"];

/** Of a point that was added, but has no number yet. */
export const UNNUMBERED = 2 ** 32 - 1;

/** The place at shares of the map's width and height, from the left and from the top; never beside the map. */
export function placeAt(extent: Extent, across: number, down: number): Place {
  const [left, right] = extent.x;
  const [low, high] = extent.y;
  return rounded(extent, {
    x: left + within01(across) * (right - left),
    y: high - within01(down) * (high - low),
  });
}

/** The inverse: shares of the map's width and height, from the left and from the top. */
export function sharesAt({ x, y }: Extent, place: Place): { across: number; down: number } {
  return { across: (place.x - x[0]) / (x[1] - x[0]), down: (y[1] - place.y) / (y[1] - y[0]) };
}

/** Digits after the point that tell places on the map apart. */
export function decimalsOf([low, high]: Extent["x"]): number {
  return Math.min(20, Math.max(0, 3 - Math.ceil(Math.log10(high - low))));
}

/** To so many digits: edits stay short, in links too. */
function rounded(extent: Extent, { x, y }: Place): Place {
  return {
    x: Number(x.toFixed(decimalsOf(extent.x))),
    y: Number(y.toFixed(decimalsOf(extent.y))),
  };
}

/** The point nearest to a place, by its position in `points`, if it is within reach. */
export function nearest(points: Points, place: Place, reach: number): number | undefined {
  let best: number | undefined;
  let least = reach * reach;
  for (let i = 0; i < points.numbers.length; i++) {
    const square = squareTo(points, i, place);
    if (square > least || points.numbers[i] === UNNUMBERED) continue;
    least = square;
    best = i;
  }
  return best;
}

/** All points within reach of a place, by their positions in `points`. */
export function allNear(points: Points, place: Place, reach: number): number[] {
  return [...points.numbers.keys()].filter(
    (i) => points.numbers[i] !== UNNUMBERED && squareTo(points, i, place) <= reach * reach,
  );
}

function squareTo({ positions, window }: Points, i: number, { x, y }: Place): number {
  const across = ((positions[2 * i] ?? 0) - x) / (window.x[1] - window.x[0]);
  const down = ((positions[2 * i + 1] ?? 0) - y) / (window.y[1] - window.y[0]);
  return across * across + down * down;
}

/**
 * Where a brush leaves points on its way: evenly, `spacing` apart. The last one is where the next way
 * begins; none while the brush is still too near.
 */
export function brush(extent: Extent, from: Place, to: Place, spacing: number): readonly Place[] {
  const a = sharesAt(extent, from);
  const b = sharesAt(extent, to);
  const [across, down] = [b.across - a.across, b.down - a.down];
  const length = Math.hypot(across, down);
  const count = Math.floor(length / spacing);
  return Array.from({ length: count }, (_, i) => {
    const share = ((i + 1) * spacing) / length;
    return placeAt(extent, a.across + share * across, a.down + share * down);
  });
}

/** Of the map's width. */
const STEP = 1 / 60;
const FAR_STEP = 1 / 10;

const directions: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where a key takes the cross; undefined for other keys. */
export function crossMoved(
  extent: Extent,
  cross: Place,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
): Place | undefined {
  const direction = directions[key];
  if (!direction) return undefined;
  const { across, down } = sharesAt(extent, cross);
  const step = shiftKey ? FAR_STEP : STEP;
  return placeAt(extent, across + step * direction[0], down + step * direction[1]);
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}
