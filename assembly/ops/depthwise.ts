// OP_DEPTHWISE and its weight gradient: every channel has windows and filters of its own, so vectors run
// over channels. Frames have their pixels padded to whole vectors, and each channel as often as it has
// filters: then filters and channels pair up one by one.

import { FLAG_GRADIENT, ZEROS } from "../abi";
import { finish } from "../conv/finish";
import { clearFrame, copyFloats, fillFrame } from "../conv/frame";
import { Windows } from "../conv/windows";
import { Op, Plan } from "../op";
import { madd } from "../simd";
import { rangeStart } from "../threads";

/** Pixels, or places of the window, whose sums go on side by side. */
const SIDE: i32 = 4;

/** Threads share the samples. */
export function runDepthwise(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  let row = op.rowStart(plan, thread, threads);
  if (row == end) return;
  const w = changetype<Windows>(op.e);
  const scratch = op.scratch + <usize>(thread * op.scratchBytes);
  const frame = scratch + <usize>w.frameAt;
  const filters = w.groups * w.outGroup, pixel = (filters + 3) & ~3;
  const repeat = filters / w.channels;
  packPlaces(w, op.b, <usize>op.ldb << 2, pixel, scratch);
  if (w.framed) clearFrame(w, frame, pixel);
  const bias = op.flags & FLAG_GRADIENT ? <usize>0 : op.d;
  for (; row < end; row++) {
    const y = op.c + (<usize>(row * op.ldc) << 2);
    let image = op.a + (<usize>(row * op.lda) << 2);
    if (w.framed) {
      fillFrame(w, image, frame, pixel, repeat);
      image = frame;
    }
    const result = w.resultAt ? scratch + <usize>w.resultAt : y;
    for (let j = 0; j < pixel; j += 4) {
      const at = <usize>j << 2;
      vectors(
        w, image + at, <usize>pixel << 2, scratch + at, v128.load(bias ? bias + at : <usize>ZEROS),
        result + at,
      );
    }
    // The way back: a channel gets what all of its filters give.
    const each = w.turned ? w.outGroup : 1;
    if (w.resultAt) bringBack(result, pixel, w.pixels(), filters / each, each, y);
    finish(op, row, w.pixels() * (filters / each));
  }
}

/** Four channels at all pixels; weights `pixel` bytes from place to place. */
function vectors(w: Windows, image: usize, pixel: usize, weights: usize, init: v128, c: usize): void {
  const line = <usize>w.frameWidth * pixel;
  const stepW = <usize>w.dilationW * pixel;
  const stepH = <usize>w.dilationH * line - <usize>w.kernelW * stepW;
  const across = <usize>w.strideW * pixel;
  const wrap = <usize>w.strideH * line - <usize>w.outWidth * across;
  const outWidth = w.outWidth;
  let x = 0, at = image;
  for (let left = w.pixels(); left > 0; left -= SIDE) {
    let a0 = at; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    // Where there are fewer than four, the last ones do the same again.
    let a1 = left > 1 ? at : a0; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    let a2 = left > 2 ? at : a0; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    let a3 = left > 3 ? at : a0; at += across; if (++x == outWidth) { x = 0; at += wrap; }
    let c0 = init, c1 = init, c2 = init, c3 = init;
    let b = weights;
    for (let i = w.kernelH; i > 0; i--) {
      for (let k = w.kernelW; k > 0; k--) {
        const b0 = v128.load(b);
        c0 = madd(v128.load(a0), b0, c0); c1 = madd(v128.load(a1), b0, c1);
        c2 = madd(v128.load(a2), b0, c2); c3 = madd(v128.load(a3), b0, c3);
        a0 += stepW; a1 += stepW; a2 += stepW; a3 += stepW;
        b += pixel;
      }
      a0 += stepH; a1 += stepH; a2 += stepH; a3 += stepH;
    }
    v128.store(c, c0); c += pixel;
    if (left > 1) { v128.store(c, c1); c += pixel; }
    if (left > 2) { v128.store(c, c2); c += pixel; }
    if (left > 3) { v128.store(c, c3); c += pixel; }
  }
}

/** `to`[place][channel][filter:pixel] ← weights[(place, channel) × multiplier:row], back to front if turned. */
function packPlaces(w: Windows, weights: usize, row: usize, pixel: i32, to: usize): void {
  const places = w.kernelH * w.kernelW;
  memory.fill(to, 0, <usize>(places * pixel) << 2);
  for (let place = 0; place < places; place++) {
    const from = w.turned ? places - 1 - place : place;
    for (let channel = 0; channel < w.groups; channel++) {
      copyFloats(
        weights + <usize>(from * w.groups + channel) * row,
        to + (<usize>(place * pixel + channel * w.outGroup) << 2), w.outGroup,
      );
    }
  }
}

/** y[pixels × count] ← sums of `each` neighbours of result[pixels × count·each:pixel]. */
function bringBack(result: usize, pixel: i32, pixels: i32, count: i32, each: i32, y: usize): void {
  for (; pixels > 0; pixels--) {
    if (each == 1) {
      copyFloats(result, y, count);
    } else {
      let from = result;
      for (let i = 0; i < count; i++) {
        let sum: f32 = 0;
        for (let k = each; k > 0; k--) {
          sum += load<f32>(from);
          from += 4;
        }
        store<f32>(y + (<usize>i << 2), sum);
      }
    }
    result += <usize>pixel << 2;
    y += <usize>count << 2;
  }
}

/** Threads share the channels, four at a time; sums go over all samples in order. */
export function runDepthwiseWeightGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const w = changetype<Windows>(op.e);
  const filters = w.groups * w.outGroup, pixel = (filters + 3) & ~3;
  const start = rangeStart(filters, 4, thread, threads), end = rangeStart(filters, 4, thread + 1, threads);
  if (start == end) return;
  const scratch = op.scratch + <usize>(thread * op.scratchBytes);
  const frame = scratch + <usize>w.frameAt;
  const places = w.kernelH * w.kernelW;
  memory.fill(scratch, 0, <usize>(places * pixel) << 2);
  if (w.framed) clearFrame(w, frame, pixel);
  for (let sample = 0; sample < plan.rows; sample++) {
    let image = op.a + (<usize>(sample * op.lda) << 2);
    if (w.framed) {
      fillFrame(w, image, frame, pixel, w.outGroup);
      image = frame;
    }
    let dy = op.b + (<usize>(sample * op.ldb) << 2);
    if (w.resultAt) {
      const to = scratch + <usize>w.resultAt;
      for (let i = 0; i < w.pixels(); i++) {
        const at = to + (<usize>(i * pixel) << 2);
        if (pixel > filters) v128.store(at + (<usize>(pixel - 4) << 2), f32x4.splat(0));
        copyFloats(dy + (<usize>(i * filters) << 2), at, filters);
      }
      dy = to;
    }
    for (let j = start; j < end; j += 4) {
      const at = <usize>j << 2;
      for (let place = 0; place < places; place += SIDE) {
        placeSums(w, image + at, <usize>pixel << 2, dy + at, place, scratch + at);
      }
    }
  }
  for (let place = 0; place < places; place++) {
    for (let j = start; j < end; j++) {
      const row = place * w.groups + j / w.outGroup, column = j % w.outGroup;
      const to = op.c + (<usize>(row * op.ldc) << 2);
      store<f32>(to + (<usize>column << 2), load<f32>(scratch + (<usize>(place * pixel + j) << 2)));
      if (column + 1 < w.outGroup) continue;
      // Padding stays 0.
      for (let k = w.outGroup; k < op.ldc; k++) store<f32>(to + (<usize>k << 2), 0);
    }
  }
}

/** Where in the frame a place of the first window is; `place` beyond the last: the last. */
// @ts-ignore: decorator
@inline
function placeAt(w: Windows, pixel: usize, place: i32): usize {
  const it = min(place, w.kernelH * w.kernelW - 1);
  const y = it / w.kernelW * w.dilationH, x = it % w.kernelW * w.dilationW;
  return <usize>(y * w.frameWidth + x) * pixel;
}

/** Adds a sample to the sums of four channels at up to four places. */
function placeSums(w: Windows, image: usize, pixel: usize, dy: usize, place: i32, sums: usize): void {
  const across = <usize>w.strideW * pixel;
  const down = <usize>w.strideH * <usize>w.frameWidth * pixel - <usize>w.outWidth * across;
  const left = w.kernelH * w.kernelW - place;
  let a0 = image + placeAt(w, pixel, place), a1 = image + placeAt(w, pixel, place + 1);
  let a2 = image + placeAt(w, pixel, place + 2), a3 = image + placeAt(w, pixel, place + 3);
  sums += <usize>place * pixel;
  let c0 = v128.load(sums), c1 = c0, c2 = c0, c3 = c0;
  if (left > 1) c1 = v128.load(sums + pixel);
  if (left > 2) c2 = v128.load(sums + 2 * pixel);
  if (left > 3) c3 = v128.load(sums + 3 * pixel);
  for (let i = w.outHeight; i > 0; i--) {
    for (let k = w.outWidth; k > 0; k--) {
      const b0 = v128.load(dy);
      c0 = madd(v128.load(a0), b0, c0); c1 = madd(v128.load(a1), b0, c1);
      c2 = madd(v128.load(a2), b0, c2); c3 = madd(v128.load(a3), b0, c3);
      a0 += across; a1 += across; a2 += across; a3 += across;
      dy += pixel;
    }
    a0 += down; a1 += down; a2 += down; a3 += down;
  }
  v128.store(sums, c0);
  if (left > 1) v128.store(sums + pixel, c1);
  if (left > 2) v128.store(sums + 2 * pixel, c2);
  if (left > 3) v128.store(sums + 3 * pixel, c3);
}
