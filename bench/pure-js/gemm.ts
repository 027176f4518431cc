// Matrix products in plain JavaScript. Knows nothing of layers; picks the way by the size.
//
// What was found to matter, in Node 20 (figures in bench/README.md):
// - JavaScript has only double arithmetic: every load from a Float32Array is followed by a conversion,
//   and Math.fround around each operation makes it twice as slow. So sums are doubles.
// - A small tile: 3×2 needs 9 registers; 4×4 spills. Unrolling the inner loop by hand made it slower.
// - `| 0` on an index saves V8 the check for overflow.

import { gemmColumns, gemmRows, rowTimesMatrix } from "./gemm-direct.ts";

/** Which operand is read transposed: A is stored K×M in "tn", B is stored N×K in "nt". */
export type Transpose = "nn" | "nt" | "tn";

/** c[m×n] ← a·b + bias[n], all matrices row by row without gaps. */
export type Gemm = (
  transpose: Transpose,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  bias?: Float32Array,
) => void;

/** Multiplications from which on packing gives more than it costs. */
const LARGE = 4096;

/** A gemm for all sizes, from one for large ones. */
export function gemmWith(large: Gemm): Gemm {
  return (transpose, m, n, k, a, b, c, bias) => {
    if (m === 1 && transpose !== "nt") rowTimesMatrix(n, k, a, b, c, bias);
    else if (m * n * k >= LARGE) large(transpose, m, n, k, a, b, c, bias);
    else if (transpose === "nn") gemmColumns(m, n, k, a, k, 1, b, c, bias);
    else if (transpose === "tn") gemmColumns(m, n, k, a, 1, m, b, c, bias);
    else gemmRows(m, n, k, a, b, c, bias);
  };
}
