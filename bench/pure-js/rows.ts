// Small loops over rows that several networks need.

/** A loop for short runs: `set(subarray)` makes an object and a call for two floats. */
export function copy(
  from: Float32Array,
  at: number,
  to: Float32Array,
  toAt: number,
  count: number,
): void {
  if (count > 32) {
    to.set(from.subarray(at, at + count), toAt);
    return;
  }
  for (let i = 0; i < count; i++) to[toAt + i] = from[at + i] as number;
}

/** sums[n] ← Σ over rows of d[rows×n]. */
export function columnSums(d: Float32Array, rows: number, n: number, sums: Float32Array): void {
  for (let j = 0; j < n; j++) {
    let sum = 0;
    let at = j;
    for (let row = 0; row < rows; row++) {
      sum += d[at] as number;
      at = (at + n) | 0;
    }
    sums[j] = sum;
  }
}
