// OP_CONV_WEIGHT_GRADIENT: for each sample, places of the window (rows of c) times the gradient by the
// pixels: a place walks over the sample as its window goes from pixel to pixel. Threads share the tiles of
// c; every sum goes over all samples in order, from c on to c.

import { ZEROS } from "../abi";
import { clearFrame, copyFloats, fillFrame } from "../conv/frame";
import { packPanel, panelWidth } from "../conv/panels";
import { walkTile } from "../conv/tile";
import { Windows } from "../conv/windows";
import { MR, NR } from "../gemm/tile";
import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

export function runConvWeightGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const w = changetype<Windows>(op.e);
  const tiles = (w.depth() + MR - 1) / MR;
  const panels = (w.outGroup + NR - 1) / NR;
  const count = w.groups * panels * tiles;
  const start = rangeStart(count, 1, thread, threads), end = rangeStart(count, 1, thread + 1, threads);
  if (start == end) return;
  const scratch = op.scratch + <usize>(thread * op.scratchBytes);
  const frame = scratch + <usize>w.frameAt;
  if (w.framed) clearFrame(w, frame, w.channels);
  const row = <usize>(w.groups * w.outGroup) << 2;
  // A single panel of whole vectors is one as it stands.
  const packed = w.groups > 1 || w.outGroup > NR || (w.outGroup & 3) != 0;
  for (let sample = 0; sample < plan.rows; sample++) {
    const dy = op.b + (<usize>(sample * op.ldb) << 2);
    let image = op.a + (<usize>(sample * op.lda) << 2);
    if (w.framed) {
      fillFrame(w, image, frame, w.channels, 1);
      image = frame;
    }
    let next = start;
    while (next < end) {
      const index = next / tiles, first = next % tiles;
      const last = min(tiles, first + end - next);
      const group = index / panels, j = index % panels * NR;
      const width = panelWidth(w.outGroup, j);
      const filter = <usize>(group * w.outGroup + j) << 2;
      let panel = dy;
      if (packed) {
        panel = scratch;
        packPanel(dy + filter, row, w.pixels(), min(width, w.outGroup - j), width, panel);
      }
      places(
        op, w, image + (<usize>(group * w.inGroup) << 2), first, last, panel, j, width,
        op.c + filter, sample == 0, scratch + <usize>w.resultAt,
      );
      next += last - first;
    }
  }
}

/** Tiles first…last−1 of a panel's columns of c. */
function places(
  op: Op, w: Windows, image: usize, first: i32, last: i32, panel: usize, j: i32, width: i32,
  c: usize, fresh: bool, spare: usize,
): void {
  const pixel = <usize>w.channels << 2, line = <usize>w.frameWidth * pixel;
  const channels = w.inGroup, kernelW = w.kernelW, depth = w.depth();
  const stepW = <usize>w.dilationW * pixel - (<usize>channels << 2);
  const stepH = <usize>w.dilationH * line - <usize>kernelW * <usize>w.dilationW * pixel;
  const across = <usize>w.strideW * pixel;
  const down = <usize>w.strideH * line - <usize>w.outWidth * across;
  const cRow = <usize>op.ldc << 2, bStep = <usize>width << 2;
  const columns = min(width, w.outGroup - j);
  // Columns behind the group's are another group's.
  const direct = w.groups == 1 || columns == width;
  let k = first * MR;
  const place = k / channels;
  let channel = k % channels, x = place % kernelW;
  let at = image + (<usize>channel << 2) + <usize>x * <usize>w.dilationW * pixel
    + <usize>(place / kernelW) * <usize>w.dilationH * line;
  c += <usize>k * cRow;
  for (let tile = first; tile < last; tile++) {
    const a0 = at; at += 4;
    if (++channel == channels) { channel = 0; at += stepW; if (++x == kernelW) { x = 0; at += stepH; } }
    const a1 = at; at += 4;
    if (++channel == channels) { channel = 0; at += stepW; if (++x == kernelW) { x = 0; at += stepH; } }
    const a2 = at; at += 4;
    if (++channel == channels) { channel = 0; at += stepW; if (++x == kernelW) { x = 0; at += stepH; } }
    const a3 = at; at += 4;
    if (++channel == channels) { channel = 0; at += stepW; if (++x == kernelW) { x = 0; at += stepH; } }
    const a4 = at; at += 4;
    if (++channel == channels) { channel = 0; at += stepW; if (++x == kernelW) { x = 0; at += stepH; } }
    const rows = min(MR, depth - k);
    let to = c, toRow = cRow;
    if (!direct) {
      to = spare;
      toRow = bStep;
      copyRows(c, cRow, to, toRow, rows, columns);
    }
    walkTile(
      rows, width, 1, 0, w.outHeight, down, w.outWidth, across, a0, a1, a2, a3, a4, panel,
      fresh ? <usize>ZEROS : to, fresh ? <usize>0 : toRow, to, toRow,
    );
    if (!direct) {
      copyRows(to, toRow, c, cRow, rows, columns);
      clearPadding(op, k, rows, w.groups * w.outGroup);
    }
    c += <usize>MR * cRow;
    k += MR;
  }
}

function copyRows(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    copyFloats(from, to, columns);
    from += fromRow;
    to += toRow;
  }
}

/** The padding of rows of c stays 0. */
function clearPadding(op: Op, row: i32, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    const at = op.c + (<usize>(row * op.ldc) << 2);
    for (let j = columns; j < op.ldc; j++) store<f32>(at + (<usize>j << 2), 0);
    row++;
  }
}
