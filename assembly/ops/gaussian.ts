// OP_GAUSSIAN: samples of normal distributions whose parameters are learned, and what it costs to
// differ from the standard one (Kingma & Welling, "Auto-encoding variational Bayes", ICLR 2014). The
// draws are not kept: the way back makes them again.

import { GAUSSIAN_GRADIENT, GAUSSIAN_PENALTY, GAUSSIAN_SAMPLE } from "../abi";
import { exp, expm1 } from "../math";
import { normals } from "../normal";
import { Op, Plan } from "../op";
import { philox } from "../random";
import { madd, realLanes } from "../simd";

export function runGaussian(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.kind) {
    case GAUSSIAN_SAMPLE: return sample(op, plan, thread, threads);
    case GAUSSIAN_PENALTY: { if (thread == 0) plan.penalty += penalty(op, plan); return; }
    case GAUSSIAN_GRADIENT: return gradient(op, plan, thread, threads);
    default: unreachable();
  }
}

/** Where element j of a row stands. */
// @ts-ignore: decorator
@inline
function at(tensor: usize, ld: i32, row: i32, j: i32): usize {
  return tensor + (<usize>(row * ld + j) << 2);
}

/** e^(b/2)·z of elements j…j+3; `place` has room for the words. */
// @ts-ignore: decorator
@inline
function deviation(op: Op, plan: Plan, row: i32, j: i32, b: v128, place: usize): v128 {
  const block = row * ((op.n + 3) >> 2) + (j >> 2);
  philox(place, plan.seedLow, plan.seedHigh, op.stream, block, plan.step);
  return f32x4.mul(exp(f32x4.mul(b, f32x4.splat(0.5))), normals(v128.load(place)));
}

function sample(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    for (let j = 0; j < op.n; j += 4) {
      const a = v128.load(at(op.a, op.lda, row, j)), b = v128.load(at(op.b, op.ldb, row, j));
      const c = at(op.c, op.ldc, row, j);
      // An exponential of the padding need not be finite.
      v128.store(c, realLanes(f32x4.add(a, deviation(op, plan, row, j, b, c)), op.n - j));
    }
  }
}

/** f0 · ½ · Σ(a² + (e^b − 1) − b) / batch, added up in f64 in the order of rows and columns. */
function penalty(op: Op, plan: Plan): f64 {
  const rows = op.rows(plan);
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < op.n; j += 4) {
      const a = v128.load(at(op.a, op.lda, row, j)), b = v128.load(at(op.b, op.ldb, row, j));
      const terms = realLanes(madd(a, a, f32x4.sub(expm1(b), b)), op.n - j);
      sum += <f64>f32x4.extract_lane(terms, 0) + <f64>f32x4.extract_lane(terms, 1);
      sum += <f64>f32x4.extract_lane(terms, 2) + <f64>f32x4.extract_lane(terms, 3);
    }
  }
  return rows > 0 ? <f64>op.f0 * 0.5 * sum / <f64>plan.rows : 0;
}

/** By a: c + f0·a / batch. By b: c·½·e^(b/2)·z + f0·½·(e^b − 1) / batch. */
function gradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const half = f32x4.splat(0.5);
  const weight = f32x4.splat(<f32>(<f64>op.f0 / <f64>plan.rows));
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    for (let j = 0; j < op.n; j += 4) {
      const a = v128.load(at(op.a, op.lda, row, j)), b = v128.load(at(op.b, op.ldb, row, j));
      const c = at(op.c, op.ldc, row, j), d = at(op.d, op.ldd, row, j);
      const dz = v128.load(c);
      const slope = madd(dz, deviation(op, plan, row, j, b, d), f32x4.mul(weight, expm1(b)));
      v128.store(d, realLanes(f32x4.mul(half, slope), op.n - j));
      v128.store(c, realLanes(madd(weight, a, dz), op.n - j));
    }
  }
}
