// What the planner knows of the kernel's costs: when packing pays, and how much scratch it takes.

// The block sizes of assembly/gemm/packed.ts.
const KC = 384;
const MC = 120;
const NC = 512;

/** Packed panels of A are used once per 8 columns, those of B once per 5 rows: few uses don't pay. */
const NARROW = 32;
/** Floats of B that stay in the L1 cache, where reading it as it stands costs nothing. */
const CACHED = 9216;

export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeB: boolean;
}

/** Whether a product runs without packing A. The figures behind the rule: bench/README.md. */
export function runsUnpacked({ m, n, k, transposeB }: GemmShape): boolean {
  const narrow = Math.min(m, n) <= NARROW;
  if (k * n <= CACHED) return narrow || k > NARROW;
  // A transposed B is copied whole on this path: too much, unless it is narrow.
  return transposeB ? n <= NARROW : narrow;
}

/**
 * Whether threads share a product's columns rather than its rows. Packed, each of them packs all of what
 * it doesn't share: the smaller matrix. Unpacked, rows: over a batch, threads then need not wait for
 * each other from layer to layer.
 */
export function splitsColumns({ m, n }: GemmShape, path: "packed" | "unpacked"): boolean {
  return path === "packed" && n > m;
}

/** Bytes of scratch that a product needs per thread, on the path that it runs on. */
export function gemmScratch(shape: Omit<GemmShape, "m">, path: "packed" | "unpacked"): number {
  const width = (shape.n + 3) & ~3;
  if (path === "unpacked") return shape.transposeB ? shape.k * width * 4 : 0;
  return Math.min(shape.k, KC) * (Math.min(width, NC) + MC) * 4;
}
