// Panels of floats under a 3×2 tile.

import type { Panels } from "./gemm-packed.ts";

const MR = 3;
const NR = 2;
/** Depth of a block: the panels at hand (5·KC floats) stay in the L1 cache. */
const KC = 256;
/** Rows and columns of a block, multiples of MR and NR: both blocks stay in the L2 cache. */
const MC = 126;
const NC = 256;

const panelsA = new Float32Array(MC * KC);
const panelsB = new Float32Array(NC * KC);

/** panelsA ← [⌈rows/3⌉][depth][3]; missing rows are 0. */
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
    let p2 = p1 + rowStep;
    for (let p = 0; p < depth; p++) {
      panelsA[to] = from[p0] as number;
      panelsA[(to + 1) | 0] = from[p1] as number;
      panelsA[(to + 2) | 0] = from[p2] as number;
      p0 = (p0 + depthStep) | 0;
      p1 = (p1 + depthStep) | 0;
      p2 = (p2 + depthStep) | 0;
      to = (to + 3) | 0;
    }
  }
  if (i < rows) {
    const two = rows - i === 2;
    let p0 = at + i * rowStep;
    for (let p = 0; p < depth; p++) {
      panelsA[to] = from[p0] as number;
      panelsA[(to + 1) | 0] = two ? (from[(p0 + rowStep) | 0] as number) : 0;
      panelsA[(to + 2) | 0] = 0;
      p0 = (p0 + depthStep) | 0;
      to = (to + 3) | 0;
    }
  }
}

/** panelsB ← [⌈columns/2⌉][depth][2]; a missing column is 0. */
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
    for (let p = 0; p < depth; p++) {
      panelsB[to] = from[p0] as number;
      panelsB[(to + 1) | 0] = from[p1] as number;
      p0 = (p0 + depthStep) | 0;
      p1 = (p1 + depthStep) | 0;
      to = (to + 2) | 0;
    }
  }
  if (j < columns) {
    let p0 = at + j * columnStep;
    for (let p = 0; p < depth; p++) {
      panelsB[to] = from[p0] as number;
      panelsB[(to + 1) | 0] = 0;
      p0 = (p0 + depthStep) | 0;
      to = (to + 2) | 0;
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

/** The 3×2 tile: c[min(3, rows) × min(2, columns)] += panel · panel. */
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
  let c10 = 0;
  let c11 = 0;
  let c20 = 0;
  let c21 = 0;
  const end = (a + k * MR) | 0;
  while (a < end) {
    const b0 = panelsB[b] as number;
    const b1 = panelsB[(b + 1) | 0] as number;
    const a0 = panelsA[a] as number;
    c00 += a0 * b0;
    c01 += a0 * b1;
    const a1 = panelsA[(a + 1) | 0] as number;
    c10 += a1 * b0;
    c11 += a1 * b1;
    const a2 = panelsA[(a + 2) | 0] as number;
    c20 += a2 * b0;
    c21 += a2 * b1;
    a = (a + MR) | 0;
    b = (b + NR) | 0;
  }
  add(c, at, c00);
  if (columns > 1) add(c, at + 1, c01);
  if (rows < 2) return;
  add(c, at + ldc, c10);
  if (columns > 1) add(c, at + ldc + 1, c11);
  if (rows < 3) return;
  add(c, at + 2 * ldc, c20);
  if (columns > 1) add(c, at + 2 * ldc + 1, c21);
}

function add(c: Float32Array, at: number, value: number): void {
  c[at] = (c[at] as number) + value;
}

export const panelsF32: Panels = { rows: MC, columns: NC, depth: KC, packA, packB, multiply };
