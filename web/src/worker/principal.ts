// The two directions along which rows vary most: the plane in which a table of many columns is seen. Made
// of + − × ÷ √ in f64 in a fixed order, so the same in every engine.

/** Two orthonormal directions, [width] each. The second is 0 where there is one column only. */
export type Plane = readonly [Float64Array, Float64Array];

/** Rotations stop once this share of the variance is left off the diagonal. */
const ENOUGH = 1e-24;
const MOST_SWEEPS = 60;

/**
 * The first two principal directions of `rows` [n × width], which are centered. Of each, the component of
 * the largest size is positive.
 */
export function principalPlane(rows: Float32Array, width: number): Plane {
  const { values, vectors } = eigen(scatter(rows, width), width);
  const order = [...values.keys()].sort((a, b) => at(values, b) - at(values, a));
  const direction = (rank: number): Float64Array => {
    const column = order[rank];
    const it = Float64Array.from({ length: width }, (_, i) =>
      column === undefined ? 0 : at(vectors, i * width + column),
    );
    const largest = it.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    return largest < 0 ? it.map((x) => -x) : it;
  };
  return [direction(0), direction(1)];
}

/** [width × width]: Σ x·xᵀ. */
function scatter(rows: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (let row = 0; row < rows.length; row += width) {
    for (let i = 0; i < width; i++) {
      const x = at(rows, row + i);
      for (let j = 0; j < width; j++) {
        sums[i * width + j] = at(sums, i * width + j) + x * at(rows, row + j);
      }
    }
  }
  return sums;
}

/** Jacobi's method: rotations that make a symmetric matrix diagonal. Eigenvectors are columns. */
function eigen(symmetric: Float64Array, n: number) {
  const a = symmetric.slice();
  const vectors = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const total = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, n) > ENOUGH * total; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = at(a, p * n + q);
        if (apq === 0) continue;
        const ratio = (at(a, q * n + q) - at(a, p * n + p)) / (2 * apq);
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const turn = { p, q, cosine, sine: tangent * cosine };
        rotateColumns(a, n, turn);
        rotateRows(a, n, turn);
        rotateColumns(vectors, n, turn);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => at(a, i * n + i)), vectors };
}

interface Turn {
  readonly p: number;
  readonly q: number;
  readonly cosine: number;
  readonly sine: number;
}

function rotateColumns(matrix: Float64Array, n: number, { p, q, cosine, sine }: Turn): void {
  for (let i = 0; i < n * n; i += n) {
    const [x, y] = [at(matrix, i + p), at(matrix, i + q)];
    matrix[i + p] = cosine * x - sine * y;
    matrix[i + q] = sine * x + cosine * y;
  }
}

function rotateRows(matrix: Float64Array, n: number, { p, q, cosine, sine }: Turn): void {
  for (let j = 0; j < n; j++) {
    const [x, y] = [at(matrix, p * n + j), at(matrix, q * n + j)];
    matrix[p * n + j] = cosine * x - sine * y;
    matrix[q * n + j] = sine * x + cosine * y;
  }
}

function offDiagonal(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) sum += at(matrix, i * n + j) * at(matrix, i * n + j);
  }
  return sum;
}

/** Element i, which exists. */
function at(array: Float64Array | Float32Array, i: number): number {
  return array[i] ?? Number.NaN;
}
