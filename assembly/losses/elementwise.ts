// The loop shared by all losses that treat each output on its own: a loss is a policy class saying
// what one output costs and how that changes with the prediction; it knows neither rows nor
// weights.
//
// A sample's loss is the mean (or the sum) over its row, times the sample's weight. The gradient is
// that of the mean over the batch's rows, so it carries weight / (rows × columns).

import { Op, Plan } from "../op";
import { sumLanes } from "../simd";
import { clearPadding, columnMask } from "./columns";

/**
 * One output's loss. p: prediction (or logit), t: target, f: the loss's constant in every lane, s:
 * what `shared` made of them. A loss defines all three methods: an inherited one would not inline.
 */
@unmanaged
export class ElementwiseLoss {
  /** What value and gradient have in common, computed once. */
  @inline shared(p: v128, t: v128, f: v128): v128 { return p; }
  @inline value(p: v128, t: v128, s: v128, f: v128): v128 { return p; }
  @inline gradient(p: v128, t: v128, s: v128, f: v128): v128 { return p; }
}

/** What is written to `scratch` besides: nothing, or logits' probabilities. Define both methods. */
@unmanaged
export class Output {
  @inline wanted(): bool { return false; }
  @inline of(p: v128, s: v128): v128 { return p; }
}

@unmanaged @final
export class NoOutput extends Output {
  @inline wanted(): bool { return false; }
  @inline of(p: v128, s: v128): v128 { return p; }
}

/** Samples of many outputs: one row at a time, four columns at a time, padding masked out. */
// @ts-ignore: decorator
@inline
function runRows<L extends ElementwiseLoss, O extends Output>(
  op: Op, from: i32, to: i32, rows: i32, count: f32, f: v128,
): void {
  const loss = changetype<L>(0);
  const output = changetype<O>(0);
  const n = op.n;
  const strideA = <usize>op.lda << 2;
  const strideB = <usize>op.ldb << 2;
  const strideC = <usize>op.ldc << 2;
  const hasGradient = op.c != 0;
  for (let i = <usize>from; i < <usize>to; i++) {
    const a = op.a + i * strideA;
    const b = op.b + i * strideB;
    const c = op.c + i * strideC;
    const y = op.scratch + i * strideA;
    const weight: f32 = op.e ? load<f32>(op.e + (i << 2)) : 1;
    const scale = f32x4.splat(weight / (<f32>rows * count));
    let sum = i32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const mask = columnMask(j, n);
      const p = v128.load(a + at);
      const t = v128.load(b + at);
      const s = loss.shared(p, t, f);
      sum = f32x4.add(sum, v128.and(loss.value(p, t, s, f), mask));
      if (output.wanted()) v128.store(y + at, v128.and(output.of(p, s), mask));
      if (hasGradient) {
        v128.store(c + at, v128.and(f32x4.mul(loss.gradient(p, t, s, f), scale), mask));
      }
    }
    if (hasGradient) clearPadding(c, n, op.ldc);
    store<f32>(op.d + (i << 2), sumLanes(sum) / count * weight);
  }
}

/** Lane 0 of four rows. */
// @ts-ignore: decorator
@inline
function gather(r0: usize, r1: usize, r2: usize, r3: usize): v128 {
  let it = v128.load32_zero(r0);
  it = v128.load32_lane(r1, it, 1);
  it = v128.load32_lane(r2, it, 2);
  return v128.load32_lane(r3, it, 3);
}

/** Each lane to the first column of its row, zeros behind it. */
// @ts-ignore: decorator
@inline
function scatter(it: v128, r0: usize, r1: usize, r2: usize, r3: usize): void {
  const zero = i32x4.splat(0);
  v128.store(r0, v128.shuffle<i32>(it, zero, 0, 4, 4, 4));
  v128.store(r1, v128.shuffle<i32>(it, zero, 1, 4, 4, 4));
  v128.store(r2, v128.shuffle<i32>(it, zero, 2, 4, 4, 4));
  v128.store(r3, v128.shuffle<i32>(it, zero, 3, 4, 4, 4));
}

/**
 * Samples of one output, as small nets have: four samples fill a vector. A last, incomplete group
 * repeats its last sample in the lanes left over, and stores it again to the same place.
 */
// @ts-ignore: decorator
@inline
function runColumn<L extends ElementwiseLoss, O extends Output>(
  op: Op, from: i32, to: i32, rows: i32, f: v128,
): void {
  const loss = changetype<L>(0);
  const output = changetype<O>(0);
  const strideA = <usize>op.lda << 2;
  const strideB = <usize>op.ldb << 2;
  const weights = op.e;
  const divisor = f32x4.splat(<f32>rows);
  let scale = f32x4.div(f32x4.splat(1), divisor);
  for (let i = <usize>from; i < <usize>to; i += 4) {
    const last = <usize>to - 1 - i;
    const i1: usize = last > 0 ? 1 : 0;
    const i2: usize = last > 1 ? 2 : last;
    const i3: usize = last > 2 ? 3 : last;
    const a = op.a + i * strideA;
    const b = op.b + i * strideB;
    const p = gather(a, a + i1 * strideA, a + i2 * strideA, a + i3 * strideA);
    const t = gather(b, b + i1 * strideB, b + i2 * strideB, b + i3 * strideB);
    const s = loss.shared(p, t, f);
    let value = loss.value(p, t, s, f);
    if (weights) {
      const e = weights + (i << 2);
      const weight = gather(e, e + (i1 << 2), e + (i2 << 2), e + (i3 << 2));
      value = f32x4.mul(value, weight);
      scale = f32x4.div(weight, divisor);
    }
    const d = op.d + (i << 2);
    v128.store32_lane(d, value, 0);
    v128.store32_lane(d + (i1 << 2), value, 1);
    v128.store32_lane(d + (i2 << 2), value, 2);
    v128.store32_lane(d + (i3 << 2), value, 3);
    if (output.wanted()) {
      const y = op.scratch + i * strideA;
      scatter(output.of(p, s), y, y + i1 * strideA, y + i2 * strideA, y + i3 * strideA);
    }
    if (op.c) {
      // 16: runColumn is for gradients whose rows are one vector.
      const c = op.c + (i << 4);
      const gradient = f32x4.mul(loss.gradient(p, t, s, f), scale);
      scatter(gradient, c, c + (i1 << 4), c + (i2 << 4), c + (i3 << 4));
    }
  }
}

// @ts-ignore: decorator
@inline
function runElementwise<L extends ElementwiseLoss, O extends Output>(
  op: Op, plan: Plan, thread: i32, threads: i32, count: f32, f: f32,
): void {
  const rows = op.rows(plan);
  const from = op.rowStart(plan, thread, threads);
  const to = op.rowStart(plan, thread + 1, threads);
  const constant = f32x4.splat(f);
  if (op.n == 1 && (op.ldc == 4 || op.c == 0)) runColumn<L, O>(op, from, to, rows, constant);
  else runRows<L, O>(op, from, to, rows, count, constant);
}

/** OP_LOSS by the policy L with the constant `f`, mean over each row. Threads share the rows. */
export function runMean<L extends ElementwiseLoss, O extends Output>(
  op: Op, plan: Plan, thread: i32, threads: i32, f: f32,
): void {
  runElementwise<L, O>(op, plan, thread, threads, <f32>op.n, f);
}

/** The same with the sum over each row. */
export function runSum<L extends ElementwiseLoss>(
  op: Op, plan: Plan, thread: i32, threads: i32,
): void {
  runElementwise<L, NoOutput>(op, plan, thread, threads, 1, 0);
}
