// Which part of a layer's space is in the picture. It follows what is there, but neither at once nor at
// every small change: the eye should see the points move, not the frame.

/** A square of the space: its middle and half its side. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly half: number;
}

/** Around the drawing. */
const MARGIN = 1.08;
/** How small what is there may get in the picture before the picture follows. */
const LOOSE = 0.7;
/** Seconds in which all but a third of a way is gone. */
const EASE = 0.18;

/** The square around all of these x, y pairs. What is not finite is left out. */
export function viewAround(...all: readonly Float32Array[]): View {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const pairs of all) {
    for (let i = 0; i < pairs.length; i += 2) {
      const x = pairs[i] ?? 0;
      const y = pairs[i + 1] ?? 0;
      if (!(Math.abs(x) < Infinity && Math.abs(y) < Infinity)) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < bottom) bottom = y;
      if (y > top) top = y;
    }
  }
  if (left > right) return { x: 0, y: 0, half: 1 };
  const half = Math.max(right - left, top - bottom, 1e-3) / 2;
  return { x: (left + right) / 2, y: (bottom + top) / 2, half: half * MARGIN };
}

/** Where the picture should go: it stays as long as what is there fits and does not get lost in it. */
export function settled(aim: View | undefined, wanted: View): View {
  if (!aim) return wanted;
  const reach = Math.max(Math.abs(wanted.x - aim.x), Math.abs(wanted.y - aim.y)) + wanted.half;
  // The margin may be used up before the picture moves.
  const fits = reach <= aim.half * MARGIN;
  return fits && wanted.half >= aim.half * LOOSE ? aim : wanted;
}

/** A part of the way to `aim`, never beyond it. */
export function eased(view: View | undefined, aim: View, seconds: number): View {
  if (!view) return aim;
  const share = 1 - Math.exp(-seconds / EASE);
  const between = (from: number, to: number) => from + (to - from) * share;
  const next = {
    x: between(view.x, aim.x),
    y: between(view.y, aim.y),
    half: between(view.half, aim.half),
  };
  const off = Math.abs(next.x - aim.x) + Math.abs(next.y - aim.y) + Math.abs(next.half - aim.half);
  return off < 1e-3 * aim.half ? aim : next;
}
