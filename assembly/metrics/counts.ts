// What precision, recall and their mean are made of, for every column j of the predictions:
//
//   c:  0            8 + 24·j          + 8              + 16
//       ├────────────┼─────────────────┼────────────────┼─────────────────┤
//       │ f64 Σw     │ f64 hits        │ f64 false hits │ f64 misses      │
//       └────────────┴─────────────────┴────────────────┴─────────────────┘
//
// A column is an output, which says yes above a threshold, or a class, which the largest output says.

import { Op, Plan } from "../op";
import { argMax } from "./categorical-accuracy";

/** Adds `weight` where it belongs, if there is anything to count. */
// @ts-ignore: decorator
@inline
function count(column: usize, said: bool, is: bool, weight: f64): void {
  if (!said && !is) return;
  const at = column + (said ? (is ? 0 : 8) : 16);
  store<f64>(at, load<f64>(at, 8) + weight, 8);
}

// @ts-ignore: decorator
@inline
function addRow(op: Op, i: usize): f64 {
  const weight: f64 = op.e ? <f64>load<f32>(op.e + (i << 2)) : 1;
  store<f64>(op.c, load<f64>(op.c) + weight);
  return weight;
}

/** OP_METRIC of kind METRIC_COUNTS: a prediction above f0 says yes, a target above f1 is one. */
export function runCounts(op: Op, plan: Plan): void {
  const rows = <usize>op.rows(plan);
  for (let i: usize = 0; i < rows; i++) {
    const weight = addRow(op, i);
    const p = op.a + i * (<usize>op.lda << 2);
    const t = op.b + i * (<usize>op.ldb << 2);
    for (let j: usize = 0; j < <usize>op.n; j++) {
      const said = load<f32>(p + (j << 2)) > op.f0;
      count(op.c + j * 24, said, load<f32>(t + (j << 2)) > op.f1, weight);
    }
  }
}

/** The largest output against the largest target, or against the class's number if `sparse`. */
export function runClassCounts(op: Op, plan: Plan, sparse: bool): void {
  const rows = <usize>op.rows(plan);
  for (let i: usize = 0; i < rows; i++) {
    const weight = addRow(op, i);
    const guess = argMax(op.a + i * (<usize>op.lda << 2), op.n);
    const t = op.b + i * (<usize>op.ldb << 2);
    const label = sparse ? <i32>load<f32>(t) : argMax(t, op.n);
    // −1: a NaN among the outputs is a miss and no guess.
    if (guess >= 0) count(op.c + <usize>guess * 24, true, guess == label, weight);
    if (guess != label && <u32>label < <u32>op.n) {
      count(op.c + <usize>label * 24, false, true, weight);
    }
  }
}
