// From what the kernel has counted to numbers: hits and misses, and how many stand where. What the words
// mean stands in the metrics' files of the kernel (assembly/metrics/).

import { at } from "./results.ts";

/**
 * sums: [Σw, then for each column hits, false hits, misses]. Columns that were neither said nor meant
 * are left out of the macro average, as in scikit-learn.
 */
export function counts(
  sums: Float64Array,
  average: "macro" | "micro",
  score: (sums: Float64Array, from: number) => number,
): number {
  if (at(sums, 0) === 0) return Number.NaN;
  const together = new Float64Array(3);
  let total = 0;
  let columns = 0;
  for (let i = 1; i < sums.length; i += 3) {
    const own = sums.subarray(i, i + 3);
    if (own.every((it) => it === 0)) continue;
    own.forEach((it, j) => {
      together[j] = at(together, j) + it;
    });
    total += score(sums, i);
    columns++;
  }
  return average === "micro" ? score(together, 0) : columns === 0 ? 0 : total / columns;
}

/**
 * sums: for each bin Σw of what is no, Σw of what is yes. The share of pairs of both in which the yes
 * has the higher score, a pair within one bin counting half; NaN without such pairs.
 */
export function areaUnderCurve(sums: Float64Array): number {
  let below = 0;
  let yes = 0;
  let pairs = 0;
  for (let i = 0; i < sums.length; i += 2) {
    const own = at(sums, i);
    pairs += at(sums, i + 1) * (below + own / 2);
    below += own;
    yes += at(sums, i + 1);
  }
  return pairs / (below * yes);
}
