// The product of small or narrow matrices without packing A, which below some size costs more than it
// gives. B is read where it stands; a transposed one comes in the panels of pack.ts. The plan decides
// (src/plan/cost.ts).

import { madd } from "../simd";
import { MR, NR, tile } from "./tile";
import { tileWide, WIDE_MR, WIDE_NR } from "./wide";

/**
 * c[m × n:cRow] ← init + a·b, strides in bytes, n a multiple of 4; a's strides as in tile.ts. `panels`:
 * b is packed by columns, bRow is not read.
 */
export function gemmUnpacked(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize, panels: bool,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  if (m == 0) return;
  if (m == 1 && !panels) {
    rowProduct(n, k, a, aStep, b, bRow, init, initColumn, c);
    return;
  }
  // As even as can be: 8 rows are 4 + 4, not 5 + 3.
  const tiles = (m + MR - 1) / MR;
  const height = (m + tiles - 1) / tiles;
  const bColumn: usize = panels ? <usize>k << 2 : 4;
  for (let i = 0; i < m; i += height) {
    const rows = min(height, m - i);
    const aTile = a + <usize>i * aRow;
    for (let j = 0; j < n; j += NR) {
      const columns = min(NR, n - j);
      tile(
        rows, columns, k, aTile, aRow, aStep,
        b + <usize>j * bColumn, panels ? <usize>columns << 2 : bRow,
        init + <usize>i * initRow + <usize>j * initColumn, initRow,
        c + <usize>i * cRow + (<usize>j << 2), cRow,
      );
    }
  }
}

/**
 * The same in tiles of 2×16, n a multiple of 16; panels are 16 wide. A panel of B, or its columns, stay in
 * the cache while all rows of A go by.
 */
export function gemmUnpackedWide(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize, panels: bool,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  const bColumn: usize = panels ? <usize>k << 2 : 4;
  const bStep: usize = panels ? <usize>(WIDE_NR << 2) : bRow;
  for (let j = 0; j < n; j += WIDE_NR) {
    const panel = b + <usize>j * bColumn;
    for (let i = 0; i < m; i += WIDE_MR) {
      const from = init + <usize>i * initRow + <usize>j * initColumn;
      const to = c + <usize>i * cRow + (<usize>j << 2);
      const row = a + <usize>i * aRow;
      if (i + WIDE_MR <= m) {
        tileWide(k, row, aRow, aStep, panel, bStep, from, initRow, to, cRow);
      } else {
        tile(1, NR, k, row, 0, aStep, panel, bStep, from, 0, to, 0);
        tile(1, NR, k, row, 0, aStep, panel + 32, bStep, from + 8 * initColumn, 0, to + 32, 0);
      }
    }
  }
}

/**
 * A single row of C: eight rows of B at a time, each read from front to back, since a tile would walk
 * down B's columns and use half of every cache line it loads. The sums' order is that of the tiles.
 */
function rowProduct(
  n: i32, k: i32, a: usize, aStep: usize, b: usize, bRow: usize, init: usize, initColumn: usize, c: usize,
): void {
  const bytes = <usize>n << 2;
  for (let j: usize = 0; j < bytes; j += 16) v128.store(c + j, v128.load(init + (j >> 2) * initColumn));
  for (; k >= 8; k -= 8) {
    const x0 = v128.load_splat<f32>(a), x1 = v128.load_splat<f32>(a + aStep);
    const x2 = v128.load_splat<f32>(a + 2 * aStep), x3 = v128.load_splat<f32>(a + 3 * aStep);
    const x4 = v128.load_splat<f32>(a + 4 * aStep), x5 = v128.load_splat<f32>(a + 5 * aStep);
    const x6 = v128.load_splat<f32>(a + 6 * aStep), x7 = v128.load_splat<f32>(a + 7 * aStep);
    for (let j: usize = 0; j < bytes; j += 16) {
      let from = b + j;
      let sum = madd(x0, v128.load(from), v128.load(c + j)); from += bRow;
      sum = madd(x1, v128.load(from), sum); from += bRow;
      sum = madd(x2, v128.load(from), sum); from += bRow;
      sum = madd(x3, v128.load(from), sum); from += bRow;
      sum = madd(x4, v128.load(from), sum); from += bRow;
      sum = madd(x5, v128.load(from), sum); from += bRow;
      sum = madd(x6, v128.load(from), sum); from += bRow;
      v128.store(c + j, madd(x7, v128.load(from), sum));
    }
    a += 8 * aStep;
    b += 8 * bRow;
  }
  for (; k > 0; k--) {
    const x = v128.load_splat<f32>(a);
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(c + j, madd(x, v128.load(b + j), v128.load(c + j)));
    }
    a += aStep;
    b += bRow;
  }
}
