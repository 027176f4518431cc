// From the kernel's sums to numbers. What the words mean stands in the metrics' files of the kernel
// (assembly/metrics/).

/** sums: [Σ weight·score, Σ weight]. */
export function mean(sums: Float64Array): number {
  return at(sums, 0) / at(sums, 1);
}

/**
 * sums: [rows, Σw, then for each column shift, Σw·d, Σw·d², Σw·(t − p)²] with d = t − shift. A
 * column whose targets are all the same counts 1 if it is met exactly, else 0.
 */
export function r2(sums: Float64Array): number {
  const weight = at(sums, 1);
  let total = 0;
  for (let i = 2; i < sums.length; i += 4) {
    const sum = at(sums, i + 1);
    const spread = at(sums, i + 2) - (sum * sum) / weight;
    const residual = at(sums, i + 3);
    if (spread <= 0) total += residual === 0 ? 1 : 0;
    else total += 1 - residual / spread;
  }
  return total / ((sums.length - 2) / 4);
}

export function at(sums: Float64Array, index: number): number {
  return sums[index] ?? Number.NaN;
}
