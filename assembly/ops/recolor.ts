// OP_RECOLOR: contrast and brightness of images, changed by what each sample draws. What is clipped
// passes no gradient on. Threads share the samples.

import { RECOLOR_CONTRAST } from "../abi";
import { uniformOf } from "../normal";
import { Op, Plan } from "../op";
import { philox } from "../random";

export function runRecolor(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const words = op.scratch + <usize>(thread * op.scratchBytes), means = words + 16;
  const least = load<f32>(op.d, 8), most = load<f32>(op.d, 12);
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    philox(words, plan.seedLow, plan.seedHigh, op.stream, row, plan.step);
    const drawn = uniformOf(load<u32>(words), load<f32>(op.d), load<f32>(op.d, 4));
    const b = op.b + (<usize>(row * op.ldb) << 2);
    let from = op.a + (<usize>(row * op.lda) << 2), to = b;
    if (op.c) {
      from = op.c + (<usize>(row * op.ldc) << 2);
      to = from;
      mask(b, to, op.n, least, most);
    } else {
      // Padding has to be finite.
      for (let i = op.n; i < op.ldb; i++) store<f32>(b + (<usize>i << 2), 0);
    }
    if (op.kind == RECOLOR_CONTRAST) {
      channelMeans(from, op.n, op.k, means);
      contrast(from, to, op.n, op.k, means, 1 + drawn);
    } else if (!op.c) {
      const more = drawn * (<f64>most - <f64>least);
      for (let i = 0; i < op.n; i++) {
        const at = <usize>i << 2;
        store<f32>(to + at, <f32>(<f64>load<f32>(from + at) + more));
      }
    }
    if (!op.c) clip(to, op.n, least, most);
  }
}

/** means[channels] ← f64 means over the pixels, in their order. */
function channelMeans(from: usize, count: i32, channels: i32, means: usize): void {
  const pixels = count / channels;
  for (let c = 0; c < channels; c++) {
    let sum: f64 = 0;
    for (let i = c; i < count; i += channels) sum += <f64>load<f32>(from + (<usize>i << 2));
    store<f64>(means + (<usize>c << 3), sum / <f64>pixels);
  }
}

/** to ← mean + factor·(from − mean): linear, and its own gradient. */
function contrast(
  from: usize, to: usize, count: i32, channels: i32, means: usize, factor: f64,
): void {
  for (let i = 0; i < count; i += channels) {
    for (let c = 0; c < channels; c++) {
      const at = <usize>(i + c) << 2, mean = load<f64>(means + (<usize>c << 3));
      store<f32>(to + at, <f32>(mean + factor * (<f64>load<f32>(from + at) - mean)));
    }
  }
}

function clip(at: usize, count: i32, least: f32, most: f32): void {
  for (const end = at + (<usize>count << 2); at < end; at += 4) {
    store<f32>(at, min<f32>(max<f32>(load<f32>(at), least), most));
  }
}

/** 0 into the gradient dy where y was clipped. */
function mask(y: usize, dy: usize, count: i32, least: f32, most: f32): void {
  for (const end = y + (<usize>count << 2); y < end; y += 4, dy += 4) {
    const value = load<f32>(y);
    if (value <= least || value >= most) store<f32>(dy, 0);
  }
}
