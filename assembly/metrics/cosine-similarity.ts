import { RowMetric } from "./rows";

/** Σ p·t / (‖p‖·‖t‖), a norm below 1e-7 being 1e-7. */
@unmanaged @final
export class CosineSimilarity extends RowMetric {
  @inline score(p: usize, t: usize, n: i32, f: f32): f64 {
    let product: f64 = 0, pp: f64 = 0, tt: f64 = 0;
    for (let at = p, end = p + (<usize>n << 2); at < end; at += 4, t += 4) {
      const x = <f64>load<f32>(at), y = <f64>load<f32>(t);
      product += x * y;
      pp += x * x;
      tt += y * y;
    }
    return product / (max(sqrt(pp), 1e-7) * max(sqrt(tt), 1e-7));
  }
}
