// OP_GEMM: chooses the path, splits C among threads, and finishes with the activation or its gradient
// while the result is in the cache.

import {
  ACTIVATION_LINEAR, FLAG_ACCUMULATE, FLAG_GRADIENT, FLAG_SPLIT_COLUMNS, FLAG_TRANSPOSE_A,
  FLAG_TRANSPOSE_B, FLAG_UNPACKED, FLAG_WIDE, ZEROS,
} from "../abi";
import { applyActivation, applyGradient } from "../activations/apply";
import { gemmPacked } from "../gemm/packed";
import { gemmUnpacked, gemmUnpackedWide } from "../gemm/unpacked";
import { packColumnsTransposed } from "../gemm/pack";
import { NR } from "../gemm/tile";
import { WIDE_NR } from "../gemm/wide";
import { full } from "../full";
import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

export function runGemm(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const flags = op.flags;
  const m = op.rows(plan), n = (op.n + 3) & ~3, k = op.depth(plan);
  let row = 0, rowEnd = m, column = 0, columnEnd = n;
  if (flags & FLAG_SPLIT_COLUMNS) {
    const grain = full() && flags & FLAG_WIDE ? WIDE_NR : NR;
    column = rangeStart(n, grain, thread, threads);
    columnEnd = rangeStart(n, grain, thread + 1, threads);
  } else {
    row = op.rowStart(plan, thread, threads);
    rowEnd = op.rowStart(plan, thread + 1, threads);
  }
  if ((flags & FLAG_TRANSPOSE_A) && op.d) columnSums(op, k, thread, threads);
  if (row == rowEnd || column == columnEnd) return;

  // Wide tiles take whole panels of 16 columns, narrow ones the rest.
  const narrow = full() && flags & FLAG_WIDE ? column + ((columnEnd - column) & -WIDE_NR) : column;
  const scratch = op.scratch + <usize>(thread * op.scratchBytes);
  if (full() && column < narrow) {
    product(op, k, row, rowEnd - row, column, narrow - column, true, scratch);
  }
  if (narrow < columnEnd) product(op, k, row, rowEnd - row, narrow, columnEnd - narrow, false, scratch);
  if (op.kind != ACTIVATION_LINEAR) finish(op, row, rowEnd, column, columnEnd);
}

/** A part of C, from a row and a column on. */
function product(
  op: Op, k: i32, row: i32, rows: i32, column: i32, columns: i32, wide: bool, scratch: usize,
): void {
  const flags = op.flags;
  const transposeA = (flags & FLAG_TRANSPOSE_A) != 0;
  const transposeB = (flags & FLAG_TRANSPOSE_B) != 0;
  const lda = <usize>op.lda << 2, ldb = <usize>op.ldb << 2, ldc = <usize>op.ldc << 2;
  const c = op.c + <usize>row * ldc + (<usize>column << 2);
  // Where sums start: C itself, a bias (the same for every row) or zeros (the same for every tile).
  let init: usize = ZEROS, initRow: usize = 0, initColumn: usize = 0;
  if (flags & FLAG_ACCUMULATE) {
    init = c; initRow = ldc; initColumn = 4;
  } else if (op.d && !transposeA) {
    init = op.d + (<usize>column << 2); initColumn = 4;
  }
  const a = op.a + <usize>row * (transposeA ? 4 : lda);
  let b = op.b + <usize>column * (transposeB ? ldb : 4);
  if (!(flags & FLAG_UNPACKED)) {
    gemmPacked(
      rows, columns, k, a, lda, transposeA, b, ldb, transposeB, op.n - column,
      init, initRow, initColumn, c, ldc, wide, scratch,
    );
    return;
  }
  if (transposeB) {
    packColumnsTransposed(b, ldb, op.n - column, k, columns, wide ? WIDE_NR : NR, scratch);
    b = scratch;
  }
  const aRow: usize = transposeA ? 4 : lda, aStep: usize = transposeA ? lda : 4;
  if (full() && wide) {
    gemmUnpackedWide(
      rows, columns, k, a, aRow, aStep, b, ldb, transposeB, init, initRow, initColumn, c, ldc,
    );
  } else {
    gemmUnpacked(
      rows, columns, k, a, aRow, aStep, b, ldb, transposeB, init, initRow, initColumn, c, ldc,
    );
  }
}

/** The epilogue over this thread's part of C; whole rows are one contiguous run. */
function finish(op: Op, row: i32, rowEnd: i32, column: i32, columnEnd: i32): void {
  const ld = op.ldc;
  let count = columnEnd - column, runs = rowEnd - row;
  if (count == ld) {
    count *= runs;
    runs = 1;
  }
  let at = <usize>(row * ld + column) << 2;
  for (; runs > 0; runs--) {
    if (op.flags & FLAG_GRADIENT) applyGradient(op.kind, op.c + at, op.e + at, op.c + at, count, op.f0);
    else applyActivation(op.kind, op.c + at, op.c + at, count, op.f0);
    at += <usize>ld << 2;
  }
}

/** d[n] ← column sums of b[k×n], each in the order of k: a bias' gradient. */
function columnSums(op: Op, k: i32, thread: i32, threads: i32): void {
  const width = (op.n + 3) & ~3, ld = <usize>op.ldb << 2;
  const end = rangeStart(width, 4, thread + 1, threads);
  for (let j = rangeStart(width, 4, thread, threads); j < end; j += 4) {
    let from = op.b + (<usize>j << 2);
    let sum = f32x4.splat(0);
    for (let i = 0; i < k; i++) {
      sum = f32x4.add(sum, v128.load(from));
      from += ld;
    }
    v128.store(op.d + (<usize>j << 2), sum);
  }
}
