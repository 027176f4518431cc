// The product of small matrices, where they stand: no packing, since below some size it costs more than
// it gives. The plan decides (src/plan/cost.ts).

import { MR, NR, tile } from "./tile";

/** c[m × n:cRow] ← init + a·b, strides in bytes, n a multiple of 4; a's strides as in tile.ts. */
export function gemmUnpacked(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize,
  init: usize, initRow: usize, initColumn: usize, c: usize, cRow: usize,
): void {
  if (m == 0) return;
  // As even as can be: 8 rows are 4 + 4, not 5 + 3.
  const tiles = (m + MR - 1) / MR;
  const height = (m + tiles - 1) / tiles;
  for (let i = 0; i < m; i += height) {
    const rows = min(height, m - i);
    const aTile = a + <usize>i * aRow;
    for (let j = 0; j < n; j += NR) {
      tile(
        rows, min(NR, n - j), k, aTile, aRow, aStep, b + (<usize>j << 2), bRow,
        init + <usize>i * initRow + <usize>j * initColumn, initRow,
        c + <usize>i * cRow + (<usize>j << 2), cRow,
      );
    }
  }
}
