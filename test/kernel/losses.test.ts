// Losses in the kernel: against the f64 reference, and the laws that hold for all of them.

import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { type LossName, losses as table } from "../../src/losses/index.ts";
import { kernelName, type OpFields, TestKernel } from "../support/kernel.ts";
import { fromLogits, losses as reference } from "../support/reference.ts";

const kernel = await TestKernel.create();

type Draw = () => number;

/** A small generator (mulberry32): the same cases in every run. */
function draws(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let it = Math.imul(state ^ (state >>> 15), state | 1);
    it ^= it + Math.imul(it ^ (it >>> 7), it | 61);
    return ((it ^ (it >>> 14)) >>> 0) / 2 ** 32;
  };
}

const real = (draw: Draw) => () => (draw() - 0.5) * 6;
const positive = (draw: Draw) => () => 0.01 + draw() * 4;
const share = (draw: Draw) => () => 0.001 + draw() * 0.998;
const bit = (draw: Draw) => () => Math.floor(draw() * 2);
const sign = (draw: Draw) => () => (draw() < 0.5 ? -1 : 1);
/** Hard and soft labels. */
const label = (draw: Draw) => () => (draw() < 0.7 ? Math.floor(draw() * 2) : draw());

/** How a kind is fed: predictions, targets ("index": one class number a row), constants. */
interface Kind {
  readonly name: LossName;
  readonly code: number;
  readonly logits: boolean;
  readonly p: (draw: Draw) => () => number;
  readonly t: ((draw: Draw) => () => number) | "index";
  /** The constant, as the reference and as the kernel's word takes it. */
  readonly f?: { readonly f0: number } | { readonly f1: number };
}

type Feed = Omit<Kind, "name" | "code" | "logits">;

/** By name, so that a loss without a row here is a type error. */
const feeds: Readonly<Record<LossName, readonly Feed[]>> = {
  meanSquaredError: [{ p: real, t: real }],
  meanAbsoluteError: [{ p: real, t: real }],
  huber: [
    { p: real, t: real, f: { f0: 1 } },
    { p: real, t: real, f: { f0: 0.25 } },
  ],
  logCosh: [{ p: real, t: real }],
  hinge: [
    { p: real, t: sign, f: { f1: 0 } },
    { p: real, t: bit, f: { f1: 1 } },
  ],
  squaredHinge: [
    { p: real, t: sign, f: { f1: 0 } },
    { p: real, t: bit, f: { f1: 1 } },
  ],
  binaryCrossentropy: [{ p: share, t: label }],
  categoricalCrossentropy: [{ p: share, t: label }],
  sparseCategoricalCrossentropy: [{ p: share, t: "index" }],
  kullbackLeiblerDivergence: [{ p: share, t: share }],
  poisson: [{ p: positive, t: positive }],
};

const kinds: Kind[] = Object.entries(feeds).flatMap(([key, rows]) => {
  const name = key as LossName;
  const { code, fromLogits: fused } = table[name];
  return rows.flatMap((row) => [
    { ...row, name, code, logits: false },
    ...(fused ? [{ ...row, name, code: fused.code, logits: true, p: real }] : []),
  ]);
});

function title(kind: Kind): string {
  return `${kind.name}${kind.logits ? " from logits" : ""}${kind.f ? ` ${JSON.stringify(kind.f)}` : ""}`;
}

interface Case {
  readonly kind: Kind;
  readonly rows: number;
  readonly n: number;
  readonly p: Float32Array;
  readonly t: Float32Array;
  readonly weights?: Float32Array;
}

function makeCase(kind: Kind, rows: number, n: number, options: { weighted: boolean }): Case {
  const draw = draws(rows * 1000 + n * 7 + kind.code);
  const fill = (count: number, next: () => number) => Float32Array.from({ length: count }, next);
  const p = fill(rows * n, kind.p(draw));
  const t =
    kind.t === "index" ? fill(rows, () => Math.floor(draw() * n)) : fill(rows * n, kind.t(draw));
  return {
    kind,
    rows,
    n,
    p,
    t,
    ...(options.weighted && { weights: fill(rows, () => draw() * 3) }),
  };
}

interface Outcome {
  readonly losses: Float32Array;
  /** With its padding. */
  readonly gradient: Float32Array;
  /** With its padding; of the kinds from logits. */
  readonly probabilities: Float32Array;
  readonly ld: number;
}

/** Puts NaN between the columns of a matrix: nothing of it may be seen. */
function spoilPadding(at: number, rows: number, n: number, ld: number): void {
  const f32 = kernel.arena.views.f32;
  for (let i = 0; i < rows; i++)
    f32.fill(Number.NaN, (at >> 2) + i * ld + n, (at >> 2) + (i + 1) * ld);
}

function run(
  it: Case,
  options: { threads?: number; gradient?: "none"; inPlace?: true } = {},
): Outcome {
  kernel.reset();
  const { rows, n, kind } = it;
  const a = kernel.matrix(rows, n, it.p);
  const sparse = kind.t === "index";
  const b = kernel.matrix(rows, sparse ? 1 : n, it.t);
  const c = kernel.matrix(rows, n);
  const d = kernel.floats(Math.max(1, rows));
  const y = options.inPlace ? a : kernel.matrix(rows, n);
  spoilPadding(a.at, rows, n, a.ld);
  spoilPadding(b.at, rows, sparse ? 1 : n, b.ld);
  spoilPadding(c.at, rows, 0, c.ld);
  const op: OpFields = {
    code: abi.OP_LOSS,
    flags: abi.FLAG_BATCH_M,
    kind: kind.code,
    m: 1,
    n,
    a: a.at,
    lda: a.ld,
    b: b.at,
    ldb: b.ld,
    d,
    c: options.gradient === "none" ? 0 : c.at,
    ldc: options.gradient === "none" ? 0 : c.ld,
    e: it.weights ? kernel.floats(Math.max(1, rows), it.weights) : 0,
    scratch: kind.logits ? y.at : 0,
    ...kind.f,
  };
  kernel.runOps([op], rows, options.threads ?? 1);
  return {
    losses: kernel.read(d, rows),
    gradient: kernel.read(c.at, rows * c.ld),
    probabilities: kernel.read(y.at, rows * a.ld),
    ld: c.ld,
  };
}

/** The same in f64, padding 0. */
function expected(it: Case): { losses: number[]; gradient: number[] } {
  const { kind, rows, n } = it;
  const of = kind.logits ? fromLogits[kind.name as keyof typeof fromLogits] : reference[kind.name];
  const parameter = Object.values(kind.f ?? {})[0];
  const ld = Math.ceil(n / 4) * 4;
  const width = kind.t === "index" ? 1 : n;
  const losses: number[] = [];
  const gradient = new Array<number>(rows * ld).fill(0);
  for (let i = 0; i < rows; i++) {
    const p = Array.from(it.p.subarray(i * n, (i + 1) * n));
    const t = Array.from(it.t.subarray(i * width, (i + 1) * width));
    const weight = it.weights?.[i] ?? 1;
    losses.push(weight * of.value(p, t, parameter));
    of.gradient(p, t, parameter).forEach((g, j) => {
      gradient[i * ld + j] = (g * weight) / rows;
    });
  }
  return { losses, gradient };
}

/** One row from plain numbers. */
function single(kind: Kind, p: readonly number[], t: readonly number[]): Case {
  return { kind, rows: 1, n: p.length, p: Float32Array.from(p), t: Float32Array.from(t) };
}

function kindOf(name: LossName, how: "probabilities" | "logits" = "probabilities"): Kind {
  const found = kinds.find((it) => it.name === name && it.logits === (how === "logits"));
  if (!found) throw new Error(`no kind ${name}`);
  return found;
}

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

function expectNear(it: Case): void {
  const got = run(it);
  const want = expected(it);
  expect(got.losses.every(Number.isFinite)).toBe(true);
  expect(got.losses).toBeNear(want.losses, { relative: 2e-6, absolute: 1e-7 });
  expect(got.gradient).toBeNear(want.gradient, { relative: 4e-6, absolute: 1e-7 });
}

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
    kernel.runOps([{ code: abi.OP_LOSS_SUM, flags: abi.FLAG_BATCH_M, m: 1, a }], rows);
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
  expect(kernel.guard?.violations ?? []).toEqual([]);
});
