// Spatial dropout, a kind of OP_NOISE: zeroes whole channels of a sample, the last dimension, at
// all its positions (Tompson et al., "Efficient object localization using convolutional networks",
// CVPR 2015).

import { thresholdOf } from "../normal";
import { Op, Plan } from "../op";
import { philox } from "../random";

export function runSpatialDropout(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const channels = op.k, positions = op.n / op.k, blocks = (channels + 3) >> 2;
  const mask = op.scratch + <usize>(thread * op.scratchBytes);
  const threshold = i32x4.splat(thresholdOf(op.f0));
  const scale: f32 = 1 / (1 - op.f0);
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    for (let block = 0; block < blocks; block++) {
      const at = mask + (<usize>block << 4);
      philox(at, plan.seedLow, plan.seedHigh, op.stream, row * blocks + block, plan.step);
      v128.store(at, i32x4.ge_u(v128.load(at), threshold));
    }
    let x = op.a + (<usize>(row * op.lda) << 2), y = op.b + (<usize>(row * op.ldb) << 2);
    const step = <usize>channels << 2, rowEnd = y + (<usize>op.ldb << 2);
    for (let i = 0; i < positions; i++, x += step, y += step) {
      maskRun(x, y, mask, channels, scale);
    }
    // Padding has to be finite.
    for (; y < rowEnd; y += 4) store<f32>(y, 0);
  }
}

/** y ← x·scale where the mask's bits are 1, else 0. */
function maskRun(x: usize, y: usize, mask: usize, count: i32, scale: f32): void {
  for (; count >= 4; count -= 4) {
    v128.store(y, v128.and(f32x4.mul(v128.load(x), f32x4.splat(scale)), v128.load(mask)));
    x += 16;
    y += 16;
    mask += 16;
  }
  for (; count > 0; count--) {
    store<f32>(y, load<i32>(mask) ? load<f32>(x) * scale : 0);
    x += 4;
    y += 4;
    mask += 4;
  }
}
