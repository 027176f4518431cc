// OP_CONV: windows of each sample times weights, without ever writing the windows down: five neighbouring
// windows × 8 filters at a time, read where they are. Threads share the samples; each packs the weights
// once and makes its frame once, of which only the inside changes from sample to sample.

import { FLAG_GRADIENT, ZEROS } from "../abi";
import { finish } from "../conv/finish";
import { clearFrame, copyFloats, fillFrame } from "../conv/frame";
import { packWeights, panelWidth } from "../conv/panels";
import { walkTile } from "../conv/tile";
import { Windows } from "../conv/windows";
import { MR, NR } from "../gemm/tile";
import { Op, Plan } from "../op";

export function runConv(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  let row = op.rowStart(plan, thread, threads);
  if (row == end) return;
  const w = changetype<Windows>(op.e);
  const scratch = op.scratch + <usize>(thread * op.scratchBytes);
  const frame = scratch + <usize>w.frameAt;
  if (w.phases) packPhases(w, op.b, <usize>op.ldb << 2, scratch);
  else packWeights(w, op.b, <usize>op.ldb << 2, scratch);
  if (w.framed) clearFrame(w, frame, w.channels);
  // A result that needs padding has each group of filters padded.
  const group = w.resultAt ? (w.outGroup + 3) & ~3 : w.outGroup;
  let bias: usize = 0;
  if (op.d && !(op.flags & FLAG_GRADIENT)) {
    bias = scratch + <usize>w.biasAt;
    for (let g = 0; g < w.groups; g++) {
      copyFloats(op.d + (<usize>(g * w.outGroup) << 2), bias + (<usize>(g * group) << 2), w.outGroup);
    }
  }
  for (; row < end; row++) {
    const y = op.c + (<usize>(row * op.ldc) << 2);
    let image = op.a + (<usize>(row * op.lda) << 2);
    if (w.framed) {
      fillFrame(w, image, frame, w.channels, 1);
      image = frame;
    }
    const result = w.resultAt ? scratch + <usize>w.resultAt : y;
    let panels = scratch;
    for (let index = w.phases ? 1 : 0; index <= w.phases; index++) {
      const phase = w.phase(index);
      product(phase, image + (<usize>(phase.start * w.channels) << 2), panels, bias, group, result);
      panels += weightBytes(phase);
      if (w.resultAt) bringHome(phase, result, group, y);
    }
    finish(op, row, w.pixels() * w.groups * w.outGroup);
  }
}

/** Bytes of all panels of weights. */
function weightBytes(w: Windows): usize {
  return <usize>(w.depth() * w.groups * ((w.outGroup + 3) & ~3)) << 2;
}

function packPhases(w: Windows, weights: usize, row: usize, to: usize): void {
  for (let index = 1; index <= w.phases; index++) {
    const phase = w.phase(index);
    packWeights(phase, weights, row, to);
    to += weightBytes(phase);
  }
}

/** All filters at all pixels; the result has `group` floats a pixel for each group. */
function product(w: Windows, image: usize, panels: usize, bias: usize, group: i32, result: usize): void {
  for (let g = 0; g < w.groups; g++) {
    for (let j = 0; j < w.outGroup; j += NR) {
      const at = <usize>(g * group + j) << 2;
      const width = panelWidth(w.outGroup, j);
      panel(
        w, image + (<usize>(g * w.inGroup) << 2), panels, width, bias ? bias + at : <usize>ZEROS,
        result + at, <usize>(w.groups * group) << 2,
      );
      panels += <usize>(w.depth() * width) << 2;
    }
  }
}

/** One panel's filters at all pixels. */
function panel(
  w: Windows, image: usize, weights: usize, width: i32, init: usize, c: usize, cRow: usize,
): void {
  const pixel = <usize>w.channels << 2, line = <usize>w.frameWidth * pixel;
  const stepW = <usize>w.dilationW * pixel, stepH = <usize>w.dilationH * line;
  // A row of the window is one run, unless something lies between its pixels.
  const dense = w.groups == 1 && w.dilationW == 1;
  const n1 = dense ? 1 : w.kernelW;
  const n2 = dense ? w.kernelW * w.channels : w.inGroup;
  const jump1 = dense ? <usize>0 : stepW - (<usize>w.inGroup << 2);
  const jump0 = stepH - <usize>w.kernelW * stepW;
  const across = <usize>w.strideW * pixel;
  const wrap = <usize>w.strideH * line - <usize>w.outWidth * across;
  const outWidth = w.outWidth;
  let x = 0, at = image;
  for (let left = w.pixels(); left > 0; left -= MR) {
    const a0 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    const a1 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    const a2 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    const a3 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    const a4 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    walkTile(
      min(MR, left), width, w.kernelH, jump0, n1, jump1, n2, 4,
      a0, a1, a2, a3, a4, weights, init, 0, c, cRow,
    );
    c += <usize>MR * cRow;
  }
}

/** Puts a result with `group` floats a pixel for each group where its pixels belong in y. */
function bringHome(w: Windows, result: usize, group: i32, y: usize): void {
  const pixel = <usize>(w.groups * w.outGroup) << 2;
  for (let i = 0; i < w.outHeight; i++) {
    let to = y + <usize>(w.into + i * w.intoDown) * pixel;
    for (let j = 0; j < w.outWidth; j++) {
      for (let g = 0; g < w.groups; g++) {
        copyFloats(result, to + (<usize>(g * w.outGroup) << 2), w.outGroup);
        result += <usize>group << 2;
      }
      to += <usize>w.intoAcross * pixel;
    }
  }
}
