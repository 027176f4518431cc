// −Σ t·log p over the classes, for probabilities that some layer below the loss has made.
//
// As Keras does it: p is divided by its row's sum, then clipped to [ε, 1 − ε], ε = 1e-7, and where
// it is clipped it has no gradient but by way of the sum.

import { log } from "../math";
import { Op, Plan } from "../op";
import { sumLanes } from "../simd";
import { clearPadding, columnMask } from "./columns";
import { Targets } from "./targets";

/** OP_LOSS, with targets read by the policy T. Threads share the rows. */
export function runCategoricalCrossentropy<T extends Targets>(
  op: Op, plan: Plan, thread: i32, threads: i32,
): void {
  const targets = changetype<T>(0);
  const rows = op.rows(plan);
  const n = op.n;
  const least = f32x4.splat(<f32>1e-7);
  const to = <usize>op.rowStart(plan, thread + 1, threads);
  for (let i = <usize>op.rowStart(plan, thread, threads); i < to; i++) {
    const a = op.a + i * (<usize>op.lda << 2);
    const b = op.b + i * (<usize>op.ldb << 2);
    const c = op.c + i * (<usize>op.ldc << 2);
    const weight: f32 = op.e ? load<f32>(op.e + (i << 2)) : 1;
    const label = targets.label(b);

    let sums = i32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      sums = f32x4.add(sums, v128.and(v128.load(a + (<usize>j << 2)), columnMask(j, n)));
    }
    const total = sumLanes(sums);
    const divisor = f32x4.splat(total);

    let losses = i32x4.splat(0);
    let unclipped = i32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const mask = columnMask(j, n);
      const t = targets.at(b, label, j);
      const p = f32x4.div(v128.load(a + (<usize>j << 2)), divisor);
      // 1 − ε is no f32: clipped there as a logarithm.
      const cost = f32x4.pmax(f32x4.neg(log(f32x4.pmax(p, least))), least);
      losses = f32x4.add(losses, v128.and(f32x4.mul(t, cost), mask));
      unclipped = f32x4.add(unclipped, v128.andnot(v128.and(t, mask), clipped(p)));
    }
    store<f32>(op.d + (i << 2), sumLanes(losses) * weight);

    if (op.c) {
      const scale = f32x4.splat(weight / <f32>rows / total);
      const common = f32x4.splat(sumLanes(unclipped));
      for (let j = 0; j < n; j += 4) {
        const t = targets.at(b, label, j);
        const p = f32x4.div(v128.load(a + (<usize>j << 2)), divisor);
        const own = v128.andnot(f32x4.div(t, p), clipped(p));
        const gradient = f32x4.mul(f32x4.sub(common, own), scale);
        v128.store(c + (<usize>j << 2), v128.and(gradient, columnMask(j, n)));
      }
      clearPadding(c, n, op.ldc);
    }
  }
}

/** Where p is outside [ε, 1 − ε]. Not where it is NaN. */
// @ts-ignore: decorator
@inline
function clipped(p: v128): v128 {
  const least = f32x4.splat(<f32>1e-7);
  return v128.or(f32x4.lt(p, least), f32x4.lt(f32x4.sub(f32x4.splat(1), p), least));
}
