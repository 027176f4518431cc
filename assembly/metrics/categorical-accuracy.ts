import { RowMetric } from "./rows";

/** The index of the largest of n values, the first of equals; −1 if one is NaN. */
// @ts-ignore: decorator
@inline
export function argMax(row: usize, n: i32): i32 {
  let best: f32 = load<f32>(row);
  let index = best == best ? 0 : -1;
  for (let j = 1; j < n; j++) {
    const it = load<f32>(row + (<usize>j << 2));
    if (it > best) {
      best = it;
      index = index < 0 ? -1 : j;
    } else if (it != it) {
      index = -1;
    }
  }
  return index;
}

/**
 * 1 where the largest prediction is that of the largest target. A row with a NaN is never right.
 */
@unmanaged @final
export class CategoricalAccuracy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    const guess = argMax(p, n);
    return guess >= 0 && guess == argMax(t, n) ? 1 : 0;
  }
}

/** The same with the class's number as the target. */
@unmanaged @final
export class SparseCategoricalAccuracy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    return <f32>argMax(p, n) == load<f32>(t) ? 1 : 0;
  }
}
