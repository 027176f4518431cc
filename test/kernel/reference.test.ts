// The oracle on trial: its derivatives against central differences, its values against published
// ones. Nothing here runs the kernel.

import { describe, expect, test } from "vitest";
import { centralDifference, numericalGradient, numericalJacobian } from "../support/gradients.ts";
import { at } from "../support/reference/array.ts";
import {
  heads,
  kinkDistance,
  kinks,
  lossCases,
  OUTPUTS,
  random,
} from "../support/reference/cases.ts";
import {
  activationNames,
  activations,
  erf,
  erfc,
  fromLogits,
  gemm,
  type LossName,
  losses,
  philox4x32,
  softmax,
  softmaxGradient,
} from "../support/reference.ts";

const CLOSE = { relative: 1e-5, absolute: 1e-9 };
const ALPHA = 0.3;
const smooth = activationNames.filter((name) => name !== "step");

describe("activations", () => {
  test.each(smooth)("the derivative of %s is its slope", (name) => {
    const { f, derivative } = activations[name];
    const points = [...random(1, 40, -8, 8), ...random(2, 40, -1.5, 1.5), 30, -30].filter((x) =>
      (kinks[name] ?? []).every((kink) => Math.abs(x - kink) > 1e-3),
    );
    expect(points.length).toBeGreaterThan(60);
    const slopes = points.map((x) => centralDifference((moved) => f(moved, ALPHA), x));
    expect(points.map((x) => derivative(x, ALPHA))).toBeNear(slopes, CLOSE);
  });

  test("step is 0 up to 0 and 1 above; its derivative is 1 within [−1, 1]", () => {
    const points = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
    expect(points.map((x) => activations.step.f(x, 0))).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(points.map((x) => activations.step.derivative(x, 0))).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });

  test.each(activationNames)("%s keeps NaN", (name) => {
    expect(activations[name].f(Number.NaN, ALPHA)).toBeNaN();
  });

  test.each(activationNames.filter((name) => name !== "sine"))("%s at ±∞ is its limit", (name) => {
    const { f, derivative } = activations[name];
    for (const sign of [-1, 1]) {
      const far = f(sign * 1e3, ALPHA);
      const limit = f(sign * Number.POSITIVE_INFINITY, ALPHA);
      if (Number.isFinite(limit)) expect(limit).toBeCloseTo(far, 2);
      else expect(Math.sign(limit)).toBe(Math.sign(far));
      const slope = derivative(sign * 600, ALPHA);
      const slopeLimit = derivative(sign * Number.POSITIVE_INFINITY, ALPHA);
      if (Number.isFinite(slopeLimit)) expect(slopeLimit).toBeCloseTo(slope, 4);
      else expect(slope).toBeGreaterThan(1e200);
    }
  });

  test("known values agree", () => {
    expect([
      activations.gelu.f(1, 0),
      activations.mish.f(1, 0),
      activations.swish.f(1, 0),
      activations.selu.f(-1, 0),
      activations.softplus.f(1, 0),
      activations.gelu.f(-8, 0),
    ]).toBeNear(
      [
        0.8413447460685429, 0.8650983882673103, 0.7310585786300049, -1.1113307378125625,
        1.3132616875182228, -4.976768459417463e-15,
      ],
      { relative: 1e-12 },
    );
  });

  test("softmax sums to 1, and a shift of all inputs changes nothing", () => {
    const row = random(3, 7, -5, 5);
    const y = softmax(row);
    expect(y.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    expect(softmax(row.map((x) => x + 900))).toBeNear(y, { relative: 1e-11 });
    expect(softmax([0, Math.log(3)])).toBeNear([0.25, 0.75], { relative: 1e-15 });
  });

  test("the gradient of softmax is its Jacobian's", () => {
    const row = random(4, 6, -2, 2);
    const jacobian = numericalJacobian(softmax, row);
    for (let i = 0; i < row.length; i++) {
      const unit = row.map((_, j) => (i === j ? 1 : 0));
      expect(softmaxGradient(softmax(row), unit)).toBeNear(jacobian[i] ?? [], CLOSE);
    }
  });
});

describe("special functions and draws", () => {
  test("erf and erfc agree with published values", () => {
    // Abramowitz and Stegun, table 7.1, continued to 16 digits.
    const erfTable = [
      [0.1, 0.1124629160182849], [0.5, 0.5204998778130465], [1, 0.8427007929497149],
      [1.5, 0.9661051464753108], [2, 0.9953222650189527], [3, 0.9999779095030014],
    ] as const; // biome-ignore format: a table
    for (const [x, y] of erfTable) {
      expect([erf(x), erf(-x)]).toBeNear([y, -y], { relative: 2e-15 });
    }
    expect([erfc(2), erfc(3), erfc(5), erfc(10), erfc(-1)]).toBeNear(
      [
        4.677734981047266e-3, 2.209049699858544e-5, 1.537459794428035e-12, 2.088487583762545e-45,
        1.842700792949715,
      ],
      { relative: 1e-14 },
    );
    expect([erf(0), erf(Number.POSITIVE_INFINITY), erfc(Number.POSITIVE_INFINITY)]).toEqual([
      0, 1, 0,
    ]);
  });

  test("erf is continuous where its two formulas meet", () => {
    expect(erf(2 - 1e-12)).toBeCloseTo(erf(2), 13);
    expect(centralDifference(erf, 1.99999)).toBeCloseTo(
      (2 / Math.sqrt(Math.PI)) * Math.exp(-(1.99999 ** 2)),
      8,
    );
  });

  test("Philox gives the known answers of Random123", () => {
    const ones = 0xffffffff;
    expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([
      0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8,
    ]);
    expect(philox4x32([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(
      philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
    expect(philox4x32([0, 0, 0, 0], [0, 0], 7)).toEqual([
      0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48,
    ]);
  });

  test("gemm reads either matrix transposed", () => {
    const [a, b] = [
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]; // 2×3, 3×2
    const [aT, bT] = [
      [1, 4, 2, 5, 3, 6],
      [7, 9, 11, 8, 10, 12],
    ];
    const shape = { m: 2, n: 2, k: 3 };
    const product = Float64Array.of(58, 64, 139, 154);
    expect(gemm(a, b, shape)).toEqual(product);
    expect(gemm(aT, b, { ...shape, transposeA: true })).toEqual(product);
    expect(gemm(a, bT, { ...shape, transposeB: true })).toEqual(product);
    expect(gemm(aT, bT, { ...shape, transposeA: true, transposeB: true })).toEqual(product);
  });
});

describe("losses", () => {
  test.each(lossCases)("the gradient of $name is its slope", ({ name, loss, head, targets }) => {
    const distance = kinkDistance[name as LossName] ?? (() => 1);
    let checked = 0;
    for (let seed = 10; seed < 30; seed++) {
      const inside = head === "linear" || head === "tanh";
      const p = inside ? random(seed, OUTPUTS, -3, 3) : random(seed, OUTPUTS, 0.02, 0.98);
      const t = targets(seed + 100);
      if (p.some((x, i) => distance(x, at(t, i)) < 1e-3)) continue;
      expect(loss.gradient(p, t)).toBeNear(
        numericalGradient(() => loss.value(p, t), p),
        CLOSE,
      );
      checked++;
    }
    expect(checked).toBeGreaterThan(15);
  });

  test("huber's parameter is where it turns linear", () => {
    expect(losses.huber.value([3, 0.5], [0, 0], 2)).toBeCloseTo((2 * 3 - 2 + 0.125) / 2, 14);
    expect(losses.huber.gradient([3, 0.5], [0, 0], 2)).toEqual([1, 0.25]);
  });

  test.each(["hinge", "squaredHinge"] as const)("%s with parameter 1 reads 0 as −1", (name) => {
    const p = [0.3, -0.4, 0.2];
    const { value, gradient } = losses[name];
    expect(value(p, [0, 1, 0], 1)).toBe(value(p, [-1, 1, -1]));
    expect(gradient(p, [0, 1, 0], 1)).toEqual(gradient(p, [-1, 1, -1]));
  });

  test("the examples in Keras' documentation come out", () => {
    const one = losses.binaryCrossentropy;
    expect([one.value([0.6, 0.4], [0, 1]), one.value([0.4, 0.6], [0, 0])]).toBeNear(
      [0.916, 0.714],
      { absolute: 5e-4 },
    );
    const rows = [
      [0.05, 0.95, 0],
      [0.1, 0.8, 0.1],
    ] as const;
    const t = [
      [0, 1, 0],
      [0, 0, 1],
    ] as const;
    const many = rows.map((p, i) => losses.categoricalCrossentropy.value(p, t[i] ?? []));
    expect(many).toBeNear([-Math.log(0.95), Math.LN10], { relative: 1e-12 });
    expect(rows.map((p, i) => losses.sparseCategoricalCrossentropy.value(p, [i + 1]))).toEqual(
      many,
    );
    const huber = losses.huber;
    expect((huber.value([0.6, 0.4], [0, 1]) + huber.value([0.4, 0.6], [0, 0])) / 2).toBeCloseTo(
      0.155,
      12,
    );
    expect(
      (losses.logCosh.value([1, 1], [0, 1]) + losses.logCosh.value([0, 0], [0, 0])) / 2,
    ).toBeCloseTo(0.108, 3);
  });

  test("a probability of 0 or 1 is clipped: a finite loss, and no gradient", () => {
    const top = -Math.log(1e-7);
    expect(losses.binaryCrossentropy.value([0, 1], [1, 1])).toBeCloseTo(top / 2, 6);
    expect(losses.binaryCrossentropy.gradient([0, 1], [1, 0])).toBeNear([0, 0], {});
    expect(losses.categoricalCrossentropy.value([0, 1], [1, 0])).toBeCloseTo(top, 12);
    expect(losses.categoricalCrossentropy.gradient([0, 1], [1, 0])).toBeNear([0, 0], {});
    expect(losses.kullbackLeiblerDivergence.gradient([0, 1], [1, 0])[0]).toBeCloseTo(0, 15);
  });

  test.each([
    "binaryCrossentropy",
    "categoricalCrossentropy",
    "sparseCategoricalCrossentropy",
  ] as const)("%s of logits is that of their probabilities, and finite far out", (name) => {
    const z = random(7, OUTPUTS, -4, 4);
    const t = heads[name].targets(8);
    const p =
      name === "binaryCrossentropy" ? z.map((x) => activations.sigmoid.f(x, 0)) : softmax(z);
    expect(fromLogits[name].value(z, t)).toBeCloseTo(losses[name].value(p, t), 12);
    expect(
      fromLogits[name].value(
        z.map((x) => 1e4 * x),
        t,
      ),
    ).toBeLessThan(1e5);
  });

  test.each(lossCases)("$name keeps NaN", ({ loss, targets }) => {
    const p = [0.5, Number.NaN, 0.25];
    const t = targets(9).length === 1 ? [1] : targets(9);
    expect(loss.value(p, t)).toBeNaN();
    expect(loss.gradient(p, t)[1]).toBeNaN();
  });
});
