// The micro-kernel: one full MR × NR tile from packed panels, A as [k][5] and B as [k][8]. The same sums
// in the same order as tile.ts; here all offsets are immediates, since this loop is where a large
// product spends its time. Unrolling k by hand made it slower in V8.

import { madd } from "../simd";

export function micro(
  k: i32, a: usize, b: usize, init: usize, initRow: usize, c: usize, cRow: usize,
): void {
  // Accumulators start as neighbouring loads and end in neighbouring stores: V8's revectorizer pairs them.
  let c00 = v128.load(init), c01 = v128.load(init, 16); init += initRow;
  let c10 = v128.load(init), c11 = v128.load(init, 16); init += initRow;
  let c20 = v128.load(init), c21 = v128.load(init, 16); init += initRow;
  let c30 = v128.load(init), c31 = v128.load(init, 16); init += initRow;
  let c40 = v128.load(init), c41 = v128.load(init, 16);
  const end = a + <usize>k * 20;
  while (a < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
    a += 20;
    b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += cRow;
  v128.store(c, c10); v128.store(c, c11, 16); c += cRow;
  v128.store(c, c20); v128.store(c, c21, 16); c += cRow;
  v128.store(c, c30); v128.store(c, c31, 16); c += cRow;
  v128.store(c, c40); v128.store(c, c41, 16);
}
