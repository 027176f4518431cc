// OP_SPARSITY: units are to be on a given part of the time only: the Kullback–Leibler divergence of
// their mean over the batch from that target (Ng, "Sparse autoencoder", CS294A lecture notes,
// 2011).

import { clamp, log } from "../math";
import { Op, Plan } from "../op";

/** Means are kept that far from 0 and 1, where the divergence is infinite. */
const LEAST: f32 = 1e-7;
const MOST: f32 = 0.9999999;

export function runSparsity(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rows = op.rows(plan);
  if (rows == 0) return;
  const one = f32x4.splat(1);
  const on = f32x4.splat(op.f0), off = f32x4.splat(1 - op.f0);
  const perRow = f32x4.splat(<f32>(<f64>op.f1 / <f64>rows));
  let sum: f64 = 0;
  for (let j = 0; j < op.n; j += 4) {
    const mean = clamp(columnMeans(op, rows, j), LEAST, MOST);
    const rest = f32x4.sub(one, mean);
    // KL = ρ ln(ρ/m) + (1 − ρ) ln((1 − ρ)/(1 − m)); its derivative by m is (1 − ρ)/(1 − m) − ρ/m.
    const p = f32x4.div(on, mean), q = f32x4.div(off, rest);
    const divergence = f32x4.add(f32x4.mul(on, log(p)), f32x4.mul(off, log(q)));
    if (op.c) {
      v128.store(op.c + (<usize>j << 2), f32x4.mul(f32x4.sub(q, p), perRow));
    }
    // The rest is padding.
    const left = op.n - j;
    sum += <f64>f32x4.extract_lane(divergence, 0);
    if (left > 1) sum += <f64>f32x4.extract_lane(divergence, 1);
    if (left > 2) sum += <f64>f32x4.extract_lane(divergence, 2);
    if (left > 3) sum += <f64>f32x4.extract_lane(divergence, 3);
  }
  plan.penalty += <f64>op.f1 * sum;
}

/** Means of columns j…j+3, summed in f64 in the order of the rows. */
function columnMeans(op: Op, rows: i32, j: i32): v128 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  let at = op.a + (<usize>j << 2);
  for (let row = 0; row < rows; row++, at += <usize>op.lda << 2) {
    low = f64x2.add(low, f64x2.promote_low_f32x4(v128.load64_zero(at)));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.load64_zero(at, 8)));
  }
  const count = f64x2.splat(<f64>rows);
  const first = f32x4.demote_f64x2_zero(f64x2.div(low, count));
  const second = f32x4.demote_f64x2_zero(f64x2.div(high, count));
  return v128.shuffle<i64>(first, second, 0, 2);
}
