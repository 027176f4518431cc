// Products of more than one block: sizes around KC = 384, MC = 120 and NC = 512. Integers make every sum
// exact in f32, so the smallest slip shows.

import { afterEach, describe, expect, it } from "vitest";
import { gemmScratch, runsUnpacked } from "../../src/plan/cost.ts";
import {
  absolutes,
  integers,
  multiply,
  numbers,
  paths,
  sameBits,
  values,
} from "../support/gemm.ts";
import { TestKernel } from "../support/kernel.ts";
import { gemm } from "../support/reference.ts";

const kernel = await TestKernel.create();
afterEach(() => kernel.reset());

/** Each block size at its edge and one to either side, then two and four of them, the rest small. */
const oneLarge = [
  ...[119, 120, 121, 240, 241].map((m) => [m, 9, 17] as const),
  ...[511, 512, 513, 1024, 1025].map((n) => [6, n, 13] as const),
  ...[383, 384, 385, 768, 769, 1153].map((k) => [11, 9, k] as const),
];
const severalLarge = [
  [121, 516, 385],
  [119, 511, 255],
  [241, 13, 513],
  [7, 1029, 300],
] as const;

describe.each(paths)("$name", (path) => {
  it.each([...oneLarge, ...severalLarge])("multiplies integers exactly, %d×%d×%d", (m, n, k) => {
    const [a, b] = [integers(m * k, m), integers(k * n, n)];
    const got = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    expect(
      sameBits(
        got,
        Float32Array.from(gemm(a, b, { m, n, k }), (it) => it + 0),
      ),
    ).toBe(true);
  });

  it.each([
    [241, 1025, 513],
    [487, 509, 521],
  ])("(A·B)·t = A·(B·t) for a random t, %d×%d×%d", (m, n, k) => {
    const [a, b, t] = [integers(m * k, 1), integers(k * n, 2), integers(n, 3)];
    const c = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    const left = gemm(c, t, { m, n: 1, k: n });
    expect(left).toBeNear(gemm(a, gemm(b, t, { m: k, n: 1, k: n }), { m, n: 1, k }), {});
  });

  it("rounds as the reference foresees", () => {
    const [m, n, k] = [121, 37, 1025];
    const [a, b] = [numbers(m * k, 4), numbers(k * n, 5)];
    const got = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    const exact = gemm(a, b, { m, n, k });
    const scale = gemm(absolutes(a), absolutes(b), { m, n, k });
    const errors = got.map((it, i) => Math.abs(it - (exact[i] ?? 0)) / (scale[i] ?? 0));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  it("adds to what C holds, across blocks of k", () => {
    const [m, n, k] = [123, 20, 515];
    const [a, b, accumulate] = [integers(m * k, 6), integers(k * n, 7), integers(m * n, 8)];
    const got = values(multiply(kernel, path, { m, n, k, a, b, accumulate }), m, n);
    const sums = gemm(a, b, { m, n, k });
    expect(got).toBeNear(
      Float32Array.from(sums, (it, i) => it + (accumulate[i] ?? 0)),
      {},
    );
  });
});

describe.each(paths.filter((it) => !it.transposeA))("$name", (path) => {
  it("adds the bias once, whatever the blocks", () => {
    const [m, n, k] = [125, 515, 259];
    const [a, b, bias] = [integers(m * k, 9), integers(k * n, 10), integers(n, 11)];
    const got = values(multiply(kernel, path, { m, n, k, a, b, bias }), m, n);
    const sums = gemm(a, b, { m, n, k });
    expect(got).toBeNear(
      Float32Array.from(sums, (it, i) => it + (bias[i % n] ?? 0)),
      {},
    );
  });
});

describe.each(paths.filter((it) => it.transposeA))("$name", (path) => {
  it("sums B's columns, however deep", () => {
    const [m, n, k] = [7, 515, 777];
    const [a, b] = [integers(m * k, 12), integers(k * n, 13)];
    const { sums } = multiply(kernel, path, { m, n, k, a, b, columnSums: true });
    const ones = new Float32Array(k).fill(1);
    expect(sums.slice(0, n)).toEqual(Float32Array.from(gemm(ones, b, { m: 1, n, k })));
  });
});

it("gives the same bits on every path, with rounding and across blocks", () => {
  const [m, n, k] = [123, 521, 519];
  const [a, b] = [numbers(m * k, 14), numbers(k * n, 15)];
  const all = paths.map((path) => values(multiply(kernel, path, { m, n, k, a, b }), m, n));
  for (const it of all) expect(sameBits(it, all[0] ?? new Float32Array())).toBe(true);
});

it("takes scratch for one block of each operand, or for a transposed B", () => {
  const wide = { m: 256, n: 250, k: 400, transposeB: false };
  expect(runsUnpacked(wide)).toBe(false);
  expect(gemmScratch(wide, "packed")).toBe(384 * (252 + 120) * 4);
  // With few rows no packed panel would be used often.
  const low = { m: 1, n: 4096, k: 4096, transposeB: false };
  expect(runsUnpacked(low)).toBe(true);
  expect(gemmScratch(low, "unpacked")).toBe(0);
  // A transposed B is copied whole, so only a small one is.
  expect(runsUnpacked({ ...low, transposeB: true })).toBe(false);
  const small = { m: 10, n: 8, k: 8, transposeB: true };
  expect(runsUnpacked(small)).toBe(true);
  expect(gemmScratch(small, "unpacked")).toBe(8 * 8 * 4);
});
