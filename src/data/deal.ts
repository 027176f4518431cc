// Dealing samples out: random orders, and how many of each class go where. Pure functions that
// `Dataset.split` and `Dataset.shuffle` are made of.

import type { RandomStream } from "../random.ts";

/** 0…n−1 in a random order. */
export function permutation(n: number, random: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  random.shuffle(order);
  return order;
}

/** How many of each class make up `total` samples, in the proportion in which `labels` hold them. */
export function shares(labels: Uint32Array, classes: number, total: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const exact = counts.map((count) => (count * total) / labels.length);
  const result = exact.map(Math.floor);
  const remainder = (c: number) => (exact[c] ?? 0) - (result[c] ?? 0);
  let missing = total - result.reduce((a, b) => a + b, 0);
  const byRemainder = counts.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const c of byRemainder) if (missing-- > 0) result[c] = (result[c] ?? 0) + 1;
  return result;
}
