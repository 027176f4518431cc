// OP_CHANNEL_SUMS: the gradient of a bias that every pixel got. Threads share the channels.

import { Op, Plan } from "../op";
import { rangeStart } from "../threads";

export function runChannelSums(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const end = rangeStart(op.n, 4, thread + 1, threads);
  let j = rangeStart(op.n, 4, thread, threads);
  for (; j + 16 <= end; j += 16) sixteen(op, plan, j);
  for (; j + 4 <= end; j += 4) four(op, plan, j);
  for (; j < end; j++) one(op, plan, j);
  // Padding stays 0.
  if (end == op.n) for (; j < op.ldc; j++) store<f32>(op.c + (<usize>j << 2), 0);
}

function sixteen(op: Op, plan: Plan, j: i32): void {
  const row = <usize>op.n << 2;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let sample = 0; sample < plan.rows; sample++) {
    let from = op.a + (<usize>(sample * op.lda + j) << 2);
    for (let i = op.m; i > 0; i--) {
      s0 = f32x4.add(s0, v128.load(from)); s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32)); s3 = f32x4.add(s3, v128.load(from, 48));
      from += row;
    }
  }
  const to = op.c + (<usize>j << 2);
  v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
}

function four(op: Op, plan: Plan, j: i32): void {
  const row = <usize>op.n << 2;
  let sum = f32x4.splat(0);
  for (let sample = 0; sample < plan.rows; sample++) {
    let from = op.a + (<usize>(sample * op.lda + j) << 2);
    for (let i = op.m; i > 0; i--) {
      sum = f32x4.add(sum, v128.load(from));
      from += row;
    }
  }
  v128.store(op.c + (<usize>j << 2), sum);
}

function one(op: Op, plan: Plan, j: i32): void {
  const row = <usize>op.n << 2;
  let sum: f32 = 0;
  for (let sample = 0; sample < plan.rows; sample++) {
    let from = op.a + (<usize>(sample * op.lda + j) << 2);
    for (let i = op.m; i > 0; i--) {
      sum += load<f32>(from);
      from += row;
    }
  }
  store<f32>(op.c + (<usize>j << 2), sum);
}
