// Categorical crossentropy of softmax(z), from the logits z: log-sum-exp with the row's maximum
// taken out, so nothing overflows and nothing is clipped. Value Σt·log Σexp(z − max) − Σ t·(z −
// max), gradient softmax(z)·Σt − t.

import { exp, log } from "../math";
import { Op, Plan } from "../op";
import { sumLanes } from "../simd";
import { clearPadding, columnMask } from "./columns";
import { Targets } from "./targets";

/**
 * OP_LOSS, with targets read by the policy T; probabilities go to `scratch`, which may be a: no
 * logit is read after its probability's place was written. Threads share the rows.
 */
export function runSoftmaxCrossentropy<T extends Targets>(
  op: Op, plan: Plan, thread: i32, threads: i32,
): void {
  const targets = changetype<T>(0);
  const rows = op.rows(plan);
  const n = op.n;
  const lowest = f32x4.splat(-Infinity);
  const to = <usize>op.rowStart(plan, thread + 1, threads);
  for (let i = <usize>op.rowStart(plan, thread, threads); i < to; i++) {
    const a = op.a + i * (<usize>op.lda << 2);
    const b = op.b + i * (<usize>op.ldb << 2);
    const c = op.c + i * (<usize>op.ldc << 2);
    const y = op.scratch + i * (<usize>op.lda << 2);
    const weight: f32 = op.e ? load<f32>(op.e + (i << 2)) : 1;
    const label = targets.label(b);

    // A NaN logit may drop out here; it comes back by its own exp.
    let most = lowest;
    for (let j = 0; j < n; j += 4) {
      const z = v128.load(a + (<usize>j << 2));
      most = f32x4.pmax(most, v128.bitselect(z, lowest, columnMask(j, n)));
    }
    most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
    most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));

    let sums = i32x4.splat(0);
    let products = i32x4.splat(0);
    let weights = i32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const mask = columnMask(j, n);
      const t = v128.and(targets.at(b, label, j), mask);
      const z = f32x4.sub(v128.load(a + at), most);
      const power = v128.and(exp(z), mask);
      v128.store(y + at, power);
      sums = f32x4.add(sums, power);
      weights = f32x4.add(weights, t);
      // Masked, since 0 · −∞ would be NaN and the limit is 0.
      const counts = f32x4.ne(t, f32x4.splat(0));
      products = f32x4.add(products, v128.and(f32x4.mul(t, z), counts));
    }
    const sum = sumLanes(sums);
    const targetSum = sumLanes(weights);
    const logSum = f32x4.extract_lane(log(f32x4.splat(sum)), 0);
    store<f32>(op.d + (i << 2), (targetSum * logSum - sumLanes(products)) * weight);

    const inverse = f32x4.splat(<f32>1 / sum);
    const factor = f32x4.splat(targetSum);
    const scale = f32x4.splat(weight / <f32>rows);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const p = f32x4.mul(v128.load(y + at), inverse);
      // Padding was cleared above, but 0 times the inverse of NaN is NaN.
      v128.store(y + at, v128.and(p, columnMask(j, n)));
      if (op.c) {
        const t = targets.at(b, label, j);
        const gradient = f32x4.mul(f32x4.sub(f32x4.mul(p, factor), t), scale);
        v128.store(c + at, v128.and(gradient, columnMask(j, n)));
      }
    }
    if (op.c) clearPadding(c, n, op.ldc);
  }
}
