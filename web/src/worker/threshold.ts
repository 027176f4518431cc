// The best that a single number can say about a yes-or-no question: yes on one side of a threshold.

/** Yes where the number is above `at`, or where it is not. */
export interface Threshold {
  readonly at: number;
  readonly above: boolean;
}

/**
 * The threshold with the most right answers, in the middle between two numbers; the same answer to all if
 * nothing is better.
 */
export function bestThreshold(
  values: ArrayLike<number>,
  isYes: ArrayLike<boolean | number>,
): Threshold {
  const order = Array.from({ length: values.length }, (_, i) => i);
  const value = (rank: number) => values[order[rank] ?? 0] ?? Number.NaN;
  order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const yes = order.filter((i) => isYes[i]).length;
  const no = values.length - yes;
  let best: Threshold = { at: Number.NEGATIVE_INFINITY, above: yes >= no };
  let mostRight = Math.max(yes, no);
  let yesBelow = 0;
  for (let below = 1; below < order.length; below++) {
    if (isYes[order[below - 1] ?? 0]) yesBelow++;
    if (value(below - 1) === value(below)) continue;
    const right = below - yesBelow + (yes - yesBelow);
    const above = right >= values.length - right;
    if (Math.max(right, values.length - right) <= mostRight) continue;
    mostRight = Math.max(right, values.length - right);
    best = { at: (value(below - 1) + value(below)) / 2, above };
  }
  return best;
}

/** The share of right answers. */
export function shareRight(
  { at, above }: Threshold,
  values: ArrayLike<number>,
  isYes: ArrayLike<boolean | number>,
): number {
  let right = 0;
  for (let i = 0; i < values.length; i++) {
    if (((values[i] ?? Number.NaN) > at === above) === Boolean(isYes[i])) right++;
  }
  return right / values.length;
}
