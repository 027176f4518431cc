// OP_REGULARIZE, OP_CLIP_VALUE and OP_CLIP_NORM against their formulas in f64.

import { describe, expect, test } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { kernelName, TestKernel } from "../support/kernel.ts";

const kernel = await TestKernel.create();
const sizes = kernelName === "check" ? [0, 4, 8, 12, 132] : [0, 4, 8, 12, 132, 1000, 4_004];

function numbers(n: number, seed: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) =>
    (i + seed) % 5 === 0 ? 0 : 3 * Math.sin((i + 1) * 12.9898 + seed),
  );
}

const header = () => kernel.header;
const penalty = () => header().getFloat64(abi.PLAN_PENALTY, true);
const clipScale = () => header().getFloat32(abi.PLAN_CLIP_SCALE, true);
const gradientNorm = () => header().getFloat64(abi.PLAN_GRADIENT_NORM, true);

interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** Runs the penalty (without gradients) or the gradient; returns the gradients after it. */
function regularize(
  weights: Float32Array,
  { l1, l2 }: Penalty,
  gradients?: Float32Array,
): Float32Array {
  kernel.reset();
  const n = weights.length;
  const a = kernel.floats(n, weights);
  const b = gradients === undefined ? 0 : kernel.floats(n, gradients);
  kernel.runOps([{ code: abi.OP_REGULARIZE, a, b, n, f0: l1, f1: l2 }]);
  expect(kernel.read(a, n)).toEqual(weights);
  return kernel.read(b, b === 0 ? 0 : n);
}

function clip(code: number, values: ArrayLike<number>, limit: number, threads = 1): Float32Array {
  kernel.reset();
  const n = values.length;
  const a = kernel.floats(n, values);
  const d = kernel.floats(1, [limit]);
  kernel.runOps([{ code, a, d, n }], 1, threads);
  return kernel.read(a, n);
}

describe.each([
  { l1: 0.01, l2: 0 },
  { l1: 0, l2: 0.02 },
  { l1: 0.5, l2: 0.25 },
])("a penalty of l1 = $l1 and l2 = $l2", (it) => {
  const l1 = Math.fround(it.l1);
  const l2 = Math.fround(it.l2);

  test.each(sizes)("is added to the plan's penalty in f64, n = %i", (n) => {
    const weights = numbers(n, 1);
    header().setFloat64(abi.PLAN_PENALTY, 2, true);
    regularize(weights, it);
    const expected = weights.reduce((sum, w) => sum + l1 * Math.abs(w) + l2 * w * w, 2);
    expect([penalty()]).toBeNear([expected], { relative: 1e-13 });
  });

  test.each(sizes)("adds its gradient to the gradients and nothing to the penalty, n = %i", (n) => {
    const weights = numbers(n, 1);
    const gradients = numbers(n, 2);
    header().setFloat64(abi.PLAN_PENALTY, 2, true);
    const got = regularize(weights, it, gradients);
    const expected = gradients.map((g, i) => {
      const w = weights[i] ?? 0;
      return g + l1 * Math.sign(w) + 2 * l2 * w;
    });
    expect(got).toBeNear(expected, { relative: 1e-6, absolute: 1e-6 });
    expect(penalty()).toBe(2);
  });

  test("leaves padding, 0 in weights and gradients, at 0", () => {
    const got = regularize(Float32Array.of(1, -1, 0, -0), it, new Float32Array(4));
    expect([...got.subarray(2)]).toEqual([0, 0]);
  });

  test("shows a NaN weight in penalty and gradient", () => {
    const weights = Float32Array.of(1, 2, Number.NaN, 4);
    header().setFloat64(abi.PLAN_PENALTY, 0, true);
    regularize(weights, it);
    expect(penalty()).toBeNaN();
    const got = regularize(weights, it, new Float32Array(4));
    expect([...got].map(Number.isNaN)).toEqual([false, false, true, false]);
  });
});

describe("clipping by value", () => {
  test.each(sizes)("bounds every gradient, n = %i", (n) => {
    const values = numbers(n, 3);
    const limit = Math.fround(1.3);
    const expected = values.map((v) => Math.min(Math.max(v, -limit), limit));
    for (const threads of [1, 2, 3]) {
      expect(clip(abi.OP_CLIP_VALUE, values, limit, threads)).toEqual(expected);
    }
  });

  test("keeps NaN and brings infinities to the bound", () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const got = clip(abi.OP_CLIP_VALUE, [nan, infinity, -infinity, -0], 0.5);
    expect([...got]).toEqual([nan, 0.5, -0.5, -0]);
  });

  test.each([0, -1])("is off for a bound of %f", (limit) => {
    const values = numbers(20, 3);
    expect(clip(abi.OP_CLIP_VALUE, values, limit)).toEqual(values);
  });
});

describe("clipping by global norm", () => {
  test.each(sizes)("measures the norm in f64 and scales down to the bound, n = %i", (n) => {
    const values = numbers(n, 4);
    const norm = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    // The gradients themselves stay: the update scales them as it reads them.
    expect(clip(abi.OP_CLIP_NORM, values, 1.5)).toEqual(values);
    expect([gradientNorm()]).toBeNear([norm], { relative: 1e-12 });
    expect(clipScale()).toBe(norm > 1.5 ? Math.fround(1.5 / norm) : 1);
  });

  test("does not scale gradients up", () => {
    clip(abi.OP_CLIP_NORM, [0.3, 0, 0.4, 0], 0.6);
    expect(clipScale()).toBe(1);
    expect([gradientNorm()]).toBeNear([0.5], { relative: 1e-7 });
  });

  test.each([0, -1])("is off for a bound of %f, and still measures", (limit) => {
    clip(abi.OP_CLIP_NORM, [3, 0, 4, 0], limit);
    expect(clipScale()).toBe(1);
    expect(gradientNorm()).toBe(5);
  });

  test("is 1 where all gradients are 0", () => {
    clip(abi.OP_CLIP_NORM, new Float32Array(8), 1);
    expect(clipScale()).toBe(1);
    expect(gradientNorm()).toBe(0);
  });

  test("measures gradients whose squares no f32 can hold", () => {
    clip(abi.OP_CLIP_NORM, [3e30, 4e30, 0, 0], 1);
    expect([gradientNorm()]).toBeNear([5e30], { relative: 1e-6 });
    expect([clipScale()]).toBeNear([2e-31], { relative: 1e-6 });
    clip(abi.OP_CLIP_NORM, [3e-30, 4e-30, 0, 0], 1);
    expect([gradientNorm()]).toBeNear([5e-30], { relative: 1e-6 });
  });

  test("leaves the scale at 1 for a NaN, so that it reaches its own weight alone", () => {
    expect([...clip(abi.OP_CLIP_NORM, [1, Number.NaN, 5, 0], 1)]).toEqual([1, Number.NaN, 5, 0]);
    expect(clipScale()).toBe(1);
    expect(gradientNorm()).toBeNaN();
  });

  test("makes the scale 0 for an infinity, which becomes NaN in its weight", () => {
    clip(abi.OP_CLIP_NORM, [1, Number.POSITIVE_INFINITY, 5, 0], 1);
    expect(clipScale()).toBe(0);
    expect(gradientNorm()).toBe(Number.POSITIVE_INFINITY);
  });
});

if (kernel.guard !== undefined) {
  test("no access was outside the arrays", () => {
    expect(kernel.guard?.violations).toEqual([]);
    expect(kernel.guard?.checked).toBeGreaterThan(0);
  });
}
