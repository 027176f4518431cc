// Eigenvalues and eigenvectors of a symmetric matrix, in f64: Householder's reduction to three diagonals,
// then QL steps with implicit shifts (Golub & Van Loan, "Matrix Computations", §8.3; Press et al.,
// "Numerical Recipes", §11.3). Everything runs along rows. Knows nothing of data sets. Needs no
// function that differs between engines: only square roots.

import { fail } from "../errors.ts";

/** In falling order of the values. */
export interface Eigen {
  readonly values: Float64Array;
  /** One row for each value: orthonormal, of no particular sign. */
  readonly vectors: readonly Float64Array[];
}

/** Steps that a value is given; two are usual. */
const MOST_STEPS = 60;

/** Takes time in proportion to the third power of the size. `rows` are used up. */
export function symmetricEigen(rows: readonly Float64Array[]): Eigen {
  const size = rows.length;
  const { diagonal, beside, vectors } = reduce(rows);
  diagonalize(diagonal, beside, vectors);
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => at(diagonal, b) - at(diagonal, a) || a - b,
  );
  return {
    values: Float64Array.from(order, (i) => at(diagonal, i)),
    vectors: order.map((i) => vectors[i] as Float64Array),
  };
}

/** Q·A·Qᵀ, all zero but for its diagonal and the numbers beside it; the rows of `vectors` are Q's. */
function reduce(rows: readonly Float64Array[]) {
  const size = rows.length;
  const reflectors: Float64Array[] = [];
  const beside = new Float64Array(size);
  for (let k = 0; k + 2 < size; k++) {
    // The reflection that leaves of this row's rest its first number only: I − 2·v·vᵀ.
    const row = rows[k] as Float64Array;
    const v = new Float64Array(size);
    v.set(row.subarray(k + 1), k + 1);
    const length = Math.sqrt(dot(v, v, k + 1));
    const first = at(v, k + 1);
    const target = first > 0 ? -length : length;
    beside[k] = target;
    v[k + 1] = first - target;
    const norm = Math.sqrt(dot(v, v, k + 1));
    if (norm > 0) for (let i = k + 1; i < size; i++) v[i] = at(v, i) / norm;
    reflectors.push(v);
    // A ← A − v·wᵀ − w·vᵀ with w = 2·(A·v − (vᵀ·A·v)·v), in what is left of A.
    const w = new Float64Array(size);
    for (let i = k + 1; i < size; i++) w[i] = dot(rows[i] as Float64Array, v, k + 1);
    addScaled(w, v, -dot(v, w, k + 1), k + 1);
    for (let i = k + 1; i < size; i++) {
      const row = rows[i] as Float64Array;
      const [vi, wi] = [2 * at(v, i), 2 * at(w, i)];
      for (let j = k + 1; j < size; j++) row[j] = at(row, j) - vi * at(w, j) - wi * at(v, j);
    }
  }
  if (size > 1) beside[size - 2] = at(rows[size - 2] as Float64Array, size - 1);
  const vectors = rows.map((_, i) => new Float64Array(size).fill(1, i, i + 1));
  for (let k = reflectors.length - 1; k >= 0; k--) {
    const v = reflectors[k] as Float64Array;
    for (let i = k + 1; i < size; i++) {
      const row = vectors[i] as Float64Array;
      addScaled(row, v, -2 * dot(row, v, k + 1), k + 1);
    }
  }
  const diagonal = Float64Array.from(rows, (row, i) => at(row, i));
  return { diagonal, beside, vectors };
}

/** Turns the matrix of three diagonals into one of one, and the rows of `vectors` with it. */
function diagonalize(d: Float64Array, e: Float64Array, vectors: readonly Float64Array[]): void {
  const size = d.length;
  const largest = d.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(at(e, i))), 0);
  const negligible = largest * Number.EPSILON;
  for (let l = 0; l < size; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m + 1 < size && Math.abs(at(e, m)) > negligible) m++;
      if (m === l) break;
      if (step === MOST_STEPS) throw fail("internal", { what: "eigenvalues do not converge" });
      // Wilkinson's shift: the eigenvalue of the first two rows that is nearer to the first number.
      const half = (at(d, l + 1) - at(d, l)) / (2 * at(e, l));
      const root = Math.sqrt(half * half + 1);
      let g = at(d, m) - at(d, l) + at(e, l) / (half + (half < 0 ? -root : root));
      let [sine, cosine, shift] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = sine * at(e, i);
        const b = cosine * at(e, i);
        const r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) break;
        sine = f / r;
        cosine = g / r;
        g = at(d, i + 1) - shift;
        const s = (at(d, i) - g) * sine + 2 * cosine * b;
        shift = sine * s;
        d[i + 1] = g + shift;
        g = cosine * s - b;
        rotate(vectors[i] as Float64Array, vectors[i + 1] as Float64Array, cosine, sine);
      }
      // Split in two on the way: the rest has been turned already.
      if (i >= l) {
        d[i + 1] = at(d, i + 1) - shift;
        e[m] = 0;
        continue;
      }
      d[l] = at(d, l) - shift;
      e[l] = g;
      e[m] = 0;
    }
  }
}

function rotate(low: Float64Array, high: Float64Array, cosine: number, sine: number): void {
  for (let j = 0; j < low.length; j++) {
    const [a, b] = [at(low, j), at(high, j)];
    high[j] = sine * a + cosine * b;
    low[j] = cosine * a - sine * b;
  }
}

/** a += factor·b, from an index on. */
function addScaled(a: Float64Array, b: Float64Array, factor: number, from: number): void {
  for (let i = from; i < a.length; i++) a[i] = at(a, i) + factor * at(b, i);
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

function at(array: Float64Array, index: number): number {
  return array[index] as number;
}
