// One tile of a product: R rows × 8 (or 4) columns of C, accumulated in registers over all of k, in the
// order of k, starting from `init`. The order is the same in every tile and on every path, so packed
// and unpacked, tiles of any shape and any number of threads give the same bits.
//
// Strides in bytes let one tile read A as it stands (aRow = 4·lda, aStep = 4), transposed
// (aRow = 4, aStep = 4·lda) or from a packed panel (aRow = 4, aStep = 4·MR).

import { madd } from "../simd";

/** Rows of a full tile. 5 × 8 fills V8's 15 usable vector registers without spilling. */
export const MR: i32 = 5;
/** Columns of a full tile. */
export const NR: i32 = 8;

// A row count as a type, so that unused rows vanish at compile time: offsetof<R3>() is 3.
@unmanaged class R1 { a: u8; }
@unmanaged class R2 extends R1 { b: u8; }
@unmanaged class R3 extends R2 { c: u8; }
@unmanaged class R4 extends R3 { d: u8; }
@unmanaged class R5 extends R4 { e: u8; }

function tile8<R>(
  k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow;
  let c00 = v128.load(init), c01 = v128.load(init, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01;
  if (offsetof<R>() > 1) { init += initRow; c10 = v128.load(init); c11 = v128.load(init, 16); }
  if (offsetof<R>() > 2) { init += initRow; c20 = v128.load(init); c21 = v128.load(init, 16); }
  if (offsetof<R>() > 3) { init += initRow; c30 = v128.load(init); c31 = v128.load(init, 16); }
  if (offsetof<R>() > 4) { init += initRow; c40 = v128.load(init); c41 = v128.load(init, 16); }
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    if (offsetof<R>() > 1) {
      x = v128.load_splat<f32>(a1);
      c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      a1 += aStep;
    }
    if (offsetof<R>() > 2) {
      x = v128.load_splat<f32>(a2);
      c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      a2 += aStep;
    }
    if (offsetof<R>() > 3) {
      x = v128.load_splat<f32>(a3);
      c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      a3 += aStep;
    }
    if (offsetof<R>() > 4) {
      x = v128.load_splat<f32>(a4);
      c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
      a4 += aStep;
    }
    a += aStep;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  if (offsetof<R>() > 1) { c += cRow; v128.store(c, c10); v128.store(c, c11, 16); }
  if (offsetof<R>() > 2) { c += cRow; v128.store(c, c20); v128.store(c, c21, 16); }
  if (offsetof<R>() > 3) { c += cRow; v128.store(c, c30); v128.store(c, c31, 16); }
  if (offsetof<R>() > 4) { c += cRow; v128.store(c, c40); v128.store(c, c41, 16); }
}

function tile4<R>(
  k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow;
  let c0 = v128.load(init);
  let c1 = c0, c2 = c0, c3 = c0, c4 = c0;
  if (offsetof<R>() > 1) { init += initRow; c1 = v128.load(init); }
  if (offsetof<R>() > 2) { init += initRow; c2 = v128.load(init); }
  if (offsetof<R>() > 3) { init += initRow; c3 = v128.load(init); }
  if (offsetof<R>() > 4) { init += initRow; c4 = v128.load(init); }
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    c0 = madd(v128.load_splat<f32>(a), b0, c0);
    if (offsetof<R>() > 1) { c1 = madd(v128.load_splat<f32>(a1), b0, c1); a1 += aStep; }
    if (offsetof<R>() > 2) { c2 = madd(v128.load_splat<f32>(a2), b0, c2); a2 += aStep; }
    if (offsetof<R>() > 3) { c3 = madd(v128.load_splat<f32>(a3), b0, c3); a3 += aStep; }
    if (offsetof<R>() > 4) { c4 = madd(v128.load_splat<f32>(a4), b0, c4); a4 += aStep; }
    a += aStep;
    b += bStep;
  }
  v128.store(c, c0);
  if (offsetof<R>() > 1) { c += cRow; v128.store(c, c1); }
  if (offsetof<R>() > 2) { c += cRow; v128.store(c, c2); }
  if (offsetof<R>() > 3) { c += cRow; v128.store(c, c3); }
  if (offsetof<R>() > 4) { c += cRow; v128.store(c, c4); }
}

/** A tile of 1…MR rows and `columns` = 8 or 4. */
export function tile(
  rows: i32, columns: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  if (columns == NR) {
    switch (rows) {
      case 1: { tile8<R1>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 2: { tile8<R2>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 3: { tile8<R3>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 4: { tile8<R4>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      default: { tile8<R5>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
    }
  } else {
    switch (rows) {
      case 1: { tile4<R1>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 2: { tile4<R2>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 3: { tile4<R3>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      case 4: { tile4<R4>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
      default: { tile4<R5>(k, a, aRow, aStep, b, bStep, init, initRow, c, cRow); break; }
    }
  }
}
