// OP_STEP_WEIGHTS: what the steps of a batch's sequences weigh in its loss, those that a mask leaves out nothing.

import { Op, Plan } from "../op";

/** Thread 0 only: the scale depends on the masks of all samples. */
export function runStepWeights(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const rows = op.rows(plan);
  // Ones and zeros: a whole number, exact in any order.
  let count: f64 = 0;
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < op.k; step++) count += maskAt(op, row, step);
  }
  const scale: f64 = count > 0 ? <f64>rows * <f64>op.k / count : 0;
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const weight: f64 = op.b ? scale * <f64>load<f32>(at(op.b, row)) : scale;
    for (let step = 0; step < op.k; step++) {
      const counts = maskAt(op, row, step);
      for (let i = 0; i < op.n; i++) {
        store<f32>(at(op.c, next), <f32>(weight * counts));
        if (op.d) store<f32>(at(op.d, next), <f32>counts);
        next++;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function maskAt(op: Op, row: i32, step: i32): f64 {
  return op.a ? <f64>load<f32>(at(op.a, row * op.lda + step)) : 1;
}

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + (<usize>index << 2);
}
