// The laws that hold for every loss: it agrees with the f64 reference, and depends on nothing but
// its sample.

import { describe, expect, it } from "vitest";
import { kernelName } from "../support/kernel.ts";
import {
  expected,
  kernel,
  kinds,
  makeCase,
  type Outcome,
  run,
  title,
} from "../support/loss-cases.ts";

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 10, 17];
const ROWS = [0, 1, 2, 3, 5, 10, 33];

describe.each(kinds.map((kind) => [title(kind), kind] as const))("%s", (_, kind) => {
  it("agrees with the reference, weighted or not, whatever the padding holds", () => {
    for (const n of SIZES) {
      for (const rows of ROWS) {
        const it = makeCase(kind, rows, n, { weighted: (rows + n) % 2 === 1 });
        const got = run(it);
        const want = expected(it);
        expect(got.losses).toBeNear(want.losses, { relative: 2e-6, absolute: 2e-6 });
        expect(got.gradient).toBeNear(want.gradient, { relative: 4e-6, absolute: 4e-7 });
      }
    }
  });

  it("gives the same bits on 1, 2 and 3 threads, with or without a gradient", () => {
    for (const n of [1, 5, 17]) {
      for (const rows of [3, 10, 33]) {
        const it = makeCase(kind, rows, n, { weighted: true });
        const alone = run(it);
        expect(run(it, { threads: 2 })).toEqual(alone);
        expect(run(it, { threads: 3 })).toEqual(alone);
        const untouched = run(it, { gradient: "none" });
        expect(untouched.losses).toEqual(alone.losses);
        expect(untouched.gradient.every(Number.isNaN)).toBe(true);
      }
    }
  });

  it("gives a sample the same loss in whatever batch it stands", () => {
    for (const n of [1, 6]) {
      const all = makeCase(kind, 7, n, { weighted: false });
      const width = kind.t === "index" ? 1 : n;
      const together = run(all).losses;
      for (let i = 0; i < 7; i++) {
        const p = all.p.subarray(i * n, (i + 1) * n);
        const t = all.t.subarray(i * width, (i + 1) * width);
        expect(run({ kind, rows: 1, n, p, t }).losses[0]).toBe(together[i]);
      }
    }
  });

  it("passes a NaN prediction on to its sample's loss and gradient, and to no other's", () => {
    for (const n of [1, 6]) {
      const it = makeCase(kind, 5, n, { weighted: false });
      const before = run(it);
      it.p[2 * n] = Number.NaN;
      const after = run(it);
      expect(after.losses[2]).toBeNaN();
      expect(after.gradient[2 * after.ld]).toBeNaN();
      for (const i of [0, 1, 3, 4]) {
        expect(after.losses[i]).toBe(before.losses[i]);
        const row = (from: Outcome) => from.gradient.slice(i * from.ld, (i + 1) * from.ld);
        expect(row(after)).toEqual(row(before));
      }
      const padding = after.gradient.slice(2 * after.ld + n, 3 * after.ld);
      expect(padding.every((value) => value === 0)).toBe(true);
    }
  });
});

it("no access left the blocks", () => {
  expect(kernel.guard !== undefined).toBe(kernelName === "check");
  expect(kernel.guard?.checked ?? 1).toBeGreaterThan(0);
  expect(kernel.guard?.violations ?? []).toEqual([]);
});
