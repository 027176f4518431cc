// One tile of a product whose left side is not a matrix but pixels of an image: as gemm/tile.ts, R rows ×
// 8 (or 4) columns of C in registers over the whole sum, but A is walked in runs, three levels deep, and
// every row begins where it wants. Going along a window (rows are output pixels) or along an image (rows
// are places of the window) is the same walk. b, a panel, is read from front to back.
//
// The order of a sum is that of the walk, whatever the tile: bits depend on no tiling and no thread count.
//
// The three levels are one loop that ends at its head: in nested loops, or with a break further down, V8
// (Node 20) keeps the sums in memory and takes twice as long.

import { madd } from "../simd";
import { NR } from "../gemm/tile";

// A row count as a type, as in gemm/tile.ts.
@unmanaged class R1 { a: u8; }
@unmanaged class R2 extends R1 { b: u8; }
@unmanaged class R3 extends R2 { c: u8; }
@unmanaged class R4 extends R3 { d: u8; }
@unmanaged class R5 extends R4 { e: u8; }

function tile8<R>(
  n0: i32, jump0: usize, n1: i32, jump1: usize, n2: i32, step: usize,
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, b: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let c00 = v128.load(init), c01 = v128.load(init, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01;
  if (offsetof<R>() > 1) { init += initRow; c10 = v128.load(init); c11 = v128.load(init, 16); }
  if (offsetof<R>() > 2) { init += initRow; c20 = v128.load(init); c21 = v128.load(init, 16); }
  if (offsetof<R>() > 3) { init += initRow; c30 = v128.load(init); c31 = v128.load(init, 16); }
  if (offsetof<R>() > 4) { init += initRow; c40 = v128.load(init); c41 = v128.load(init, 16); }
  const run = <usize>n2 << 5, end = b + <usize>(n0 * n1) * run;
  let runEnd = b + run, i1 = n1;
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a0);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    a0 += step;
    if (offsetof<R>() > 1) {
      x = v128.load_splat<f32>(a1);
      c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      a1 += step;
    }
    if (offsetof<R>() > 2) {
      x = v128.load_splat<f32>(a2);
      c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      a2 += step;
    }
    if (offsetof<R>() > 3) {
      x = v128.load_splat<f32>(a3);
      c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      a3 += step;
    }
    if (offsetof<R>() > 4) {
      x = v128.load_splat<f32>(a4);
      c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
      a4 += step;
    }
    b += 32;
    if (b < runEnd) continue;
    runEnd += run;
    a0 += jump1;
    if (offsetof<R>() > 1) a1 += jump1;
    if (offsetof<R>() > 2) a2 += jump1;
    if (offsetof<R>() > 3) a3 += jump1;
    if (offsetof<R>() > 4) a4 += jump1;
    if (--i1 > 0) continue;
    i1 = n1;
    a0 += jump0;
    if (offsetof<R>() > 1) a1 += jump0;
    if (offsetof<R>() > 2) a2 += jump0;
    if (offsetof<R>() > 3) a3 += jump0;
    if (offsetof<R>() > 4) a4 += jump0;
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  if (offsetof<R>() > 1) { c += cRow; v128.store(c, c10); v128.store(c, c11, 16); }
  if (offsetof<R>() > 2) { c += cRow; v128.store(c, c20); v128.store(c, c21, 16); }
  if (offsetof<R>() > 3) { c += cRow; v128.store(c, c30); v128.store(c, c31, 16); }
  if (offsetof<R>() > 4) { c += cRow; v128.store(c, c40); v128.store(c, c41, 16); }
}

function tile4<R>(
  n0: i32, jump0: usize, n1: i32, jump1: usize, n2: i32, step: usize,
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, b: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let c0 = v128.load(init);
  let c1 = c0, c2 = c0, c3 = c0, c4 = c0;
  if (offsetof<R>() > 1) { init += initRow; c1 = v128.load(init); }
  if (offsetof<R>() > 2) { init += initRow; c2 = v128.load(init); }
  if (offsetof<R>() > 3) { init += initRow; c3 = v128.load(init); }
  if (offsetof<R>() > 4) { init += initRow; c4 = v128.load(init); }
  const run = <usize>n2 << 4, end = b + <usize>(n0 * n1) * run;
  let runEnd = b + run, i1 = n1;
  while (b < end) {
    const b0 = v128.load(b);
    c0 = madd(v128.load_splat<f32>(a0), b0, c0);
    a0 += step;
    if (offsetof<R>() > 1) { c1 = madd(v128.load_splat<f32>(a1), b0, c1); a1 += step; }
    if (offsetof<R>() > 2) { c2 = madd(v128.load_splat<f32>(a2), b0, c2); a2 += step; }
    if (offsetof<R>() > 3) { c3 = madd(v128.load_splat<f32>(a3), b0, c3); a3 += step; }
    if (offsetof<R>() > 4) { c4 = madd(v128.load_splat<f32>(a4), b0, c4); a4 += step; }
    b += 16;
    if (b < runEnd) continue;
    runEnd += run;
    a0 += jump1;
    if (offsetof<R>() > 1) a1 += jump1;
    if (offsetof<R>() > 2) a2 += jump1;
    if (offsetof<R>() > 3) a3 += jump1;
    if (offsetof<R>() > 4) a4 += jump1;
    if (--i1 > 0) continue;
    i1 = n1;
    a0 += jump0;
    if (offsetof<R>() > 1) a1 += jump0;
    if (offsetof<R>() > 2) a2 += jump0;
    if (offsetof<R>() > 3) a3 += jump0;
    if (offsetof<R>() > 4) a4 += jump0;
  }
  v128.store(c, c0);
  if (offsetof<R>() > 1) { c += cRow; v128.store(c, c1); }
  if (offsetof<R>() > 2) { c += cRow; v128.store(c, c2); }
  if (offsetof<R>() > 3) { c += cRow; v128.store(c, c3); }
  if (offsetof<R>() > 4) { c += cRow; v128.store(c, c4); }
}

/**
 * A tile of 1…5 rows and `columns` = 8 or 4. Each row of A is walked n2 times `step` bytes, then jump1, all
 * that n1 times, then jump0, all that n0 times; addresses of rows beyond `rows` are not read.
 */
export function walkTile(
  rows: i32, columns: i32, n0: i32, jump0: usize, n1: i32, jump1: usize, n2: i32, step: usize,
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, b: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  if (columns == NR) {
    switch (rows) {
      case 1: {
        tile8<R1>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 2: {
        tile8<R2>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 3: {
        tile8<R3>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 4: {
        tile8<R4>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      default: {
        tile8<R5>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
    }
  } else {
    switch (rows) {
      case 1: {
        tile4<R1>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 2: {
        tile4<R2>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 3: {
        tile4<R3>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      case 4: {
        tile4<R4>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
      default: {
        tile4<R5>(
          n0, jump0, n1, jump1, n2, step, a0, a1, a2, a3, a4, b, init, initRow, c, cRow,
        );
        break;
      }
    }
  }
}
