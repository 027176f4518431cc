// The orthogonal initializer: a random rotation, uniformly distributed over all of them.

import type { RandomStream } from "../random.ts";
import type { Definition } from "./definition.ts";

/** A vector that keeps less of its length than this is nearly in the span of the others. */
const NEARLY_DEPENDENT = 1e-8;

/**
 * The tensor is read as a matrix [product of all sizes but the last × the last]. Its rows or columns,
 * whichever are fewer, are orthogonal to each other and of length `gain`.
 *
 * Gaussian vectors, orthogonalized one after the other (Gram–Schmidt, modified, twice: the second pass
 * takes away what rounding left of the first): the Q of a QR decomposition whose R has a positive
 * diagonal, hence without a bias in its signs (Mezzadri 2007). All in f64, rounded once.
 */
export const orthogonal: Definition<{ readonly gain: number }> = {
  defaults: { gain: 1 },
  fill: (out, shape, random, { gain }) => {
    const columns = shape[shape.length - 1] as number;
    const rows = out.length / columns;
    const tall = rows >= columns;
    const vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), random);
    vectors.forEach((vector, v) => {
      for (let i = 0; i < vector.length; i++) {
        out[tall ? i * columns + v : v * columns + i] = gain * (vector[i] as number);
      }
    });
  },
};

/** `count` vectors of `length` numbers: in the directions of the given ones as far as these go, then random. */
export function orthonormal(
  count: number,
  length: number,
  random: RandomStream,
  given: readonly Float64Array[] = [],
): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let tried = 0; vectors.length < count; tried++) {
    const vector = given[tried]?.slice() ?? Float64Array.from({ length }, () => random.normal());
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) add(vector, other, -dot(vector, other));
    }
    const norm = Math.sqrt(dot(vector, vector));
    if (norm <= NEARLY_DEPENDENT * before) continue;
    for (let i = 0; i < length; i++) vector[i] = (vector[i] as number) / norm;
    vectors.push(vector);
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** a ← a + factor·b */
function add(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}
