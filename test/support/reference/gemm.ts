// The matrix product, three loops in f64 over plain row-major arrays without padding.

import { at } from "./array.ts";

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
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let p = 0; p < k; p++) {
        const left = at(a, transposeA ? p * m + i : i * k + p);
        total += left * at(b, transposeB ? j * k + p : p * n + j);
      }
      c[i * n + j] = total;
    }
  }
  return c;
}
