// Packing: copies a block of a matrix into panels that the micro-kernel reads from front to back, and
// does the transposing on the way. Rows or columns that a panel lacks are filled with 0.

import { MR } from "./tile";

/** The 4×4 transpose of rows r0…r3, stored at `to` with `step` bytes between rows. */
// @ts-ignore: decorator
@inline
function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, step: usize): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/**
 * `to`[depth × width:step] ← transpose of `from`[rows × depth:fromRow], columns beyond `rows` zero.
 * width is 4, 8 or any multiple of 4; strides in bytes.
 */
function packTransposed(
  from: usize, fromRow: usize, rows: i32, depth: i32, to: usize, step: usize, width: i32,
): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < width; j += 4) {
    const source = from + <usize>j * fromRow;
    let target = to + (<usize>j << 2);
    const have = rows - j;
    let k = 0;
    if (have >= 4) {
      const row1 = source + fromRow, row2 = row1 + fromRow, row3 = row2 + fromRow;
      for (; k + 4 <= depth; k += 4) {
        const at = <usize>k << 2;
        storeTransposed(
          v128.load(source + at), v128.load(row1 + at), v128.load(row2 + at), v128.load(row3 + at),
          target, step,
        );
        target += 4 * step;
      }
    }
    for (; k < depth; k++) {
      const at = source + (<usize>k << 2);
      let column = zero;
      if (have > 0) column = v128.load32_zero(at);
      if (have > 1) column = v128.load_lane<f32>(at + fromRow, column, 1);
      if (have > 2) column = v128.load_lane<f32>(at + 2 * fromRow, column, 2);
      if (have > 3) column = v128.load_lane<f32>(at + 3 * fromRow, column, 3);
      v128.store(target, column);
      target += step;
    }
  }
}

/**
 * Panels of B as it stands, [depth × columns:fromRow] → [⌈columns/nr⌉][depth][nr], nr 8 or 16, the last one
 * as wide as what is left.
 */
export function packColumns(
  from: usize, fromRow: usize, depth: i32, columns: i32, nr: i32, to: usize,
): void {
  for (let j = 0; j < columns; j += nr) {
    let source = from + (<usize>j << 2);
    const width = min(nr, columns - j);
    if (width == 16) {
      for (let k = 0; k < depth; k++) {
        v128.store(to, v128.load(source)); v128.store(to, v128.load(source, 16), 16);
        v128.store(to, v128.load(source, 32), 32); v128.store(to, v128.load(source, 48), 48);
        to += 64;
        source += fromRow;
      }
    } else if (width == 8) {
      for (let k = 0; k < depth; k++) {
        v128.store(to, v128.load(source)); v128.store(to, v128.load(source, 16), 16);
        to += 32;
        source += fromRow;
      }
    } else {
      const bytes = <usize>width << 2;
      for (let k = 0; k < depth; k++) {
        for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(source + at));
        to += bytes;
        source += fromRow;
      }
    }
  }
}

/** The same of a transposed B, stored [rows × depth:fromRow], rows beyond its own as zeros up to `width`. */
export function packColumnsTransposed(
  from: usize, fromRow: usize, rows: i32, depth: i32, width: i32, nr: i32, to: usize,
): void {
  for (let j = 0; j < width; j += nr) {
    const panel = min(nr, width - j);
    const step = <usize>panel << 2;
    packTransposed(from + <usize>j * fromRow, fromRow, rows - j, depth, to, step, panel);
    to += <usize>depth * step;
  }
}

/** Panels of a transposed A, stored [depth × rows:fromRow] → [⌈rows/5⌉][depth][5]. */
export function packRowsTransposed(from: usize, fromRow: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < rows; i += MR) {
    let source = from + (<usize>i << 2);
    const have = rows - i;
    if (have >= MR) {
      for (let k = 0; k < depth; k++) {
        v128.store(to, v128.load(source));
        store<f32>(to, load<f32>(source, 16), 16);
        to += 20;
        source += fromRow;
      }
    } else {
      for (let k = 0; k < depth; k++) {
        store<f32>(to, load<f32>(source));
        store<f32>(to, have > 1 ? load<f32>(source, 4) : 0, 4);
        store<f32>(to, have > 2 ? load<f32>(source, 8) : 0, 8);
        store<f32>(to, have > 3 ? load<f32>(source, 12) : 0, 12);
        store<f32>(to, 0, 16);
        to += 20;
        source += fromRow;
      }
    }
  }
}

/** Panels of two rows of A as it stands, [rows × depth:fromRow] → [⌈rows/2⌉][depth][2]. */
export function packPairs(from: usize, fromRow: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < rows; i += 2) {
    const row0 = from + <usize>i * fromRow;
    // A last row without another one stands beside itself.
    const row1 = i + 1 < rows ? row0 + fromRow : row0;
    let k = 0;
    for (; k + 4 <= depth; k += 4) {
      const at = <usize>k << 2;
      const r0 = v128.load(row0 + at), r1 = v128.load(row1 + at);
      v128.store(to, v128.shuffle<f32>(r0, r1, 0, 4, 1, 5));
      v128.store(to, v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), 16);
      to += 32;
    }
    for (; k < depth; k++) {
      const at = <usize>k << 2;
      store<f32>(to, load<f32>(row0 + at));
      store<f32>(to, load<f32>(row1 + at), 4);
      to += 8;
    }
  }
}

/** The same of a transposed A, stored [depth × rows:fromRow]; its rows' padding may be read. */
export function packPairsTransposed(from: usize, fromRow: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < rows; i += 2) {
    let source = from + (<usize>i << 2);
    for (let k = 0; k < depth; k++) {
      store<i64>(to, load<i64>(source));
      to += 8;
      source += fromRow;
    }
  }
}
