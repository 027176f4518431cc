// exp, log and cos of one f64 from + − × ÷ only, for what happens once a step or once a sample:
// schedules, metrics. Relative error below 1e-15 · max(1, |x|). What is done four floats at a time
// is in math.ts.

/** eˣ; 0 below −745, ∞ above 709. */
export function exp(x: f64): f64 {
  if (x < -745) return 0;
  if (x > 709) return Infinity;
  let halvings = 0;
  for (; x < -0.5 || x > 0.5; halvings++) x *= 0.5;
  let sum: f64 = 1;
  for (let k = 14; k > 0; k--) sum = 1 + (sum * x) / <f64>k;
  for (; halvings > 0; halvings--) sum *= sum;
  return sum;
}

/** ln x of a normal number; −∞ at 0, NaN below. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  // x = 2ᵏ·m with m in [√½, √2): 0x3fe6a09e… is √½.
  const bits = reinterpret<i64>(x);
  const k = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const m = reinterpret<f64>(bits - (k << 52));
  // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …)
  const s = (m - 1) / (m + 1);
  let sum: f64 = 0;
  for (let i = 21; i > 0; i -= 2) sum = sum * s * s + 1 / <f64>i;
  return 2 * s * sum + <f64>k * 0.6931471805599453;
}

/** xʸ for x ≥ 0. */
export function pow(x: f64, y: f64): f64 {
  if (y == 1) return x;
  if (y == 0) return 1;
  return x == 0 ? 0 : exp(y * log(x));
}

/** cos πs for 0 ≤ s ≤ 1. */
export function cosPi(s: f64): f64 {
  // Around ½, where it is 0: −sin of what is beyond.
  const r = (s - 0.5) * 3.141592653589793;
  let sum: f64 = 1;
  for (let k = 23; k > 1; k -= 2) sum = 1 - (sum * r * r) / <f64>(k * (k - 1));
  return -r * sum;
}
