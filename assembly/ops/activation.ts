// OP_ACTIVATION and OP_ACTIVATION_GRADIENT. Threads share the rows.

import { ACTIVATION_SOFTMAX } from "../abi";
import { applyActivation, applyGradient } from "../activations/apply";
import { softmaxGradientRows, softmaxRows } from "../activations/softmax";
import { Op, Plan } from "../op";

/** b[m×n:ldb] ← f(a[m×n:lda]). */
export function runActivation(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = op.rowStart(plan, thread, threads);
  const count = op.rowStart(plan, thread + 1, threads) - from;
  const strideA = <usize>op.lda << 2;
  const strideB = <usize>op.ldb << 2;
  let a = op.a + <usize>from * strideA;
  let b = op.b + <usize>from * strideB;
  const softmax = op.kind == ACTIVATION_SOFTMAX;
  if (op.lda == op.ldb) {
    if (softmax) softmaxRows(a, b, count, op.n, op.ldb);
    else applyActivation(op.kind, a, b, count * op.lda, op.f0);
    return;
  }
  const width = (op.n + 3) & ~3;
  for (let i = 0; i < count; i++) {
    if (softmax) softmaxRows(a, b, 1, op.n, op.ldb);
    else applyActivation(op.kind, a, b, width, op.f0);
    a += strideA;
    b += strideB;
  }
}

/** c[m×n:ldc] ← b[m×n:ldb] ∘ f′(a[m×n:lda]). */
export function runActivationGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const from = op.rowStart(plan, thread, threads);
  const count = op.rowStart(plan, thread + 1, threads) - from;
  const strideA = <usize>op.lda << 2;
  const strideB = <usize>op.ldb << 2;
  const strideC = <usize>op.ldc << 2;
  let a = op.a + <usize>from * strideA;
  let b = op.b + <usize>from * strideB;
  let c = op.c + <usize>from * strideC;
  const softmax = op.kind == ACTIVATION_SOFTMAX;
  if (op.lda == op.ldb && op.ldb == op.ldc) {
    if (softmax) softmaxGradientRows(b, a, c, count, op.n, op.ldc);
    else applyGradient(op.kind, b, a, c, count * op.ldc, op.f0);
    return;
  }
  const width = (op.n + 3) & ~3;
  for (let i = 0; i < count; i++) {
    if (softmax) softmaxGradientRows(b, a, c, 1, op.n, op.ldc);
    else applyGradient(op.kind, b, a, c, width, op.f0);
    a += strideA;
    b += strideB;
    c += strideC;
  }
}
