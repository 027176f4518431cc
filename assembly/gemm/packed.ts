// The product of large matrices, blocked as in Goto & van de Geijn, "Anatomy of high-performance matrix
// multiplication" (2008): B goes through the cache in KC × NC blocks of packed panels, A in MC × KC
// blocks (packed only if it is transposed, or for wide tiles), the micro-kernel runs over both. C is
// revisited once per KC block, starting from its own values, so that each sum keeps the plain order of k.

import { full } from "../full";
import { MR, NR, tile } from "./tile";
import { micro } from "./micro";
import {
  packColumns, packColumnsTransposed, packPairs, packPairsTransposed, packRowsTransposed,
} from "./pack";
import { microWide, WIDE_MR, WIDE_NR } from "./wide";

/** Depth of a block: five rows of A (5·KC floats) and a B panel (8·KC) stay in the L1 cache, wide ones too. */
export const KC: i32 = 384;
/** Rows of an A block, a multiple of MR: MC·KC floats stay in the L2 cache. */
export const MC: i32 = 120;
/** Columns of a B block, a multiple of NR. */
export const NC: i32 = 512;

/**
 * c[m × n:cRow] ← init + a·b, strides in bytes, n a multiple of 4 (padding included; `bRows` of a
 * transposed b are real), in tiles of 5×8 or, if `wide`, of 2×16 (n a multiple of 16). scratch: room for
 * KC·(NC + MC + MR) floats.
 */
export function gemmPacked(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, transposeA: bool,
  b: usize, bRow: usize, transposeB: bool, bRows: i32,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize, wide: bool, scratch: usize,
): void {
  const panelsB = scratch;
  const panelsA = scratch + <usize>(min(n, NC) * min(k, KC) << 2);
  const nr = wide ? WIDE_NR : NR;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      if (transposeB) {
        packColumnsTransposed(
          b + <usize>jc * bRow + (<usize>pc << 2), bRow, bRows - jc, kc, nc, nr, panelsB,
        );
      } else {
        packColumns(b + <usize>pc * bRow + (<usize>jc << 2), bRow, kc, nc, nr, panelsB);
      }
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        const rows = a + (transposeA
          ? <usize>pc * aRow + (<usize>ic << 2)
          : <usize>ic * aRow + (<usize>pc << 2));
        const cBlock = c + <usize>ic * cRow + (<usize>jc << 2);
        // The first block of k starts from init, the others from C itself.
        const first = pc == 0;
        const from = first ? init + <usize>ic * initRow + <usize>jc * initColumn : cBlock;
        const fromRow = first ? initRow : cRow;
        const fromColumn: usize = first ? initColumn : 4;
        if (full() && wide) {
          if (transposeA) packPairsTransposed(rows, aRow, mc, kc, panelsA);
          else packPairs(rows, aRow, mc, kc, panelsA);
          blockWide(mc, nc, kc, panelsA, panelsB, from, fromRow, fromColumn, cBlock, cRow);
        } else if (transposeA) {
          packRowsTransposed(rows, aRow, mc, kc, panelsA);
          block(mc, nc, kc, panelsA, panelsB, from, fromRow, fromColumn, cBlock, cRow);
        } else {
          blockRows(mc, nc, kc, rows, aRow, panelsB, from, fromRow, fromColumn, cBlock, cRow);
        }
      }
    }
  }
}

/** Packed panels times packed panels. */
function block(
  m: i32, n: i32, k: i32, panelsA: usize, panelsB: usize,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  for (let j = 0; j < n; j += NR) {
    const columns = min(NR, n - j);
    const bStep = <usize>columns << 2;
    const b = panelsB + (<usize>(j * k) << 2);
    let a = panelsA;
    for (let i = 0; i < m; i += MR) {
      const from = init + <usize>i * initRow + <usize>j * initColumn;
      const to = c + <usize>i * cRow + (<usize>j << 2);
      const rows = min(MR, m - i);
      if (rows == MR && columns == NR) micro(k, a, b, from, initRow, to, cRow);
      else tile(rows, columns, k, a, 4, MR << 2, b, bStep, from, initRow, to, cRow);
      a += <usize>(k * MR) << 2;
    }
  }
}

/** Rows of A where they stand times packed panels: five of them at a time stay in the L1 cache too. */
function blockRows(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, panelsB: usize,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  for (let j = 0; j < n; j += NR) {
    const columns = min(NR, n - j);
    const b = panelsB + (<usize>(j * k) << 2);
    for (let i = 0; i < m; i += MR) {
      tile(
        min(MR, m - i), columns, k, a + <usize>i * aRow, aRow, 4, b, <usize>columns << 2,
        init + <usize>i * initRow + <usize>j * initColumn, initRow,
        c + <usize>i * cRow + (<usize>j << 2), cRow,
      );
    }
  }
}

/** The same in wide tiles, n a multiple of 16; an odd last row goes by narrow ones. */
function blockWide(
  m: i32, n: i32, k: i32, panelsA: usize, panelsB: usize,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  for (let j = 0; j < n; j += WIDE_NR) {
    const b = panelsB + (<usize>(j * k) << 2);
    let a = panelsA;
    for (let i = 0; i < m; i += WIDE_MR) {
      const from = init + <usize>i * initRow + <usize>j * initColumn;
      const to = c + <usize>i * cRow + (<usize>j << 2);
      if (i + WIDE_MR <= m) {
        microWide(k, a, b, from, initRow, to, cRow);
      } else {
        tile(1, NR, k, a, 4, WIDE_MR << 2, b, WIDE_NR << 2, from, 0, to, 0);
        tile(1, NR, k, a, 4, WIDE_MR << 2, b + 32, WIDE_NR << 2, from + 8 * initColumn, 0, to + 32, 0);
      }
      a += <usize>(k * WIDE_MR) << 2;
    }
  }
}
