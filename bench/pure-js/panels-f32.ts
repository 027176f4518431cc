// Panels of floats under a 4×4 tile.

import type { Panels } from "./gemm-packed.ts";

/** Rows and columns of the tile, which are the widths of the panels of A and of B. */
const R = 4;
/** Depth of a block: the panels at hand (8·KC floats) stay in the L1 cache. */
const KC = 256;
/** Rows and columns of a block, multiples of R: both blocks stay in the L2 cache. */
const MC = 128;
const NC = 256;

const panelsA = new Float32Array(MC * KC);
const panelsB = new Float32Array(NC * KC);

/** panels ← [⌈count/4⌉][depth][4]; what is missing is 0. */
function pack(
  panels: Float32Array,
  from: Float32Array,
  at: number,
  step: number,
  depthStep: number,
  count: number,
  depth: number,
): void {
  let to = 0;
  let i = 0;
  for (; i + R <= count; i += R) {
    let p0 = at + i * step;
    let p1 = p0 + step;
    let p2 = p1 + step;
    let p3 = p2 + step;
    for (let p = 0; p < depth; p++) {
      panels[to] = from[p0] as number;
      panels[(to + 1) | 0] = from[p1] as number;
      panels[(to + 2) | 0] = from[p2] as number;
      panels[(to + 3) | 0] = from[p3] as number;
      p0 = (p0 + depthStep) | 0;
      p1 = (p1 + depthStep) | 0;
      p2 = (p2 + depthStep) | 0;
      p3 = (p3 + depthStep) | 0;
      to = (to + R) | 0;
    }
  }
  if (i === count) return;
  panels.fill(0, to, to + depth * R);
  for (; i < count; i++, to++) {
    let p0 = at + i * step;
    for (let p = 0; p < depth; p++) {
      panels[(to + p * R) | 0] = from[p0] as number;
      p0 = (p0 + depthStep) | 0;
    }
  }
}

/** c[m×n at `at`] += panels · panels. */
function multiply(m: number, n: number, k: number, c: Float32Array, at: number, ldc: number): void {
  for (let j = 0; j < n; j += R) {
    for (let i = 0; i < m; i += R) {
      tile(k, i * k, j * k, c, at + i * ldc + j, ldc, m - i, n - j);
    }
  }
}

/** The 4×4 tile: c[min(4, rows) × min(4, columns)] += panel · panel. */
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
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  const end = (a + k * R) | 0;
  while (a < end) {
    const b0 = panelsB[b] as number;
    const b1 = panelsB[(b + 1) | 0] as number;
    const b2 = panelsB[(b + 2) | 0] as number;
    const b3 = panelsB[(b + 3) | 0] as number;
    const a0 = panelsA[a] as number;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = panelsA[(a + 1) | 0] as number;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = panelsA[(a + 2) | 0] as number;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = panelsA[(a + 3) | 0] as number;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
    a = (a + R) | 0;
    b = (b + R) | 0;
  }
  addRow(c, at, columns, c00, c01, c02, c03);
  if (rows > 1) addRow(c, at + ldc, columns, c10, c11, c12, c13);
  if (rows > 2) addRow(c, at + 2 * ldc, columns, c20, c21, c22, c23);
  if (rows > 3) addRow(c, at + 3 * ldc, columns, c30, c31, c32, c33);
}

function addRow(
  c: Float32Array,
  at: number,
  columns: number,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
): void {
  c[at] = (c[at] as number) + x0;
  if (columns > 1) c[at + 1] = (c[at + 1] as number) + x1;
  if (columns > 2) c[at + 2] = (c[at + 2] as number) + x2;
  if (columns > 3) c[at + 3] = (c[at + 3] as number) + x3;
}

export const panelsF32: Panels = {
  rows: MC,
  columns: NC,
  depth: KC,
  packA: (...block) => pack(panelsA, ...block),
  packB: (...block) => pack(panelsB, ...block),
  multiply,
};
