import { RowMetric } from "./rows";

/** Mean of |p − t| over the row. */
@unmanaged @final
export class MeanAbsoluteError extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let sum: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      sum += abs(<f64>load<f32>(at) - <f64>load<f32>(t));
    }
    return sum / <f64>n;
  }
}

/** Mean of 100·|p − t| / max(|t|, 1e-7) over the row. */
@unmanaged @final
export class MeanAbsolutePercentageError extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let sum: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      const target = <f64>load<f32>(t);
      sum += abs(<f64>load<f32>(at) - target) / max(abs(target), 1e-7);
    }
    return 100 * sum / <f64>n;
  }
}

/** Mean of (p − t)² over the row. */
@unmanaged @final
export class MeanSquaredError extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let sum: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      const error = <f64>load<f32>(at) - <f64>load<f32>(t);
      sum += error * error;
    }
    return sum / <f64>n;
  }
}
