// The ops of normalization: what is whose among threads. The formulas stand in normalization/.

import {
  NORMALIZE_BATCH, NORMALIZE_GIVEN, NORMALIZE_ROWS, NORMALIZE_ROWS_RMS, NORMALIZE_SAMPLES, NORMALIZE_TOTALS,
} from "../abi";
import {
  columnGradients, columnStatistics, givenStatistics, gradientSums, normalizeColumns, totals,
} from "../normalization/columns";
import { normalizeRows, rowGradients, rowParameterSums } from "../normalization/rows";
import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

/** Columns, their padding included. */
// @ts-ignore: decorator
@inline
function columns(op: Op): i32 {
  return (op.n + 3) & ~3;
}

// @ts-ignore: decorator
@inline
function scratchOf(op: Op, thread: i32): usize {
  return op.scratch + <usize>(thread * op.scratchBytes);
}

/** From a row of a matrix on. */
// @ts-ignore: decorator
@inline
function rowOf(matrix: usize, row: i32, ld: i32): usize {
  return matrix + (<usize>row * <usize>ld << 2);
}

/** Where the four rows are that belong to a row's sample, or to all. */
// @ts-ignore: decorator
@inline
function four(op: Op, base: usize, ld: i32, row: i32): usize {
  return op.kind == NORMALIZE_SAMPLES ? rowOf(base, row / op.m * 4, ld) : base;
}

export function runColumnStatistics(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const scratch = scratchOf(op, thread);
  if (op.kind == NORMALIZE_SAMPLES) {
    const end = op.rowStart(plan, thread + 1, threads);
    for (let row = op.rowStart(plan, thread, threads); row < end; row += op.m) {
      const to = four(op, op.b, op.ldb, row);
      columnStatistics(op, rowOf(op.a, row, op.lda), op.m, 0, columns(op), to, scratch);
    }
    return;
  }
  const from = rangeStart(columns(op), 4, thread, threads);
  const to = rangeStart(columns(op), 4, thread + 1, threads);
  if (op.kind == NORMALIZE_GIVEN) givenStatistics(op, from, to);
  else columnStatistics(op, op.a, op.rows(plan), from, to, op.b, scratch);
}

export function runNormalize(op: Op, plan: Plan, thread: i32, threads: i32): void {
  let row = op.rowStart(plan, thread, threads);
  const end = op.rowStart(plan, thread + 1, threads);
  if (op.kind == NORMALIZE_ROWS || op.kind == NORMALIZE_ROWS_RMS) {
    return normalizeRows(op, row, end, op.kind == NORMALIZE_ROWS);
  }
  for (; row < end; row += op.m) {
    const x = rowOf(op.a, row, op.lda), y = rowOf(op.b, row, op.ldb);
    normalizeColumns(op, x, y, four(op, op.c, op.ldc, row), op.m);
  }
}

export function runNormalizeSums(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const scratch = scratchOf(op, thread);
  if (op.kind == NORMALIZE_SAMPLES) {
    const end = op.rowStart(plan, thread + 1, threads);
    for (let row = op.rowStart(plan, thread, threads); row < end; row += op.m) {
      const x = rowOf(op.a, row, op.lda), dy = rowOf(op.b, row, op.ldb);
      const statistics = four(op, op.c, op.ldc, row), to = four(op, op.d, op.ldd, row);
      gradientSums(op, x, dy, statistics, op.m, 0, columns(op), to, scratch);
    }
    return;
  }
  const from = rangeStart(columns(op), 4, thread, threads);
  const to = rangeStart(columns(op), 4, thread + 1, threads);
  const rows = op.rows(plan);
  if (op.kind == NORMALIZE_BATCH) gradientSums(op, op.a, op.b, op.c, rows, from, to, op.d, scratch);
  else if (op.kind == NORMALIZE_TOTALS) totals(op, rows, from, to, scratch);
  else rowParameterSums(op, rows, from, to);
}

export function runNormalizeGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  let row = op.rowStart(plan, thread, threads);
  const end = op.rowStart(plan, thread + 1, threads);
  if (op.kind == NORMALIZE_ROWS || op.kind == NORMALIZE_ROWS_RMS) {
    return rowGradients(op, row, end, op.kind == NORMALIZE_ROWS);
  }
  for (; row < end; row += op.m) {
    const x = rowOf(op.a, row, op.lda), dy = rowOf(op.b, row, op.ldb);
    const sums = op.d ? four(op, op.d, op.ldd, row) : 0;
    columnGradients(op, x, dy, four(op, op.c, op.ldc, row), sums, op.m);
  }
}
