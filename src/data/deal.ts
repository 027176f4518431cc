// How many samples of each class go where: what a stratified `Dataset.split` is made of.

/**
 * How many of each class make up `total` samples, in the proportion in which `labels` hold them. The
 * shares of the first k classes together are rounded, for every k: so they add up to `total`.
 */
export function shares(labels: Uint32Array, classes: number, total: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  let seen = 0;
  let dealt = 0;
  return counts.map((count) => {
    seen += count;
    const before = dealt;
    dealt = Math.round((seen * total) / labels.length);
    return dealt - before;
  });
}
