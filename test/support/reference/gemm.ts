// The matrix product, three loops in f64 over plain row-major arrays without padding.

export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `a` is stored k×m. */
  readonly transposeA?: boolean;
  /** `b` is stored n×k. */
  readonly transposeB?: boolean;
}

/** a[m×k] · b[k×n] → [m×n], each sum in the order of k. */
export function gemm(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { m, n, k, transposeA = false, transposeB = false }: GemmShape,
): Float64Array {
  const c = new Float64Array(m * n);
  // This is where the oracle's time goes: one kind of array, and no call through an import inside.
  const left = new Float64Array(a);
  const right = new Float64Array(b);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let p = 0; p < k; p++) {
        const x = left[transposeA ? p * m + i : i * k + p] ?? Number.NaN;
        const y = right[transposeB ? j * k + p : p * n + j] ?? Number.NaN;
        total += x * y;
      }
      c[i * n + j] = total;
    }
  }
  return c;
}
