// The other tile: 2 rows × 16 columns. In registers of 128 bits 5 × 8 is the faster one; where V8 fuses
// neighbouring vectors into registers of 256 bits (--experimental-wasm-revectorize), this one is, by a
// third. The same sums in the same order, hence the same bits: the host chooses by a probe.

import { madd } from "../simd";

export const WIDE_MR: i32 = 2;
export const WIDE_NR: i32 = 16;

/** One full tile from packed panels, A as [k][2] and B as [k][16]. */
export function microWide(
  k: i32, a: usize, b: usize, init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let c00 = v128.load(init), c01 = v128.load(init, 16);
  let c02 = v128.load(init, 32), c03 = v128.load(init, 48); init += initRow;
  let c10 = v128.load(init), c11 = v128.load(init, 16);
  let c12 = v128.load(init, 32), c13 = v128.load(init, 48);
  const end = a + <usize>k * 8;
  while (a < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const x = v128.load_splat<f32>(a), y = v128.load_splat<f32>(a, 4);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01); c02 = madd(x, b2, c02); c03 = madd(x, b3, c03);
    c10 = madd(y, b0, c10); c11 = madd(y, b1, c11); c12 = madd(y, b2, c12); c13 = madd(y, b3, c13);
    a += 8;
    b += 64;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
  c += cRow;
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48);
}

/** One full tile of matrices where they stand; strides in bytes, as in tile.ts. */
export function tileWide(
  k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  let c00 = v128.load(init), c01 = v128.load(init, 16);
  let c02 = v128.load(init, 32), c03 = v128.load(init, 48); init += initRow;
  let c10 = v128.load(init), c11 = v128.load(init, 16);
  let c12 = v128.load(init, 32), c13 = v128.load(init, 48);
  let a1 = a + aRow;
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const x = v128.load_splat<f32>(a), y = v128.load_splat<f32>(a1);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01); c02 = madd(x, b2, c02); c03 = madd(x, b3, c03);
    c10 = madd(y, b0, c10); c11 = madd(y, b1, c11); c12 = madd(y, b2, c12); c13 = madd(y, b3, c13);
    a += aStep;
    a1 += aStep;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
  c += cRow;
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48);
}
