// What the planner knows of the kernel's costs: when packing pays, and how much scratch it takes.

// The block sizes of assembly/gemm/packed.ts.
const KC = 256;
const MC = 120;
const NC = 512;

/** Below about this many multiply-adds, packing costs more than it gives (measured: bench/README.md). */
const PACKING_PAYS = 96 ** 3;
/** With this few rows every packed column of B would be used only once or twice. */
const FEW_ROWS = 8;

export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeB: boolean;
}

/** Whether a product runs on the matrices where they stand. */
export function runsUnpacked({ m, n, k }: GemmShape): boolean {
  return m * n * k <= PACKING_PAYS || m <= FEW_ROWS;
}

/** Bytes of scratch that a product needs per thread. */
export function gemmScratch(shape: GemmShape): number {
  const width = (shape.n + 3) & ~3;
  if (runsUnpacked(shape)) return shape.transposeB ? shape.k * width * 4 : 0;
  return Math.min(shape.k, KC) * (Math.min(width, NC) + MC) * 4;
}
