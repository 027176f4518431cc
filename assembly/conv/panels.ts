// Panels of up to 8 columns for the tiles: weights, and what windows are multiplied by. Columns that a
// panel lacks are 0.

import { NR } from "../gemm/tile";
import { copyFloats } from "./frame";
import { Windows } from "./windows";

/** Width of the panel that begins at column j of `columns`: 8, or 4 if that will do. */
// @ts-ignore: decorator
@inline
export function panelWidth(columns: i32, j: i32): i32 {
  return min(NR, (columns - j + 3) & ~3);
}

/** `to`[depth × width] ← the first `columns` of each row of `from`, `fromRow` bytes apart. */
export function packPanel(
  from: usize, fromRow: usize, depth: i32, columns: i32, width: i32, to: usize,
): void {
  if (columns == NR) {
    for (; depth > 0; depth--) {
      v128.store(to, v128.load(from)); v128.store(to, v128.load(from, 16), 16);
      from += fromRow;
      to += 32;
    }
    return;
  }
  const bytes = <usize>width << 2;
  const zero = f32x4.splat(0);
  for (; depth > 0; depth--) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, zero);
    copyFloats(from, to, columns);
    from += fromRow;
    to += bytes;
  }
}

/** All weights [kernelH·kernelW·inGroup × filters:row] as panels, group by group. */
export function packWeights(w: Windows, weights: usize, row: usize, to: usize): void {
  const depth = w.depth();
  for (let g = 0; g < w.groups; g++) {
    for (let j = 0; j < w.outGroup; j += NR) {
      const width = panelWidth(w.outGroup, j), columns = min(width, w.outGroup - j);
      if (w.turned) {
        packTurned(w, weights + (<usize>(g * w.inGroup) << 2), row, j, columns, width, to);
      } else {
        const from = weights + (<usize>(g * w.outGroup + j) << 2);
        packPanel(from, row, depth, columns, width, to);
      }
      to += <usize>(depth * width) << 2;
    }
  }
}

/**
 * The same of the weights that led here, [kernelH·kernelW·outGroup × …]: the last place of the window comes
 * first, and rows of a place become columns, from row j on.
 */
function packTurned(
  w: Windows, weights: usize, row: usize, j: i32, columns: i32, width: i32, to: usize,
): void {
  const step = <usize>width << 2;
  const places = w.kernelH * w.kernelW;
  for (let at = 0; at < places; at++) {
    const y = w.fullH - 1 - w.placeH - at / w.kernelW * w.placeStepH;
    const x = w.fullW - 1 - w.placeW - at % w.kernelW * w.placeStepW;
    const place = y * w.fullW + x;
    for (let i = 0; i < width; i++) {
      const from = weights + <usize>(place * w.outGroup + j + i) * row;
      let into = to + (<usize>i << 2);
      for (let f = 0; f < w.inGroup; f++) {
        store<f32>(into, i < columns ? load<f32>(from + (<usize>f << 2)) : 0);
        into += step;
      }
    }
    to += <usize>w.inGroup * step;
  }
}
