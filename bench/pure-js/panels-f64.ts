// Panels of doubles under a 2×3 tile. What a load from a Float32Array costs beyond the load, its
// conversion to the double that JavaScript computes with, is paid once, in packing.

import type { Panels } from "./gemm-packed.ts";

const MR = 2;
const NR = 3;
/** Depth of a block: one panel of B (3·KC doubles) stays in the L1 cache. */
const KC = 256;
/** Rows and columns of a block, multiples of MR and NR: both blocks stay in the L2 cache. */
const MC = 128;
const NC = 258;

const panelsA = new Float64Array(MC * KC);
const panelsB = new Float64Array(NC * KC);

/** panelsA ← [⌈rows/2⌉][depth][2]; a missing row is 0. */
function packA(
  from: Float32Array,
  at: number,
  rowStep: number,
  depthStep: number,
  rows: number,
  depth: number,
): void {
  let to = 0;
  let i = 0;
  for (; i + MR <= rows; i += MR) {
    let p0 = at + i * rowStep;
    let p1 = p0 + rowStep;
    for (let p = 0; p < depth; p++) {
      panelsA[to] = from[p0] as number;
      panelsA[(to + 1) | 0] = from[p1] as number;
      p0 = (p0 + depthStep) | 0;
      p1 = (p1 + depthStep) | 0;
      to = (to + 2) | 0;
    }
  }
  if (i < rows) {
    let p0 = at + i * rowStep;
    for (let p = 0; p < depth; p++) {
      panelsA[to] = from[p0] as number;
      panelsA[(to + 1) | 0] = 0;
      p0 = (p0 + depthStep) | 0;
      to = (to + 2) | 0;
    }
  }
}

/** panelsB ← [⌈columns/3⌉][depth][3]; missing columns are 0. */
function packB(
  from: Float32Array,
  at: number,
  columnStep: number,
  depthStep: number,
  columns: number,
  depth: number,
): void {
  let to = 0;
  let j = 0;
  for (; j + NR <= columns; j += NR) {
    let p0 = at + j * columnStep;
    let p1 = p0 + columnStep;
    let p2 = p1 + columnStep;
    for (let p = 0; p < depth; p++) {
      panelsB[to] = from[p0] as number;
      panelsB[(to + 1) | 0] = from[p1] as number;
      panelsB[(to + 2) | 0] = from[p2] as number;
      p0 = (p0 + depthStep) | 0;
      p1 = (p1 + depthStep) | 0;
      p2 = (p2 + depthStep) | 0;
      to = (to + 3) | 0;
    }
  }
  if (j < columns) {
    const two = columns - j === 2;
    let p0 = at + j * columnStep;
    for (let p = 0; p < depth; p++) {
      panelsB[to] = from[p0] as number;
      panelsB[(to + 1) | 0] = two ? (from[(p0 + columnStep) | 0] as number) : 0;
      panelsB[(to + 2) | 0] = 0;
      p0 = (p0 + depthStep) | 0;
      to = (to + 3) | 0;
    }
  }
}

/** c[m×n at `at`] += panels · panels. */
function multiply(m: number, n: number, k: number, c: Float32Array, at: number, ldc: number): void {
  for (let j = 0; j < n; j += NR) {
    for (let i = 0; i < m; i += MR) {
      tile(k, i * k, j * k, c, at + i * ldc + j, ldc, m - i, n - j);
    }
  }
}

/** The 2×3 tile: c[min(2, rows) × min(3, columns)] += panel · panel. */
function tile(
  k: number,
  a: number,
  b: number,
  c: Float32Array,
  at: number,
  ldc: number,
  rows: number,
  columns: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  const end = (a + k * MR) | 0;
  while (a < end) {
    const b0 = panelsB[b] as number;
    const b1 = panelsB[(b + 1) | 0] as number;
    const b2 = panelsB[(b + 2) | 0] as number;
    const a0 = panelsA[a] as number;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    const a1 = panelsA[(a + 1) | 0] as number;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    a = (a + MR) | 0;
    b = (b + NR) | 0;
  }
  add(c, at, c00);
  if (columns > 1) add(c, at + 1, c01);
  if (columns > 2) add(c, at + 2, c02);
  if (rows < 2) return;
  add(c, at + ldc, c10);
  if (columns > 1) add(c, at + ldc + 1, c11);
  if (columns > 2) add(c, at + ldc + 2, c12);
}

function add(c: Float32Array, at: number, value: number): void {
  c[at] = (c[at] as number) + value;
}

export const panelsF64: Panels = { rows: MC, columns: NC, depth: KC, packA, packB, multiply };
