// How fast the micro-kernel can go: panels that stay in the L1 cache, nothing else. The yardstick of the
// benchmarks.

import { micro } from "./micro";
import { MR, NR } from "./tile";
import { ZEROS } from "../abi";

/** Runs the micro-kernel `repeats` times on a[k][5] and b[k][8] into c[5×8]. */
export function peak(a: usize, b: usize, c: usize, k: i32, repeats: i32): void {
  for (; repeats > 0; repeats--) micro(k, a, b, ZEROS, 0, c, NR << 2);
}

/** Floating-point operations of one micro-kernel call per unit of k. */
export function peakFlops(): i32 {
  return 2 * MR * NR;
}
