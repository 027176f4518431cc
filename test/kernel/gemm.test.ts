// Every remainder of every gemm path against the f64 reference: all sizes up to two tiles and one more.
// LAYERWISE_TEST_FIGURES=1 prints how many cases, and the largest error.

import { afterEach, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import {
  absolutes,
  dirtyPadding,
  type GemmPath,
  multiply,
  numbers,
  type Product,
  paths,
  sameBits,
  values,
} from "../support/gemm.ts";
import { kernelName, TestKernel } from "../support/kernel.ts";
import { gemm } from "../support/reference.ts";

const kernel = await TestKernel.create();
afterEach(() => kernel.reset());

/** A tile is 5 × 8: twice that and one more. */
const [MOST_M, MOST_N, MOST_K] = [11, 17, 17];
const LEAST_CASES = 20_000;
/** Relative to Σ|a||b|. Each product and each sum is rounded once: (k + 1) · 2⁻²⁴, and never reached. */
const LARGEST_ERROR = 5e-7;

interface Variant {
  readonly name: string;
  /** What is asked for besides the product. */
  readonly extra: (m: number, n: number) => Partial<Product>;
  /** What comes out, from the exact product's element and its place. */
  readonly expected: (sum: number, i: number, j: number, n: number) => number;
  readonly only?: (path: GemmPath) => boolean;
  /** Bound of what is added to the sum. */
  readonly added: number;
}

const bias = numbers(MOST_N, 11);
const before = numbers(MOST_M * MOST_N, 12);
const outputs = numbers(MOST_M * MOST_N, 13);
const at = (from: ArrayLike<number>, index: number) => from[index] ?? Number.NaN;

const variants: readonly Variant[] = [
  { name: "alone", extra: () => ({}), expected: (sum) => sum, added: 0 },
  {
    name: "with a bias",
    added: 1,
    extra: (_m, n) => ({ bias: bias.slice(0, n) }),
    expected: (sum, _i, j) => sum + at(bias, j),
    // There the bias' place is taken by its gradient.
    only: (path) => !path.transposeA,
  },
  {
    name: "added to C",
    added: 1,
    extra: (m, n) => ({ accumulate: before.slice(0, m * n) }),
    expected: (sum, i, j, n) => sum + at(before, i * n + j),
  },
  {
    name: "with bias and relu",
    added: 1,
    extra: (_m, n) => ({ bias: bias.slice(0, n), kind: abi.ACTIVATION_RELU }),
    expected: (sum, _i, j) => Math.max(0, sum + at(bias, j)),
    only: (path) => !path.transposeA,
  },
  {
    name: "times relu's gradient",
    added: 0,
    extra: (m, n) => ({ gradient: outputs.slice(0, m * n), kind: abi.ACTIVATION_RELU }),
    expected: (sum, i, j, n) => (at(outputs, i * n + j) > 0 ? sum : 0),
  },
  {
    name: "with B's column sums",
    added: 0,
    extra: () => ({ columnSums: true }),
    expected: (sum) => sum,
    only: (path) => path.transposeA,
  },
];

/** The largest error of a result, relative to `scale` and what was `added`. */
function worstError(
  got: Float32Array,
  want: (index: number) => number,
  scale: Float64Array,
  added = 0,
): number {
  let worst = 0;
  got.forEach((value, index) => {
    const error = Math.abs(value - want(index)) / (at(scale, index) + added);
    // Not a comparison by >: a NaN must count.
    if (!(error <= worst)) worst = error;
  });
  return worst;
}

/** Runs one product every way there is; returns the cases, the largest error and what is wrong. */
function tryProduct(m: number, n: number, k: number) {
  const seed = (m * 32 + n) * 32 + k;
  const [a, b] = [numbers(m * k, seed), numbers(k * n, seed + 2 ** 20)];
  const exact = gemm(a, b, { m, n, k });
  const scale = gemm(absolutes(a), absolutes(b), { m, n, k });
  const ones = new Float32Array(k).fill(1);
  const exactSums = gemm(ones, b, { m: 1, n, k });
  const scaleOfSums = gemm(ones, absolutes(b), { m: 1, n, k });
  const complaints: string[] = [];
  let cases = 0;
  let worst = 0;
  for (const { name, extra, expected, only, added } of variants) {
    const want = (index: number) => expected(at(exact, index), Math.floor(index / n), index % n, n);
    let first: Float32Array | undefined;
    for (const path of paths) {
      if (only && !only(path)) continue;
      const result = multiply(kernel, path, { m, n, k, a, b, ...extra(m, n) });
      kernel.reset();
      const got = values(result, m, n);
      const sums = result.sums.subarray(0, n);
      const errors = [
        worstError(got, want, scale, added),
        worstError(sums, (index) => at(exactSums, index), scaleOfSums),
      ];
      worst = Math.max(worst, ...errors);
      cases++;
      first ??= got;
      const what = `${path.name} ${name}, ${m}×${n}×${k}`;
      if (!errors.every((it) => it <= LARGEST_ERROR)) complaints.push(`${what}: errors ${errors}`);
      if (!sameBits(got, first)) complaints.push(`${what}: other bits than on the first path`);
      const dirty = dirtyPadding(result, m, n);
      if (dirty >= 0) complaints.push(`${what}: padding at ${dirty} is ${result.c[dirty]}`);
      if (result.sums.subarray(n).some((it) => it !== 0)) complaints.push(`${what}: sums' padding`);
    }
  }
  return { cases, worst, complaints };
}

it(`agrees with the reference at every remainder, in ${LEAST_CASES} cases at least`, () => {
  let cases = 0;
  let worst = 0;
  const complaints: string[] = [];
  for (let m = 1; m <= MOST_M; m++) {
    for (let n = 1; n <= MOST_N; n++) {
      for (let k = 1; k <= MOST_K; k++) {
        const tried = tryProduct(m, n, k);
        cases += tried.cases;
        worst = Math.max(worst, tried.worst);
        complaints.push(...tried.complaints);
      }
    }
  }
  if (process.env.LAYERWISE_TEST_FIGURES) {
    console.log(`gemm on ${kernelName}: ${cases} cases, largest error ${worst}`);
  }
  expect(complaints.slice(0, 10)).toEqual([]);
  expect(cases).toBeGreaterThanOrEqual(LEAST_CASES);
  expect(worst).toBeGreaterThan(0);
});
