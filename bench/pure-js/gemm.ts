// Matrix products in plain JavaScript, as fast as they could be made in V8 without wasm. Knows nothing
// of layers; picks the way by the size.
//
// What was found to matter, in Node 20:
// - JavaScript has only double arithmetic: every load from a Float32Array is followed by a conversion,
//   and Math.fround around each operation makes it twice as slow. So large matrices are packed into
//   Float64Arrays (which also does the transposing), and sums are doubles.
// - A 2×3 tile needs 10 registers and reaches 10 GFLOP/s where 4×4, which spills, reaches 6, and 4×4
//   without packing 5. Unrolling the inner loop by hand made it slower.
// - `| 0` on an index saves V8 the check for overflow: a fifth of the time.

import { gemmColumns, gemmRows, rowTimesMatrix } from "./gemm-direct.ts";
import { gemmPacked } from "./gemm-packed.ts";

/** Which operand is read transposed: A is stored K×M in "tn", B is stored N×K in "nt". */
export type Transpose = "nn" | "nt" | "tn";

/** Multiplications from which on packing gives more than it costs. */
const LARGE = 4096;

/** c[m×n] ← a·b + bias[n], all matrices row by row without gaps. */
export function gemm(
  transpose: Transpose,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  bias?: Float32Array,
): void {
  if (m === 1 && transpose !== "nt") rowTimesMatrix(n, k, a, b, c, bias);
  else if (m * n * k >= LARGE) gemmPacked(transpose, m, n, k, a, b, c, bias);
  else if (transpose === "nn") gemmColumns(m, n, k, a, k, 1, b, c, bias);
  else if (transpose === "tn") gemmColumns(m, n, k, a, 1, m, b, c, bias);
  else gemmRows(m, n, k, a, b, c, bias);
}
