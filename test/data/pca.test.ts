// Principal components: a case by hand, laws of eigenvectors, and what degenerate data gives.

import { describe, expect, test } from "vitest";
import { symmetricEigen } from "../../src/data/symmetric-eigen.ts";
import { datasets, fromArrays, pca } from "../../src/index.ts";
import { draws } from "../support/draws.ts";
import { rejection } from "../support/rejection.ts";

const near = (got: ArrayLike<number>, expected: readonly number[], digits = 10) => {
  expect(got.length).toBe(expected.length);
  expected.forEach((it, i) => {
    expect(got[i]).toBeCloseTo(it, digits);
  });
};

describe("by hand", () => {
  // Along (3, 4) / 5 at −10, 0, 10, across it at ±1 in the middle, about (1, 2).
  const points = [
    [-5, -6],
    [7, 10],
    [1 - 0.8, 2 + 0.6],
    [1 + 0.8, 2 - 0.6],
  ];
  const both = pca(points, { components: 2 });

  test("mean, directions, variances and their shares", () => {
    near(both.mean, [1, 2], 6);
    near(both.components, [0.6, 0.8, 0.8, -0.6], 6);
    near(both.explainedVariance, [200 / 3, 2 / 3], 5);
    near(both.explainedVarianceRatio, [200 / 202, 2 / 202], 6);
  });
  test("codes are distances along the directions, and one code loses what is across", () => {
    near(both.transform(points), [-10, 0, 10, 0, 0, -1, 0, 1], 5);
    const one = pca(points, { components: 1 });
    near(one.inverseTransform(one.transform(points)), [-5, -6, 7, 10, 1, 2, 1, 2], 5);
    near(one.inverseTransform([5]), [4, 6], 5);
    near(one.transform(Float32Array.of(4, 6)), [5], 5);
  });
});

/** Rows of B·Bᵀ for a random B [size × rank]. */
function randomSymmetric(size: number, rank: number, seed: number): Float64Array[] {
  const next = draws(seed);
  const b = Array.from({ length: size }, () => Array.from({ length: rank }, () => next() - 0.5));
  return b.map((row) =>
    Float64Array.from(b, (other) => row.reduce((sum, it, k) => sum + it * (other[k] ?? 0), 0)),
  );
}

const dot = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, it, i) => sum + it * (b[i] ?? 0), 0);

describe("the eigenvectors of a symmetric matrix", () => {
  const matrices: [string, Float64Array[]][] = [];
  for (const size of [1, 2, 3, 4, 5, 8, 17, 40]) {
    for (const rank of [1, Math.ceil(size / 2), size + 3]) {
      matrices.push([`${size} of rank ${rank}`, randomSymmetric(size, rank, size + rank)]);
    }
  }
  const diagonal = (...values: number[]) =>
    values.map((it, i) => new Float64Array(values.length).fill(it, i, i + 1));
  matrices.push(
    ["zeros", diagonal(0, 0, 0, 0)],
    ["the identity", diagonal(1, 1, 1, 1, 1)],
    ["pairs of values", diagonal(2, -3, 2, 7, -3)],
    ["numbers of all sizes", diagonal(1e-12, 1e12, 1, -1e6)],
  );
  test("are orthonormal, solve A·v = λ·v, and λ falls", () => {
    for (const [name, matrix] of matrices) {
      const { values, vectors } = symmetricEigen(matrix.map((row) => row.slice()));
      const scale = Math.max(1, ...matrix.flatMap((row) => [...row].map(Math.abs)));
      vectors.forEach((v, i) => {
        const lambda = values[i] ?? Number.NaN;
        expect(lambda, name).toBeLessThanOrEqual(values[i - 1] ?? Number.POSITIVE_INFINITY);
        vectors.forEach((other, j) => {
          expect(Math.abs(dot(v, other) - (i === j ? 1 : 0)), name).toBeLessThan(1e-12);
        });
        matrix.forEach((row, j) => {
          const difference = dot(row, v) - lambda * (v[j] ?? Number.NaN);
          expect(Math.abs(difference), name).toBeLessThan(1e-12 * scale * matrix.length);
        });
      });
    }
  });
});

describe("of pictures", () => {
  const pictures = datasets.digits({ samples: 120, seed: 3, size: 16 });
  const some = pca(pictures, { components: 20 });

  test("codes have the explained variances, and none of them goes with another", () => {
    const codes = some.transform(pictures);
    for (let a = 0; a < 20; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < 120; i++) sum += (codes[i * 20 + a] ?? 0) * (codes[i * 20 + b] ?? 0);
        expect(sum / 119).toBeCloseTo(a === b ? (some.explainedVariance[a] ?? 0) : 0, 10);
      }
    }
  });
  test("as many components as values give the pictures back; fewer pictures than values are no matter", () => {
    const all = pca(pictures, { components: 256 });
    const again = all.inverseTransform(all.transform(pictures));
    again.forEach((it, i) => {
      expect(Math.abs(it - (pictures.features[i] ?? 0))).toBeLessThan(1e-10);
    });
    expect(all.explainedVariance.slice(119).every((it) => it < 1e-12)).toBe(true);
    expect(all.explainedVarianceRatio.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    expect(all.components.slice(0, 20 * 256)).toEqual(some.components);
  });
  test("the number farthest from 0 is positive in each direction", () => {
    for (let i = 0; i < 20; i++) {
      const row = some.components.subarray(i * 256, (i + 1) * 256);
      expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)));
    }
  });
});

test("samples that do not differ have no variance, and codes of 0", () => {
  const same = pca(
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    { components: 2 },
  );
  expect(same.explainedVarianceRatio).toEqual(Float64Array.of(0, 0));
  near(same.transform([[1, 2]]), [0, 0]);
});

test("what cannot be is refused", async () => {
  const points = [
    [1, 2],
    [3, 5],
  ];
  const fitted = pca(points, { components: 2 });
  const bad: [string, () => unknown][] = [
    ["invalidArgument", () => pca(points, { components: 3 })],
    ["invalidArgument", () => pca(points, { components: 0 })],
    ["invalidArgument", () => pca([[1, 2]], { components: 1 })],
    ["invalidArgument", () => pca(points, undefined as never)],
    ["unknownName", () => pca(points, { components: 1, whiten: true } as never)],
    ["shapeMismatch", () => fitted.transform([[1, 2, 3]])],
    ["shapeMismatch", () => fitted.transform(fromArrays({ features: [1, 2, 3] }))],
    ["shapeMismatch", () => fitted.inverseTransform([1, 2, 3])],
  ];
  for (const [code, call] of bad) {
    expect((await rejection(async () => call())).code).toBe(code);
  }
});
