// OP_AUGMENT: images moved, turned, zoomed, mirrored. Each sample draws its parameters and makes of
// them an affine map from the pixels of the result to places in the image, whose four neighbours it
// weighs: what Keras' preprocessing layers do. Backward the same weights give the gradients back,
// pixel after pixel of the result, so that the order of every sum is fixed. Threads share the
// samples.

import {
  AUGMENT_FLIP, AUGMENT_TRANSLATION, AUGMENT_ROTATION, AUGMENT_ZOOM, FILL_CONSTANT, FILL_NEAREST,
} from "../abi";
import { cos, sin } from "../math";
import { uniformOf } from "../normal";
import { Op, Plan } from "../op";
import { philox } from "../random";
import { madd } from "../simd";

/** What the row of integers at an op's `e` says. */
@unmanaged @final
class Image {
  height: i32; width: i32; channels: i32;
  fill: i32;
  nearest: i32;
  /** The second parameter is the first. */
  tied: i32;
}

/**
 * In scratch. Pixel (x, y) of the result stands for (xx·x + xy·y + x0, yx·x + yy·y + y0) of the
 * image.
 */
@unmanaged @final
class Affine {
  xx: f64; xy: f64; x0: f64;
  yx: f64; yy: f64; y0: f64;
  word0: u32; word1: u32; word2: u32; word3: u32;
}

export function runAugment(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const affine = changetype<Affine>(op.scratch + <usize>(thread * op.scratchBytes));
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    philox(
      changetype<usize>(affine) + offsetof<Affine>("word0"),
      plan.seedLow, plan.seedHigh, op.stream, row, plan.step,
    );
    draw(op, affine);
    const bytes = <usize>op.ldb << 2;
    const a = op.a + (<usize>(row * op.lda) << 2), b = op.b + <usize>row * bytes;
    memory.fill(b, 0, bytes);
    sample(op, affine, a, b);
  }
}

/** From random words to the map. */
function draw(op: Op, it: Affine): void {
  const image = changetype<Image>(op.e);
  const right = <f64>(image.width - 1), bottom = <f64>(image.height - 1);
  const first = uniformOf(it.word0, load<f32>(op.d), load<f32>(op.d, 4));
  const second = image.tied
    ? first : uniformOf(it.word1, load<f32>(op.d, 8), load<f32>(op.d, 12));
  it.xx = 1; it.xy = 0; it.x0 = 0;
  it.yx = 0; it.yy = 1; it.y0 = 0;
  switch (op.kind) {
    case AUGMENT_FLIP: {
      // d holds two probabilities.
      if (uniformOf(it.word0, 0, 1) < <f64>load<f32>(op.d)) { it.xx = -1; it.x0 = right; }
      if (uniformOf(it.word1, 0, 1) < <f64>load<f32>(op.d, 4)) { it.yy = -1; it.y0 = bottom; }
      break;
    }
    case AUGMENT_TRANSLATION: {
      it.y0 = -first * <f64>image.height;
      it.x0 = -second * <f64>image.width;
      break;
    }
    case AUGMENT_ROTATION: {
      const angle = f32x4.splat(<f32>(first * 6.283185307179586));
      const s = <f64>f32x4.extract_lane(sin(angle), 0);
      const c = <f64>f32x4.extract_lane(cos(angle), 0);
      it.xx = c; it.xy = -s; it.x0 = 0.5 * (right - (c * right - s * bottom));
      it.yx = s; it.yy = c; it.y0 = 0.5 * (bottom - (s * right + c * bottom));
      break;
    }
    case AUGMENT_ZOOM: {
      it.yy = 1 + first; it.y0 = -0.5 * bottom * first;
      it.xx = 1 + second; it.x0 = -0.5 * right * second;
      break;
    }
    default: unreachable();
  }
}

/** b += the image a through the map; backward, b += the gradient a back through it. */
function sample(op: Op, it: Affine, a: usize, b: usize): void {
  const image = changetype<Image>(op.e);
  const pixel = <usize>image.channels << 2;
  // The result's side.
  let at: usize = op.k ? a : b;
  for (let i = 0; i < image.height; i++) {
    for (let j = 0; j < image.width; j++) {
      const x = it.xx * <f64>j + it.xy * <f64>i + it.x0;
      const y = it.yx * <f64>j + it.yy * <f64>i + it.y0;
      if (image.nearest) {
        place(op, a, b, at, <i32>Math.floor(x + 0.5), <i32>Math.floor(y + 0.5), 1);
      } else {
        const left = Math.floor(x), top = Math.floor(y);
        const l = <i32>left, t = <i32>top;
        const p = <f32>(x - left), q = <f32>(y - top);
        if (l >= 0 && t >= 0 && l < image.width - 1 && t < image.height - 1) {
          const offset = <usize>((t * image.width + l) * image.channels) << 2;
          if (op.k) spread(at, b + offset, image, p, q);
          else blend(a + offset, at, image, p, q);
          at += pixel;
          continue;
        }
        place(op, a, b, at, l, t, (1 - p) * (1 - q));
        place(op, a, b, at, l + 1, t, p * (1 - q));
        place(op, a, b, at, l, t + 1, (1 - p) * q);
        place(op, a, b, at, l + 1, t + 1, p * q);
      }
      at += pixel;
    }
  }
}

/** to ← the mean of a pixel and its neighbors to the right and below, all within the image. */
// @ts-ignore: decorator
@inline
function blend(from: usize, to: usize, image: Image, p: f32, q: f32): void {
  const u: f32 = 1 - p, v: f32 = 1 - q;
  const w0 = u * v, w1 = p * v, w2 = u * q, w3 = p * q;
  const right = <usize>image.channels << 2, below = right * <usize>image.width;
  let left = image.channels;
  for (; left >= 4; left -= 4) {
    let sum = f32x4.mul(v128.load(from), f32x4.splat(w0));
    sum = madd(v128.load(from + right), f32x4.splat(w1), sum);
    sum = madd(v128.load(from + below), f32x4.splat(w2), sum);
    v128.store(to, madd(v128.load(from + below + right), f32x4.splat(w3), sum));
    from += 16;
    to += 16;
  }
  for (; left > 0; left--) {
    const above = load<f32>(from) * w0 + load<f32>(from + right) * w1;
    const under = load<f32>(from + below) * w2 + load<f32>(from + below + right) * w3;
    store<f32>(to, above + under);
    from += 4;
    to += 4;
  }
}

/** The other way: the gradient of a pixel to those four. */
// @ts-ignore: decorator
@inline
function spread(from: usize, to: usize, image: Image, p: f32, q: f32): void {
  const right = <usize>image.channels << 2, below = right * <usize>image.width;
  addRun(from, to, image.channels, (1 - p) * (1 - q));
  addRun(from, to + right, image.channels, p * (1 - q));
  addRun(from, to + below, image.channels, (1 - p) * q);
  addRun(from, to + below + right, image.channels, p * q);
}

/** One place (x, y) of the image and the pixel of the result at `at`, bound by a weight. */
function place(op: Op, a: usize, b: usize, at: usize, x: i32, y: i32, weight: f32): void {
  if (weight == 0) return;
  const image = changetype<Image>(op.e);
  const column = inside(x, image.width, image.fill), line = inside(y, image.height, image.fill);
  if ((column | line) < 0) {
    if (!op.k) addConstant(at, image.channels, weight * op.f0);
    return;
  }
  const offset = <usize>((line * image.width + column) * image.channels) << 2;
  if (op.k) addRun(at, b + offset, image.channels, weight);
  else addRun(a + offset, at, image.channels, weight);
}

/** Which of 0…n−1 stands at i; −1: none. */
function inside(i: i32, n: i32, fill: i32): i32 {
  if (<u32>i < <u32>n) return i;
  if (fill == FILL_CONSTANT) return -1;
  if (fill == FILL_NEAREST) return i < 0 ? 0 : n - 1;
  // dcba|abcd|dcba: of period 2n.
  let r = i % (2 * n);
  if (r < 0) r += 2 * n;
  return r < n ? r : 2 * n - 1 - r;
}

/** to += weight·from. */
function addRun(from: usize, to: usize, count: i32, weight: f32): void {
  for (; count >= 4; count -= 4) {
    const more = f32x4.mul(v128.load(from), f32x4.splat(weight));
    v128.store(to, f32x4.add(v128.load(to), more));
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * weight);
    from += 4;
    to += 4;
  }
}

function addConstant(to: usize, count: i32, value: f32): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + value);
    to += 4;
  }
}
