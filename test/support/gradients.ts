// Derivatives by central differences in f64: what every gradient is checked against.
// Knows nothing of nets; it only calls the function it is given.

import { at } from "./reference/array.ts";

/**
 * The step: ∛ε·max(1, |x|), where the formula's own error (∝ h²) and rounding (∝ ε/h) balance.
 * Both are then near 1e-10 of a function of size 1.
 */
function stepAt(x: number): number {
  return Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(x));
}

/** (f(x + h) − f(x − h)) / 2h. */
export function centralDifference(f: (x: number) => number, x: number): number {
  const h = stepAt(x);
  const [above, below] = [x + h, x - h];
  // Divided by the distance of the points as they were rounded.
  return (f(above) - f(below)) / (above - below);
}

/**
 * The gradient of `f` by `values`, which `f` reads: one at a time is changed in place
 * and put back.
 */
export function numericalGradient(f: () => number, values: Float64Array | number[]): Float64Array {
  return Float64Array.from(values, (x, i) => {
    const slope = centralDifference((moved) => {
      values[i] = moved;
      return f();
    }, x);
    values[i] = x;
    return slope;
  });
}

/** ∂fᵢ/∂xⱼ of f: ℝⁿ → ℝᵐ, as [m][n]. */
export function numericalJacobian(
  f: (x: number[]) => readonly number[],
  x: readonly number[],
): number[][] {
  const point = [...x];
  return f(point).map((_, i) => [...numericalGradient(() => at(f(point), i), point)]);
}
