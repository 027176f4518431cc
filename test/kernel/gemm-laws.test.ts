// What holds for every product besides its value: threads, what is not finite, epilogues, batches that
// are not full.

import { afterEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { type ActivationName, activations } from "../../src/activations/index.ts";
import {
  dirtyPadding,
  integers,
  multiply,
  numbers,
  type Product,
  paths,
  sameBits,
  values,
} from "../support/gemm.ts";
import { TestKernel } from "../support/kernel.ts";
import { gemm } from "../support/reference.ts";
import { expectShared, onlyThread } from "../support/threads.ts";

const kernel = await TestKernel.create();
afterEach(() => kernel.reset());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const elementwise = (Object.keys(activations) as ActivationName[]).filter(
  (name) => activations[name].elementwise,
);
/** Tiles' edges, tall and wide, and less of either than there are threads. */
const shapes = [
  [1, 1, 3],
  [2, 9, 5],
  [5, 8, 16],
  [11, 4, 7],
  [16, 33, 9],
  [33, 16, 9],
  [124, 20, 260],
  [20, 516, 33],
] as const;

describe.each(paths)("$name", (path) => {
  const extras: readonly Partial<Product>[] = [
    {},
    path.transposeA ? { columnSums: true } : { bias: numbers(516, 1) },
    { accumulate: numbers(124 * 516, 2) },
    { kind: abi.ACTIVATION_TANH, gradient: numbers(124 * 516, 3) },
    { kind: abi.ACTIVATION_SIGMOID },
  ];
  const cut = (it: Partial<Product>, m: number, n: number): Partial<Product> => ({
    ...it,
    ...(it.bias && { bias: it.bias.slice(0, n) }),
    ...(it.accumulate && { accumulate: it.accumulate.slice(0, m * n) }),
    ...(it.gradient && { gradient: it.gradient.slice(0, m * n) }),
  });

  it.each(shapes)("gives the same bits on 1, 2, 3 and 7 threads, %d×%d×%d", (m, n, k) => {
    const [a, b] = [numbers(m * k, 4), numbers(k * n, 5)];
    for (const extra of extras) {
      const [one, ...others] = [1, 2, 3, 7].map((threads) =>
        multiply(kernel, path, { m, n, k, a, b, ...cut(extra, m, n), threads }),
      );
      for (const other of others) {
        expect(sameBits(other.c, one?.c ?? new Float32Array())).toBe(true);
        expect(sameBits(other.sums, one?.sums ?? new Float32Array())).toBe(true);
      }
    }
  });

  it.each(shapes)(
    "writes each float of C on one thread, in scratch of its own, %d×%d×%d",
    (m, n, k) => {
      const [a, b] = [numbers(m * k, 4), numbers(k * n, 5)];
      const columnSums = path.transposeA;
      for (const threads of [2, 3, 7]) {
        const alone = Array.from({ length: threads }, (_, thread) =>
          multiply(onlyThread(kernel, thread), path, { m, n, k, a, b, columnSums, threads }),
        );
        expectShared(alone.map((it) => it.c));
        expectShared(alone.map((it) => it.sums));
        for (const [thread, { scratch }] of alone.entries()) {
          const others = scratch.filter((_, index) => index !== thread);
          expect(others.every((it) => it.every(Number.isNaN))).toBe(true);
        }
      }
    },
  );

  it("keeps a NaN of A in its row and a NaN of B in its column", () => {
    const [m, n, k] = [12, 19, 9];
    const [a, b] = [numbers(m * k, 6), numbers(k * n, 7)];
    const clean = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    const [row, column] = [7, 18];
    a[row * k + 4] = nan;
    b[8 * n + column] = nan;
    const got = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    const want = clean.map((it, at) =>
      Math.floor(at / n) === row || at % n === column ? nan : it,
    );
    expect(got).toEqual(want);
  });

  it("takes ∞ where the formula takes it, ∞ · 0 and ∞ − ∞ to NaN", () => {
    const [m, n, k] = [7, 11, 6];
    const [a, b] = [integers(m * k, 8), integers(k * n, 9)];
    a[2 * k + 1] = inf;
    b[1 * n + 10] = 0;
    b[3 * n + 4] = -inf;
    a[5 * k + 0] = inf;
    a[5 * k + 1] = -inf;
    const got = values(multiply(kernel, path, { m, n, k, a, b }), m, n);
    expect(got).toEqual(Float32Array.from(gemm(a, b, { m, n, k }), (it) => it + 0));
    expect(got.filter(Number.isNaN).length).toBeGreaterThan(1);
    expect(got.filter((it) => Math.abs(it) === inf).length).toBeGreaterThan(1);
  });

  it("keeps denormals and the sign of what underflows", () => {
    const tiny = 2 ** -140;
    const a = Float32Array.from([tiny, -(2 ** -149), 2 ** -100, 3]);
    const b = Float32Array.from([0.5, 0, 0, -(2 ** -149)]);
    const got = values(multiply(kernel, path, { m: 2, n: 2, k: 2, a, b }), 2, 2);
    expect(got).toEqual(Float32Array.from([2 ** -141, 0, 2 ** -101, -3 * 2 ** -149]));
  });

  it.each(elementwise)("has %s and its gradient in the epilogue as their ops have them", (name) => {
    const [m, n, k] = [13, 21, 5];
    const { code: kind, alpha = 0 } = activations[name];
    const [a, b, gradient] = [numbers(m * k, 10), numbers(k * n, 11), numbers(m * n, 12)];
    const plain = multiply(kernel, path, { m, n, k, a, b });
    const [x, y, dx] = [
      kernel.floats(m * plain.ld, plain.c),
      ...[1, 2].map(() => kernel.floats(m * plain.ld)),
    ];
    const aux = kernel.matrix(m, n, gradient).at;
    const size = { m, n, lda: plain.ld, ldb: plain.ld, ldc: plain.ld, kind, f0: alpha };
    kernel.runOps([
      { code: abi.OP_ACTIVATION, a: x, b: y ?? 0, ...size },
      { code: abi.OP_ACTIVATION_GRADIENT, a: aux, b: x, c: dx ?? 0, ...size },
    ]);
    const [wantY, wantDx] = [y, dx].map((at) => kernel.read(at ?? 0, m * plain.ld));
    const options = { m, n, k, a, b, kind, alpha };
    expect(multiply(kernel, path, options).c).toEqual(wantY);
    expect(multiply(kernel, path, { ...options, gradient }).c).toEqual(wantDx);
    expect(multiply(kernel, path, { ...options, threads: 3 }).c).toEqual(wantY);
  });

  it.each([0, 1, 4, 5, 11])("runs on the %d rows at hand, not on the batch", (rows) => {
    const [of, n, k] = [12, 10, 7];
    for (const [perSample, threads] of [
      [1, 1],
      [2, 1],
      [2, 3],
    ] as const) {
      const [m, now] = [of * perSample, rows * perSample];
      const [a, b] = [integers(m * k, 13), integers(k * n, 14)];
      // What the rows beyond hold is an older batch's, or nothing yet.
      a.fill(nan, now * k);
      const batch = { flags: abi.FLAG_BATCH_M, rows, of };
      const result = multiply(kernel, path, { m, n, k, a, b, batch, threads });
      const exact = gemm(a, b, { m: now, n, k });
      expect(values(result, now, n)).toEqual(Float32Array.from(exact, (it) => it + 0));
      expect(dirtyPadding(result, now, n)).toBe(-1);
      const beyond = result.c.subarray(now * result.ld);
      expect(beyond.length).toBeGreaterThan(0);
      expect(beyond.every(Number.isNaN)).toBe(true);
    }
  });
});

describe.each(paths.filter((it) => it.transposeA))("$name over a batch", (path) => {
  it.each([1, 3, 10])("sums over %d rows at hand, not over the batch", (rows) => {
    const [m, n, of] = [6, 9, 16];
    const [x, dy] = [integers(of * m, 17), integers(of * n, 18)];
    x.fill(nan, rows * m);
    dy.fill(nan, rows * n);
    // multiply takes A as m×k, and stores it transposed: as x.
    const a = Float32Array.from(
      { length: m * of },
      (_, at) => x[(at % of) * m + Math.floor(at / of)] ?? 0,
    );
    const batch = { flags: abi.FLAG_BATCH_K, rows, of };
    const result = multiply(kernel, path, { m, n, k: of, a, b: dy, columnSums: true, batch });
    const shape = { m, n, k: rows, transposeA: true };
    const want = gemm(x.slice(0, rows * m), dy, shape);
    expect(values(result, m, n)).toEqual(Float32Array.from(want, (it) => it + 0));
    const wantSums = gemm(new Float32Array(rows).fill(1), dy, { ...shape, m: 1 });
    expect(result.sums.slice(0, n)).toEqual(Float32Array.from(wantSums, (it) => it + 0));
  });
});
