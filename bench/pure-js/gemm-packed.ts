// Products of large matrices: blocks packed into panels, and a register tile over them, as in Goto &
// van de Geijn, "Anatomy of high-performance matrix multiplication" (2008). The panels and the tile are
// a file for each element type: V8 compiles a function for the types it has met, so one function for both
// would be slow for both.

import type { Gemm } from "./gemm.ts";

/** Where blocks are packed to, and the product of packed blocks. */
export interface Panels {
  /** Largest block: rows of A, columns of B, depth of both. */
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Packs rows × depth of A from `at`, given the distances between rows and along the depth. */
  readonly packA: Pack;
  /** Packs columns × depth of B likewise. */
  readonly packB: Pack;
  /** c[m×n from `at`, rows ldc apart] += packed A · packed B, summed over k. */
  readonly multiply: (
    m: number,
    n: number,
    k: number,
    c: Float32Array,
    at: number,
    ldc: number,
  ) => void;
}

export type Pack = (
  from: Float32Array,
  at: number,
  step: number,
  depthStep: number,
  count: number,
  depth: number,
) => void;

/** A gemm for sizes where packing pays. Sums are doubles within a block's depth, then floats. */
export function packedGemm({ rows, columns, depth, packA, packB, multiply }: Panels): Gemm {
  return (transpose, m, n, k, a, b, c, bias) => {
    start(m, n, c, bias);
    for (let jc = 0; jc < n; jc += columns) {
      const nc = Math.min(columns, n - jc);
      for (let pc = 0; pc < k; pc += depth) {
        const kc = Math.min(depth, k - pc);
        if (transpose === "nt") packB(b, jc * k + pc, k, 1, nc, kc);
        else packB(b, pc * n + jc, 1, n, nc, kc);
        for (let ic = 0; ic < m; ic += rows) {
          const mc = Math.min(rows, m - ic);
          if (transpose === "tn") packA(a, pc * m + ic, 1, m, mc, kc);
          else packA(a, ic * k + pc, k, 1, mc, kc);
          multiply(mc, nc, kc, c, ic * n + jc, n);
        }
      }
    }
  };
}

/** Fills every row of c with the bias, or with 0. */
function start(m: number, n: number, c: Float32Array, bias: Float32Array | undefined): void {
  if (bias === undefined) {
    c.fill(0, 0, m * n);
    return;
  }
  for (let i = 0; i < m; i++) c.set(bias, i * n);
}
