// Which part of a layer's space is in the picture. It follows what is there, but neither at once nor at
// every small change: the eye should see the points move, not the frame.

/** What is shown along one axis: its middle and half its length. */
export interface Span {
  readonly middle: number;
  readonly half: number;
}

export interface View {
  readonly x: Span;
  readonly y: Span;
}

/** Around the drawing. */
const MARGIN = 1.08;
/** How small what is there may get in the picture before the picture follows. */
const LOOSE = 0.7;
/** Both axes have the same scale, unless along one of them less than this share would be used. */
const FLAT = 0.5;
/** Seconds in which all but a third of a way is gone. */
const EASE = 0.18;

/** What holds all of these x, y pairs. What is not finite is left out. */
export function viewAround(...all: readonly Float32Array[]): View {
  const [x, y] = [spanOf(all, 0), spanOf(all, 1)];
  const half = Math.max(x.half, y.half) || 1;
  const widened = (span: Span): Span => ({
    middle: span.middle,
    half: Math.min(half, Math.max(span.half / FLAT, 1e-6 * half)) * MARGIN,
  });
  return { x: widened(x), y: widened(y) };
}

function spanOf(all: readonly Float32Array[], axis: 0 | 1): Span {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const pairs of all) {
    for (let i = axis; i < pairs.length; i += 2) {
      const at = pairs[i] ?? 0;
      if (at < low && at > Number.NEGATIVE_INFINITY) low = at;
      if (at > high && at < Number.POSITIVE_INFINITY) high = at;
    }
  }
  return low <= high
    ? { middle: (low + high) / 2, half: (high - low) / 2 }
    : { middle: 0, half: 0 };
}

/** Where the picture should go: it stays as long as what is there fits and does not get lost in it. */
export function settled(aim: View | undefined, wanted: View): View {
  if (!aim) return wanted;
  return isSettled(aim.x, wanted.x) && isSettled(aim.y, wanted.y) ? aim : wanted;
}

function isSettled(aim: Span, wanted: Span): boolean {
  const reach = Math.abs(wanted.middle - aim.middle) + wanted.half;
  // The margin may be used up before the picture moves.
  return reach <= aim.half * MARGIN && wanted.half >= aim.half * LOOSE;
}

/** A part of the way to `aim`, never beyond it. */
export function eased(view: View | undefined, aim: View, seconds: number): View {
  if (!view) return aim;
  const next = { x: nearer(view.x, aim.x, seconds), y: nearer(view.y, aim.y, seconds) };
  return next.x === aim.x && next.y === aim.y ? aim : next;
}

function nearer(from: Span, to: Span, seconds: number): Span {
  const share = 1 - Math.exp(-seconds / EASE);
  const middle = from.middle + (to.middle - from.middle) * share;
  const half = from.half + (to.half - from.half) * share;
  const isThere = Math.abs(middle - to.middle) + Math.abs(half - to.half) < 3e-3 * to.half;
  return isThere ? to : { middle, half };
}
