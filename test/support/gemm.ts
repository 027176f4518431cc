// Runs one OP_GEMM on the bare kernel, from plain row-major matrices to plain row-major results, with
// every block as large as the plan would make it and not a float more.

import * as abi from "../../assembly/abi.ts";
import { gemmScratch } from "../../src/plan/cost.ts";
import type { TestKernel } from "./kernel.ts";
import { philox4x32 } from "./reference.ts";

/** Which way A and B are stored, whether they are packed, in which tiles, and what threads share of C. */
export interface GemmPath {
  readonly name: string;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly unpacked: boolean;
  readonly wide?: boolean;
  readonly columns?: boolean;
}

const orders = [
  { name: "NN", transposeA: false, transposeB: false },
  { name: "NT", transposeA: false, transposeB: true },
  { name: "TN", transposeA: true, transposeB: false },
] as const;

/** Every way to compute one product. */
export const paths: readonly GemmPath[] = orders.flatMap((it) => [
  { ...it, name: `${it.name} packed`, unpacked: false },
  { ...it, name: `${it.name} unpacked`, unpacked: true },
  {
    ...it,
    name: `${it.name} packed, wide, by columns`,
    unpacked: false,
    wide: true,
    columns: true,
  },
  { ...it, name: `${it.name} unpacked, wide`, unpacked: true, wide: true },
]);

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** m×k and k×n, whichever way they are stored. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias?: Float32Array;
  /** What C holds before it is added to. */
  readonly accumulate?: Float32Array;
  /** ACTIVATION_* of C; with `gradient` its gradient at those m×n values. */
  readonly kind?: number;
  readonly alpha?: number;
  readonly gradient?: Float32Array;
  /** Asks for the column sums of B (with a transposed A). */
  readonly columnSums?: boolean;
  readonly threads?: number;
  /** Only so many rows `of` the batch that m or k, as `flags` say, stands for are at hand. */
  readonly batch?: { readonly flags: number; readonly rows: number; readonly of: number };
}

export interface ProductResult {
  /** All of C with its padding, rows of the batch that are not at hand included. */
  readonly c: Float32Array;
  readonly ld: number;
  readonly sums: Float32Array;
  /** The scratch of each thread, if there are several; what no thread has written is NaN. */
  readonly scratch: readonly Float32Array[];
}

/** Lies in the columns between width and stride of A, where plans keep whatever is finite. */
const RUBBISH = 1e30;

/** Scratch of a product on a path, whichever the plan would take. */
export function scratchBytes(path: GemmPath, n: number, k: number): number {
  return gemmScratch({ n, k, transposeB: path.transposeB }, path.unpacked ? "unpacked" : "packed");
}

/** Runs the product on `path`. The kernel's blocks are freed by its next `reset`. */
export function multiply(kernel: TestKernel, path: GemmPath, it: Product): ProductResult {
  const { m, n, k, a, b, bias, accumulate, gradient, threads = 1, batch } = it;
  const left = place(kernel, a, m, k, path.transposeA, RUBBISH);
  // B's padding becomes C's: 0, as in parameters and gradients. Stored transposed it has no such part.
  const right = place(kernel, b, k, n, path.transposeB, path.transposeB ? RUBBISH : 0);
  const ld = stride(n);
  const floats = m * ld;
  const c = kernel.floats(Math.max(1, floats));
  const f32 = kernel.arena.views.f32;
  if (accumulate) fillRows(f32, c, accumulate, m, n);
  else f32.fill(Number.NaN, c >> 2, (c >> 2) + floats);
  const bytes = scratchBytes(path, n, k);
  const scratch = bytes > 0 ? kernel.floats((bytes / 4) * threads) : 0;
  if (scratch)
    kernel.arena.views.f32.fill(Number.NaN, scratch >> 2, (scratch + bytes * threads) >> 2);
  const d = bias ? kernel.floats(ld, bias) : it.columnSums ? kernel.floats(ld) : 0;
  if (it.columnSums) kernel.arena.views.f32.fill(Number.NaN, d >> 2, (d >> 2) + ld);
  const e = gradient ? kernel.matrix(m, n, gradient).at : 0;
  const perSample = (flag: number, count: number) =>
    batch?.flags === flag ? count / batch.of : count;
  kernel.runOps(
    [
      {
        code: abi.OP_GEMM,
        flags:
          (path.transposeA ? abi.FLAG_TRANSPOSE_A : 0) |
          (path.transposeB ? abi.FLAG_TRANSPOSE_B : 0) |
          (path.unpacked ? abi.FLAG_UNPACKED : 0) |
          (path.wide ? abi.FLAG_WIDE : 0) |
          (path.columns ? abi.FLAG_SPLIT_COLUMNS : 0) |
          (accumulate ? abi.FLAG_ACCUMULATE : 0) |
          (gradient ? abi.FLAG_GRADIENT : 0) |
          (batch?.flags ?? 0),
        m: perSample(abi.FLAG_BATCH_M, m),
        n,
        k: perSample(abi.FLAG_BATCH_K, k),
        a: left.at,
        b: right.at,
        c,
        d,
        e,
        lda: left.ld,
        ldb: right.ld,
        ldc: ld,
        ldd: ld,
        lde: ld,
        kind: it.kind ?? abi.ACTIVATION_LINEAR,
        scratch,
        scratchBytes: bytes,
        f0: it.alpha ?? 0,
      },
    ],
    batch?.rows ?? 1,
    threads,
  );
  return {
    c: kernel.read(c, floats),
    ld,
    sums: it.columnSums ? kernel.read(d, ld) : new Float32Array(0),
    scratch: Array.from({ length: threads > 1 && bytes > 0 ? threads : 0 }, (_, thread) =>
      kernel.read(scratch + thread * bytes, bytes / 4),
    ),
  };
}

/** C without its padding. */
export function values({ c, ld }: ProductResult, m: number, n: number): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) out.set(c.subarray(i * ld, i * ld + n), i * n);
  return out;
}

/** The index of the first float of C's padding that is not 0, −1 if there is none. */
export function dirtyPadding({ c, ld }: ProductResult, m: number, n: number): number {
  if (n === ld) return -1;
  for (let at = 0; at < m * ld; at++) if (at % ld >= n && c[at] !== 0) return at;
  return -1;
}

/** The bits of two results, NaN and −0 included. */
export function sameBits(x: Float32Array, y: Float32Array): boolean {
  if (x.length !== y.length) return false;
  const [p, q] = [
    new Uint32Array(x.buffer, x.byteOffset, x.length),
    new Uint32Array(y.buffer, y.byteOffset, y.length),
  ];
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return false;
  return true;
}

/** |a|·|b|, what errors are relative to. */
export function absolutes(values: Float32Array): Float32Array {
  return values.map(Math.abs);
}

/** `count` multiples of 2⁻²⁰ in (−1, 1), the same for the same seed. */
export function numbers(count: number, seed: number): Float32Array {
  return draw(count, seed, (word) => (word >> 11) / 2 ** 20);
}

/** Integers in −8…8: their products and sums are exact in f32. */
export function integers(count: number, seed: number): Float32Array {
  return draw(count, seed, (word) => ((word >>> 8) % 17) - 8);
}

function draw(count: number, seed: number, value: (word: number) => number): Float32Array {
  // A linear congruence that Philox starts: the oracle in BigInt would be slow for a million.
  let [state] = philox4x32([0, 0, 0, 0], [seed, 0]);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return value(state | 0);
  });
}

function stride(cols: number): number {
  return Math.ceil(cols / 4) * 4;
}

/** A rows×cols matrix in memory, or its transpose, its padding filled. */
function place(
  kernel: TestKernel,
  from: Float32Array,
  rows: number,
  cols: number,
  transpose: boolean,
  padding: number,
): { at: number; ld: number } {
  const [height, width] = transpose ? [cols, rows] : [rows, cols];
  const ld = stride(width);
  const at = kernel.floats(Math.max(1, height * ld));
  const f32 = kernel.arena.views.f32;
  if (padding !== 0 && ld > width) f32.fill(padding, at >> 2, (at >> 2) + height * ld);
  if (!transpose) fillRows(f32, at, from, rows, cols);
  else {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) f32[(at >> 2) + j * ld + i] = from[i * cols + j] ?? 0;
    }
  }
  return { at, ld };
}

function fillRows(f32: Float32Array, at: number, from: Float32Array, rows: number, cols: number) {
  const ld = stride(cols);
  for (let i = 0, to = at >> 2; i < rows; i++, to += ld) {
    if (from.length === cols) f32.set(from, to);
    else f32.set(from.subarray(i * cols, (i + 1) * cols), to);
  }
}
