// The error function in f64, to about 1e-15 relative, and the normal distribution made of it.

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms have one sign, so nothing cancels. */
function erfSeries(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))), for x ≥ 2. */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt. Abramowitz and Stegun, 7.1.6 and 7.1.14. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) < 2) return x === 0 ? x : erfSeries(x);
  return x > 0 ? 1 - erfcFraction(x) : erfcFraction(-x) - 1;
}

/** 1 − erf(x), losing at most 3 digits to cancellation (below 2), none in the tail. */
export function erfc(x: number): number {
  return x >= 2 ? erfcFraction(x) : 1 - erf(x);
}

/** Φ(x), the standard normal's cumulative distribution, to 1e-13 relative, in its left tail too. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** φ(x), the standard normal's density. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}
