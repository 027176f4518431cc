// Losses where formulas break down: extreme logits, probabilities of 0 and 1, tiny and huge errors.
// And the batch's loss.

import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { kernelName } from "../support/kernel.ts";
import {
  expected,
  expectNear,
  kernel,
  kindOf,
  kinds,
  makeCase,
  run,
  single,
} from "../support/loss-cases.ts";

describe("losses of logits", () => {
  const fused = kinds.filter((kind) => kind.logits);

  it("write the probabilities, also in place of the logits, with padding 0", () => {
    for (const kind of fused) {
      for (const n of [1, 3, 4, 10]) {
        const it = makeCase(kind, 10, n, { weighted: true });
        const apart = run(it);
        const ld = apart.ld;
        const want = Array.from({ length: 10 * ld }, (_, i) => {
          if (i % ld >= n) return 0;
          const row = Array.from(
            it.p.subarray(Math.floor(i / ld) * n, (Math.floor(i / ld) + 1) * n),
          );
          const z = row[i % ld] ?? Number.NaN;
          if (kind.name === "binaryCrossentropy") return 1 / (1 + Math.exp(-z));
          return Math.exp(z) / row.reduce((sum, other) => sum + Math.exp(other), 0);
        });
        expect(apart.probabilities).toBeNear(want, { relative: 1e-6 });
        expect(run(it, { inPlace: true })).toEqual(apart);
      }
    }
  });

  it("stay finite and right for extreme logits", () => {
    for (const size of [100, 1e4]) {
      for (const t of [0, 1, 0.25]) {
        for (const z of [size, -size]) {
          for (const others of [[], [0, 1, -1, 2]]) {
            const it = single(
              kindOf("binaryCrossentropy", "logits"),
              [z, ...others],
              [t, ...others.map(() => 1)],
            );
            expectNear(it);
          }
        }
      }
      for (const z of [
        [size, 0, -size],
        [-size, -size, -size],
        [size, size, 1, 0, -size, 3],
      ]) {
        for (let k = 0; k < z.length; k++) {
          expectNear(single(kindOf("sparseCategoricalCrossentropy", "logits"), z, [k]));
          const oneHot = z.map((_, j) => (j === k ? 1 : 0));
          expectNear(single(kindOf("categoricalCrossentropy", "logits"), z, oneHot));
        }
      }
    }
  });

  it("keep the relative accuracy of a tiny loss and gradient", () => {
    const kind = kindOf("binaryCrossentropy", "logits");
    for (const [z, t] of [
      [17, 1],
      [-17, 0],
      [40, 1],
      [-80, 0],
      [3, 1],
    ] as const) {
      const { losses, gradient } = run(single(kind, [z], [t]));
      const tail = Math.exp(-Math.abs(z));
      expect(losses).toBeNear([Math.log1p(tail)], { relative: 1e-6 });
      const slope = (t === 1 ? -tail : tail) / (1 + tail);
      expect(gradient.slice(0, 1)).toBeNear([slope], { relative: 1e-6 });
    }
  });

  it("take the limits at infinite logits", () => {
    const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
    const binary = kindOf("binaryCrossentropy", "logits");
    for (const [z, t, loss, slope] of [
      [most, 1, 0, 0],
      [most, 0, most, 1],
      [least, 0, 0, 0],
      [least, 1, most, -1],
    ] as const) {
      const got = run(single(binary, [z], [t]));
      expect([got.losses[0], got.gradient[0]]).toEqual([
        loss,
        slope === 0 ? expect.closeTo(0) : slope,
      ]);
    }
    const got = run(single(kindOf("categoricalCrossentropy", "logits"), [0, least, 0], [1, 0, 0]));
    expect(got.losses).toBeNear([Math.LN2], { relative: 1e-6 });
    expect(got.gradient).toBeNear([-0.5, 0, 0.5, 0], { relative: 1e-6 });
  });
});

describe("losses of probabilities", () => {
  it("clip 0, 1 and what lies beyond, without a gradient there", () => {
    for (const p of [0, 1, -0.5, 1.5, 1e-8, 1e-30]) {
      for (const t of [0, 1, 0.3]) {
        expectNear(single(kindOf("binaryCrossentropy"), [p], [t]));
        expectNear(single(kindOf("kullbackLeiblerDivergence"), [p, 0.5], [t, 1 - t]));
      }
    }
    for (const p of [
      [0, 1, 0],
      [0, 0.4, 0.2],
      [1e-9, 1, 1],
    ]) {
      for (let k = 0; k < 3; k++) {
        expectNear(single(kindOf("sparseCategoricalCrossentropy"), p, [k]));
        expectNear(
          single(
            kindOf("categoricalCrossentropy"),
            p,
            [k, 1, 2].map((it) => it / 4),
          ),
        );
      }
    }
    expectNear(single(kindOf("poisson"), [0, 2], [0, 0]));
  });
});

describe("losses of errors", () => {
  it("are 0 with gradient 0 where predictions are right", () => {
    for (const name of ["meanSquaredError", "meanAbsoluteError", "huber", "logCosh"] as const) {
      const got = run(single(kindOf(name), [1.5, -2, 0], [1.5, -2, 0]));
      expect([...got.losses, ...got.gradient].every((it) => it === 0)).toBe(true);
    }
  });

  it("keep their relative accuracy for small and for large errors", () => {
    for (const name of ["huber", "logCosh"] as const) {
      for (const error of [1e-4, 1e-3, 0.02, 0.9, 0.99999, 1, 1.1, 15, 200, 1e6]) {
        const it = single(kindOf(name), [error], [0]);
        const want = expected(it);
        const got = run(it);
        expect(got.losses).toBeNear(want.losses, { relative: 1e-6 });
        expect(got.gradient).toBeNear(want.gradient, { relative: 1e-6 });
      }
    }
  });
});

describe("the batch's loss", () => {
  const sum = (values: readonly number[], rows = values.length) => {
    kernel.reset();
    const a = kernel.floats(Math.max(1, values.length), values);
    kernel.runOps([{ code: abi.OP_LOSS_SUM, flags: abi.FLAG_BATCH_M, m: 1, a, f0: 1 }], rows);
    const get = (at: number) => kernel.header.getFloat64(at, true);
    const status = kernel.header.getInt32(abi.PLAN_STATUS, true);
    return {
      batch: get(abi.PLAN_BATCH_LOSS),
      sum: get(abi.PLAN_LOSS_SUM),
      rows: get(abi.PLAN_LOSS_ROWS),
      status,
    };
  };
  const clear = (penalty: number) => {
    kernel.header.setFloat64(abi.PLAN_PENALTY, penalty, true);
    kernel.header.setFloat64(abi.PLAN_LOSS_SUM, 0, true);
    kernel.header.setFloat64(abi.PLAN_LOSS_ROWS, 0, true);
    kernel.header.setInt32(abi.PLAN_STATUS, abi.STATUS_OK, true);
  };

  it("is the samples' mean and the penalty, summed over batches by their rows", () => {
    clear(0.5);
    expect(sum([1, 2, 3, 4])).toEqual({ batch: 3, sum: 12, rows: 4, status: abi.STATUS_OK });
    expect(sum([8, 0])).toEqual({ batch: 4.5, sum: 21, rows: 6, status: abi.STATUS_OK });
    expect(sum([])).toEqual({ batch: 0.5, sum: 21, rows: 6, status: abi.STATUS_OK });
  });

  it("sets the status when it is not finite, and leaves the sums alone", () => {
    for (const [value, penalty] of [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
      [1, Number.NaN],
    ] as const) {
      clear(0);
      expect(sum([2]).sum).toBe(2);
      kernel.header.setFloat64(abi.PLAN_PENALTY, penalty, true);
      expect(sum([1, value])).toMatchObject({
        sum: 2,
        rows: 1,
        status: abi.STATUS_LOSS_NOT_FINITE,
      });
    }
    clear(0);
  });
});

it("no access left the blocks", () => {
  expect(kernel.guard !== undefined).toBe(kernelName === "check");
  expect(kernel.guard?.checked ?? 1).toBeGreaterThan(0);
  expect(kernel.guard?.violations ?? []).toEqual([]);
});
