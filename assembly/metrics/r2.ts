// The sums behind R², for every column j of the targets:
//
//   c:  0            8            16 + 32·j   + 8             + 16             + 24
//       ├────────────┼────────────┼───────────┼───────────────┼────────────────┼───────────────┤
//       │ f64 rows   │ f64 Σw     │ f64 shift │ f64 Σw·(t−s)  │ f64 Σw·(t−s)²  │ f64 Σw·(t−p)² │
//       └────────────┴────────────┴───────────┴───────────────┴────────────────┴───────────────┘
//
// The shift s is the first row's target. With it targets far from 0 lose no digits, and a column of
// one constant has a variance of exactly 0. All zero: no rows yet,
// where a row without a weight is none.

import { Op, Plan } from "../op";

/** OP_METRIC of kind METRIC_R2. The host makes the score of the sums. */
export function runR2(op: Op, plan: Plan): void {
  const rows = <usize>op.rows(plan);
  const n = <usize>op.n;
  for (let i: usize = 0; i < rows; i++) {
    const weight: f64 = op.e ? <f64>load<f32>(op.e + (i << 2)) : 1;
    if (weight == 0) continue;
    const p = op.a + i * (<usize>op.lda << 2);
    const t = op.b + i * (<usize>op.ldb << 2);
    const first = load<f64>(op.c) == 0;
    for (let j: usize = 0; j < n; j++) {
      const at = op.c + (j << 5);
      const target = <f64>load<f32>(t + (j << 2));
      if (first) store<f64>(at, target, 16);
      const shifted = target - load<f64>(at, 16);
      const error = target - <f64>load<f32>(p + (j << 2));
      store<f64>(at, load<f64>(at, 24) + weight * shifted, 24);
      store<f64>(at, load<f64>(at, 32) + weight * shifted * shifted, 32);
      store<f64>(at, load<f64>(at, 40) + weight * error * error, 40);
    }
    store<f64>(op.c, load<f64>(op.c) + 1);
    store<f64>(op.c, load<f64>(op.c, 8) + weight, 8);
  }
}
