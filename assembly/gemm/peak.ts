// How fast a micro-kernel can go: panels that stay in the L1 cache, nothing else. The yardstick of the
// benchmarks, and what the host chooses the tile by.

import { full } from "../full";
import { micro } from "./micro";
import { MR, NR } from "./tile";
import { microWide, WIDE_MR, WIDE_NR } from "./wide";
import { ZEROS } from "../abi";

/** Runs a micro-kernel `repeats` times: a[k][5] and b[k][8] into c[5×8], or, wide, [2] and [16] into c[2×16]. */
export function peak(a: usize, b: usize, c: usize, k: i32, repeats: i32, wide: bool): void {
  if (full() && wide) for (; repeats > 0; repeats--) microWide(k, a, b, ZEROS, 0, c, WIDE_NR << 2);
  else for (; repeats > 0; repeats--) micro(k, a, b, ZEROS, 0, c, NR << 2);
}

/** Floating-point operations of one such call per unit of k. */
export function peakFlops(wide: bool): i32 {
  return full() && wide ? 2 * WIDE_MR * WIDE_NR : 2 * MR * NR;
}
