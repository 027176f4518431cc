import { argMax } from "./categorical-accuracy";
import { RowMetric } from "./rows";

/** 1 if fewer than k of n outputs are larger than that of the label; 0 where one is NaN. */
// @ts-ignore: decorator
@inline
function amongBest(p: usize, label: i32, n: i32, k: f32): f64 {
  if (<u32>label >= <u32>n) return 0;
  const own = load<f32>(p + (<usize>label << 2));
  let larger = 0, numbers = 0;
  for (let end = p + (<usize>n << 2); p < end; p += 4) {
    const it = load<f32>(p);
    larger += i32(it > own);
    numbers += i32(it == it);
  }
  return numbers == n && <f32>larger < k ? 1 : 0;
}

/** 1 where the output of the largest target is among the f largest; equals of the last count. */
@unmanaged @final
export class TopKCategoricalAccuracy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    return amongBest(p, argMax(t, n), n, f);
  }
}

/** The same with the class's number as the target. */
@unmanaged @final
export class SparseTopKCategoricalAccuracy extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    return amongBest(p, <i32>load<f32>(t), n, f);
  }
}
