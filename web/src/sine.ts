// The sine from + − × ÷ in f64. Engines differ in the last bits of Math.sin; inputs made by this one are
// the same everywhere, and so is what is trained on them.

/** sin x; absolute error below 1e-15 · max(1, |x|), meant for a few turns. */
export function sin(x: number): number {
  const halfTurns = Math.round(x / Math.PI);
  const rest = x - halfTurns * Math.PI;
  // Taylor: rest − rest³/3! + rest⁵/5! − …, |rest| ≤ π/2.
  let sum = 1;
  for (let k = 25; k > 1; k -= 2) sum = 1 - (sum * rest * rest) / (k * (k - 1));
  return halfTurns % 2 === 0 ? rest * sum : -rest * sum;
}
