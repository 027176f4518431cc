// OP_SELECT against plain loops over bits: which columns of a matrix it puts other numbers into.

import { afterEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { draws } from "../support/draws.ts";
import { TestKernel } from "../support/kernel.ts";
import { expectShared, onlyThread } from "../support/threads.ts";

const kernel = await TestKernel.create();
afterEach(() => kernel.reset());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const SIZES = [1, 3, 4, 5, 8, 17].flatMap((cols) => [0, 1, 2, 7].map((rows) => [rows, cols]));
/** Numbers that arithmetic would not leave as they are. */
const ODD = [-0, 0, nan, inf, -inf, 1e-45, -1e-45, 3e38];

function numbers(count: number, seed: number): Float32Array {
  const draw = draws(seed);
  return Float32Array.from({ length: count }, () =>
    draw() < 0.3 ? (ODD[Math.floor(draw() * ODD.length)] ?? nan) : draw() - 0.5,
  );
}

/** About half of them 0. */
const maskOf = (cols: number) =>
  Float32Array.from({ length: cols }, (_, j) => ((j * 7) % 3 === 1 ? 0 : 1));

interface Select {
  readonly a?: Float32Array | undefined;
  readonly b: Float32Array;
  readonly mask?: Float32Array | undefined;
  readonly cols: number;
  /** Rows of a sample: the others are samples. */
  readonly m?: number | undefined;
  readonly threads?: number;
  readonly on?: TestKernel;
}

/** b after the op, and the padding beside it. */
function select({ a, b, mask, cols, m, threads = 1, on = kernel }: Select) {
  const rows = b.length / cols;
  const from = a && kernel.matrix(rows, cols, a);
  const to = kernel.matrix(rows, cols, b);
  const d = mask ? kernel.matrix(1, cols, mask).at : 0;
  const strides = { lda: from?.ld ?? 0, ldb: to.ld, n: cols };
  const sizes = m === undefined ? { m: rows } : { m, flags: abi.FLAG_BATCH_M };
  const op = { code: abi.OP_SELECT, a: from?.at ?? 0, b: to.at, d, ...strides, ...sizes };
  on.runOps([op], m === undefined ? 1 : rows / m, threads);
  const out = kernel.readMatrix(to.at, rows, cols, to.ld);
  const padding = [...kernel.read(to.at, rows * to.ld)].filter((_, i) => i % to.ld >= cols);
  if (from && a) expect(bits(kernel.readMatrix(from.at, rows, cols, from.ld))).toEqual(bits(a));
  kernel.reset();
  return { out, padding };
}

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

function expected({ a, b, mask, cols }: Select): Float32Array {
  return b.map((x, i) => (mask === undefined || mask[i % cols] === 0 ? (a?.[i] ?? 0) : x));
}

describe.each(SIZES)("%i rows of %i columns", (rows, cols) => {
  const a = numbers(rows * cols, 1);
  const b = numbers(rows * cols, 2);
  const mask = maskOf(cols);

  it.each([
    ["those of another matrix where the mask is 0", { a, b, mask, cols }],
    ["zeros where the mask is 0", { b, mask, cols }],
    ["all of another matrix without a mask", { a, b, cols }],
    ["zeros everywhere without either", { b, cols }],
    ["nothing where the mask has no 0", { a, b, mask: new Float32Array(cols).fill(1), cols }],
  ])("takes %s, bit for bit", (_, given) => {
    const { out, padding } = select(given);
    expect(bits(out)).toEqual(bits(expected(given)));
    expect(padding.every((it) => it === 0)).toBe(true);
  });

  it("is the same on 2, 3 and 7 threads, each row written by one of them", () => {
    for (const threads of [2, 3, 7]) {
      const whole = { a, b, mask, cols };
      expect(bits(select({ ...whole, threads }).out)).toEqual(bits(expected(whole)));
      const untouched = new Float32Array(rows * cols).fill(nan);
      const alone = Array.from({ length: threads }, (_, thread) => onlyThread(kernel, thread));
      expectShared(alone.map((on) => select({ b: untouched, cols, threads, on }).out));
    }
  });
});

it("goes over the rows of the batch at hand", () => {
  const given = { a: numbers(30, 3), b: numbers(30, 4), mask: maskOf(5), cols: 5, m: 2 };
  expect(bits(select(given).out)).toEqual(bits(expected(given)));
});

it("leaves rows behind the batch alone", () => {
  const { at, ld } = kernel.matrix(4, 3, new Float32Array(12).fill(7));
  const op = { code: abi.OP_SELECT, b: at, n: 3, m: 1, ldb: ld, flags: abi.FLAG_BATCH_M };
  kernel.runOps([op], 2);
  expect([...kernel.readMatrix(at, 4, 3, ld)]).toEqual([...Array(6).fill(0), ...Array(6).fill(7)]);
});

if (kernel.guard !== undefined) {
  it("touches no float outside the matrices", () => {
    expect(kernel.guard?.violations).toEqual([]);
    expect(kernel.guard?.checked).toBeGreaterThan(0);
  });
}
