// Histograms of scores from 0 to 1, of what is no and of what is yes, from which the host integrates:
//
//   c:  0 + 16·bin         + 8
//       ├──────────────────┼────────────────┤
//       │ f64 Σw of no     │ f64 Σw of yes  │
//       └──────────────────┴────────────────┘
//
// A bin spans 1/32 of the distance to the nearer end, 0 or 1, down to 2⁻²⁴ of it: scores crowd there,
// and from 1 no f32 is nearer. Evenly spaced bins would put all of a sure model's scores into two.

import { AUC_BINS } from "../abi";
import { Op, Plan } from "../op";

/** Bits of 2⁻²⁴ in units of 2⁻⁵: exponent and 5 bits of the mantissa. */
const LEAST: i32 = 3296;

/** OP_METRIC of kind METRIC_AUC, over all outputs. f1 < 0.5: scores go from −1 to 1. */
export function runAuc(op: Op, plan: Plan): void {
  const rows = <usize>op.rows(plan);
  const signed = op.f1 < 0.5;
  for (let i: usize = 0; i < rows; i++) {
    const weight: f64 = op.e ? <f64>load<f32>(op.e + (i << 2)) : 1;
    const p = op.a + i * (<usize>op.lda << 2);
    const t = op.b + i * (<usize>op.ldb << 2);
    for (let j: usize = 0; j < <usize>op.n; j++) {
      let score = load<f32>(p + (j << 2));
      if (signed) score = (score + 1) * 0.5;
      // A NaN anywhere makes NaN of the result.
      const it = score == score ? weight : NaN;
      const at = op.c + (<usize>binOf(score) << 4) + (load<f32>(t + (j << 2)) > op.f1 ? 8 : 0);
      store<f64>(at, load<f64>(at) + it);
    }
  }
}

/** From 0 for 0 to AUC_BINS − 1 for 1. */
// @ts-ignore: decorator
@inline
function binOf(score: f32): i32 {
  if (!(score > 0)) return 0;
  if (score >= 1) return AUC_BINS - 1;
  const low = score <= 0.5;
  const near = low ? score : 1 - score;
  const bin = max((reinterpret<i32>(near) >> 18) - LEAST, 0);
  return low ? bin : AUC_BINS - 1 - bin;
}
