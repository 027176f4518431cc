// The loop shared by all metrics that score each row and average: a metric is a policy class giving
// one row's score. Sums are f64, in the order of the rows, over as many batches as the host lets
// pass before it clears them.
//
//   c:  0                     8                16
//       ├─────────────────────┼────────────────┤
//       │ f64 Σ weight·score  │ f64 Σ weight   │
//       └─────────────────────┴────────────────┘

import { Op, Plan } from "../op";

/** The score of a row of n predictions p against its targets t. f: the metric's constant. */
@unmanaged
export class RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 { return 0; }
}

/** OP_METRIC by the policy M. */
export function runRowMetric<M extends RowMetric>(op: Op, plan: Plan, f: f32): void {
  const metric = changetype<M>(0);
  const rows = <usize>op.rows(plan);
  let sum = load<f64>(op.c, 0);
  let total = load<f64>(op.c, 8);
  for (let i: usize = 0; i < rows; i++) {
    const weight: f64 = op.e ? <f64>load<f32>(op.e + (i << 2)) : 1;
    const p = op.a + i * (<usize>op.lda << 2);
    const t = op.b + i * (<usize>op.ldb << 2);
    sum += weight * metric.score(p, t, op.n, f);
    total += weight;
  }
  store<f64>(op.c, sum, 0);
  store<f64>(op.c, total, 8);
}
