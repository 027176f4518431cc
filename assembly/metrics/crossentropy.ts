// The crossentropies of probabilities, as the losses of these names have them without logits.

import { log } from "../math-f64";
import { RowMetric } from "./rows";

/** x within [ε, 1 − ε], ε = 1e-7. A NaN stays one. */
// @ts-ignore: decorator
@inline
function clip(x: f64): f64 {
  return min(max(x, 1e-7), 1 - 1e-7);
}

// @ts-ignore: decorator
@inline
function rowSum(p: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let end = p + (<usize>n << 2); p < end; p += 4) sum += <f64>load<f32>(p);
  return sum;
}

/** Mean of −t·ln p − (1 − t)·ln(1 − p) over the row. */
@unmanaged @final
export class BinaryCrossentropy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let sum: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      const x = clip(<f64>load<f32>(at)), y = <f64>load<f32>(t);
      sum -= y * log(x) + (1 - y) * log(1 - x);
    }
    return sum / <f64>n;
  }
}

/** Σ −t·ln(p / Σp). */
@unmanaged @final
export class CategoricalCrossentropy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    const total = rowSum(p, n);
    let sum: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      sum -= <f64>load<f32>(t) * log(clip(<f64>load<f32>(at) / total));
    }
    return sum;
  }
}

/** The same with the class's number as the target. */
@unmanaged @final
export class SparseCategoricalCrossentropy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    const label = <i32>load<f32>(t);
    // Targets are checked when they come in; still, none is an address.
    if (<u32>label >= <u32>n) return NaN;
    return -log(clip(<f64>load<f32>(p + (<usize>label << 2)) / rowSum(p, n)));
  }
}
