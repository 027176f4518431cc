import { RowMetric } from "./rows";

/**
 * The share of a row's outputs that lie on their target's side of the threshold f: above it, or
 * not. For targets 0 and 1 that is Keras' rule; it also serves −1 and 1 with f = 0. A NaN is never
 * right.
 */
@unmanaged @final
export class BinaryAccuracy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let right = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      const it = load<f32>(at);
      right += i32((it > f) == (load<f32>(t) > f)) & i32(it == it);
    }
    return <f64>right / <f64>n;
  }
}
