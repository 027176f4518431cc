// Transcendental functions from + − × ÷ only, in f64. The host's Math.exp, log, sin … differ between
// engines in their last bits; these give the same bits in all of them, so that generated points and
// initial weights do too. Everything made of them is f32: they are far more precise than that.

/** eˣ for finite x; relative error below 1e-15 · max(1, |x|). */
export function exp(x: number): number {
  if (x < -0.5 || x > 0.5) {
    const root = exp(x / 2);
    return root * root;
  }
  let sum = 1;
  for (let k = 14; k > 0; k--) sum = 1 + (sum * x) / k;
  return sum;
}

/** ln x for 0 ≤ x ≤ 1; relative error below 1e-15. NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  let mantissa = x;
  let halvings = 0;
  for (; mantissa < Math.SQRT1_2; halvings++) mantissa *= 2;
  // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …)
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let k = 21; k > 0; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum - halvings * Math.LN2;
}

/** sin x; absolute error below 1e-15 · max(1, |x|), meant for a few turns. */
export function sin(x: number): number {
  return wave(x, 0);
}

/** cos x; see {@link sin}. */
export function cos(x: number): number {
  return wave(x, 1);
}

/** sin(x + quarters · π/2). */
function wave(x: number, quarters: number): number {
  const n = Math.round(x / (Math.PI / 2));
  const r = x - n * (Math.PI / 2);
  const turn = (n + quarters) & 3;
  const y = turn & 1 ? taylor(r, 16) : r * taylor(r, 17);
  return turn & 2 ? -y : y;
}

/** 1 − r²/(k(k − 1)) · …, up to the order `last`: cos r if that is even, else sin r / r. */
function taylor(r: number, last: number): number {
  let sum = 1;
  for (let k = last; k > 1; k -= 2) sum = 1 - (sum * r * r) / (k * (k - 1));
  return sum;
}
