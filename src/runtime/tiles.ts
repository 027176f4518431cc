// Which tile the products run in: a matter of the engine, not of the result. Where V8 makes 256-bit vectors of
// neighbouring 128-bit ones, wide tiles are a third faster; elsewhere narrow ones are. Found out by trying.

import type { Arena } from "./arena.ts";
import type { KernelExports } from "./kernel.ts";

/** Depth of the panels: as deep as the gemm's own blocks. */
const DEPTH = 384;
/** A few microseconds each, by turns, until both have been compiled for good. */
const REPEATS = 32;
const PROBE_MS = 12;

/** Whether wide tiles are the faster ones here. Takes {@link PROBE_MS}. */
export function probeWideTiles(kernel: KernelExports, arena: Arena): boolean {
  const panels = arena.allocate(DEPTH * (20 + 64) + 256);
  try {
    const a = panels;
    const b = a + DEPTH * 20;
    const c = b + DEPTH * 64;
    const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const begin = performance.now();
    for (let start = begin; start - begin < PROBE_MS; ) {
      for (const wide of [0, 1]) {
        kernel.peak(a, b, c, DEPTH, REPEATS, wide);
        const end = performance.now();
        least[wide] = Math.min(least[wide] ?? 0, (end - start) / kernel.peakFlops(wide));
        start = end;
      }
    }
    const [narrow = 0, wide = 0] = least;
    return wide < narrow;
  } finally {
    arena.free(panels);
  }
}
