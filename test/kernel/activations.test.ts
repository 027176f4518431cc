// Activations in the kernel against the f64 reference, the laws that hold for all of them, and the
// host's table. Every test loops over that table.

import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import {
  type Activation,
  type ActivationName,
  activations,
  elu,
  leakyRelu,
  resolveActivation,
} from "../../src/activations/index.ts";
import { TestKernel } from "../support/kernel.ts";
import {
  type ReferenceActivation,
  activations as referenceTable,
  softmax,
  softmaxGradient,
} from "../support/reference.ts";

type Elementwise = Exclude<ActivationName, "softmax">;
/** A forgotten row is a type error here. */
const reference: Readonly<Record<Elementwise, ReferenceActivation>> = referenceTable;
const names = Object.keys(reference) as Elementwise[];

const kernel = await TestKernel.create();
const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;

/** A small generator (Lehmer's), so that the cases are the same in every run. */
function uniform(seed: number, count: number, low: number, high: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return Math.fround(low + ((high - low) * state) / 2147483647);
  });
}

const edges = [0, -0, 1e-40, -1e-40, 1e-8, -1e-8, 1, -1, 3, -3, 6, -6, 12, -12];
const ordinary = [...edges, ...uniform(1, 300, -1, 1), ...uniform(2, 300, -8, 8)];
const large = [...uniform(3, 40, -100, 100), 1e4, -1e4, 3e8, -3e8, 2 ** 127, -(2 ** 127)];

interface Case {
  readonly name: ActivationName;
  readonly alpha?: number;
  readonly rows?: number;
  readonly threads?: number;
  /** Strides; the width rounded up if left out. */
  readonly from?: number;
  readonly to?: number;
  readonly inPlace?: true;
}

function place(values: readonly number[], rows: number, cols: number, ld: number, padding: number) {
  const at = kernel.floats(rows * ld, new Array(rows * ld).fill(padding));
  const f32 = kernel.arena.views.f32;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) f32[(at >> 2) + i * ld + j] = values[i * cols + j] ?? nan;
  }
  return at;
}

function alphaOf(it: Case): number {
  return it.alpha ?? activations[it.name].alpha ?? 0;
}

/** f of `values`, rows of equal length, through OP_ACTIVATION. */
function forward(it: Case, values: readonly number[]): Float32Array {
  const rows = it.rows ?? 1;
  const cols = values.length / rows;
  const lda = it.from ?? Math.ceil(cols / 4) * 4;
  const ldb = it.to ?? lda;
  const a = place(values, rows, cols, lda, 7);
  const b = it.inPlace ? a : kernel.floats(rows * ldb);
  const op = {
    code: abi.OP_ACTIVATION,
    flags: abi.FLAG_BATCH_M,
    kind: activations[it.name].code,
    ...{ m: 1, n: cols, a, b, lda, ldb, f0: alphaOf(it) },
  };
  kernel.runOps([op], rows, it.threads ?? 1);
  const out = kernel.readMatrix(b, rows, cols, ldb);
  kernel.reset();
  return out;
}

/** dy ∘ f′ through OP_ACTIVATION_GRADIENT; `aux` is what the activation's row asks for. */
function gradient(it: Case, dy: readonly number[], aux: readonly number[]): Float32Array {
  const rows = it.rows ?? 1;
  const cols = dy.length / rows;
  const lda = it.from ?? Math.ceil(cols / 4) * 4;
  const ldc = it.to ?? lda;
  const a = place(aux, rows, cols, lda, 7);
  const b = place(dy, rows, cols, lda, 7);
  const c = it.inPlace ? b : kernel.floats(rows * ldc);
  const op = {
    code: abi.OP_ACTIVATION_GRADIENT,
    flags: abi.FLAG_BATCH_M,
    kind: activations[it.name].code,
    ...{ m: 1, n: cols, a, b, c, lda, ldb: lda, ldc, f0: alphaOf(it) },
  };
  kernel.runOps([op], rows, it.threads ?? 1);
  const out = kernel.readMatrix(c, rows, cols, ldc);
  kernel.reset();
  return out;
}

/** What `gradient` takes as aux for inputs x. */
function auxOf(it: Case, x: readonly number[]): number[] {
  return activations[it.name].gradientFrom === "input" ? [...x] : [...forward(it, x)];
}

const bits = (it: Float32Array) => [...new Uint32Array(it.buffer, it.byteOffset, it.length)];

describe.each(names)("%s", (name) => {
  const alpha = alphaOf({ name });
  const { f, derivative } = reference[name];

  it("has the reference's values", () => {
    const x = [...ordinary, ...large];
    const want = Float32Array.from(x, (value) => f(value, alpha));
    expect(forward({ name }, x)).toBeNear(want, { relative: 1e-6, absolute: 1e-43 });
  });

  it("has the reference's gradient", () => {
    const x = [...ordinary, ...large];
    const dy = uniform(4, x.length, -2, 2);
    const want = Float32Array.from(x, (value, i) => (dy[i] ?? 0) * derivative(value, alpha));
    // From a rounded output, 1 − y² and its like are right to a few 1e-7 of 1, not of themselves.
    expect(gradient({ name }, dy, auxOf({ name }, x))).toBeNear(want, {
      relative: 2e-6,
      absolute: activations[name].gradientFrom === "output" ? 5e-7 : 1e-7,
    });
  });

  it("takes ±∞ to its limit and lets NaN through", () => {
    const x = [inf, minusInf, nan, 1];
    const want = x.map((value) => f(value, alpha));
    expect(forward({ name }, x)).toBeNear(want, { relative: 1e-6 });
    const slopes = x.map((value) => derivative(value, alpha));
    const got = gradient({ name }, [1, 1, 1, 1], auxOf({ name }, x));
    expect(got).toBeNear(slopes, { relative: 1e-6, absolute: 3e-7 });
    expect([...gradient({ name }, [nan, nan, nan, nan], [1, 0, -1, 0.5])]).toEqual([
      nan,
      nan,
      nan,
      nan,
    ]);
  });

  it("runs over every shape and stride, in place, on any number of threads: same bits", () => {
    for (const rows of [1, 2, 3, 7]) {
      for (const cols of [1, 3, 4, 5, 8, 12, 13, 20]) {
        const x = uniform(rows * 100 + cols, rows * cols, -3, 3);
        const dy = uniform(rows * 200 + cols, rows * cols, -3, 3);
        const aux = auxOf({ name }, x);
        // As one long row: the plainest way.
        const width = Math.ceil(cols / 4) * 4;
        const y = bits(forward({ name }, x));
        const dx = bits(gradient({ name }, dy, aux));
        const cases: Partial<Case>[] = [
          { rows },
          { rows, inPlace: true },
          { rows, from: width + 4 },
          { rows, from: width, to: width + 8 },
          { rows, threads: 2 },
          { rows, threads: 3, from: width + 4, to: width },
        ];
        for (const it of cases) {
          expect(bits(forward({ name, ...it }, x))).toEqual(y);
          expect(bits(gradient({ name, ...it }, dy, aux))).toEqual(dx);
        }
      }
    }
  });

  it("does nothing on no rows", () => {
    const at = kernel.floats(4, [1, 2, 3, 4]);
    const op = { kind: activations[name].code, n: 4, a: at, b: at, c: at, lda: 4, ldb: 4, ldc: 4 };
    kernel.runOps([{ ...op, code: abi.OP_ACTIVATION }]);
    kernel.runOps([{ ...op, code: abi.OP_ACTIVATION_GRADIENT }]);
    expect([...kernel.read(at, 4)]).toEqual([1, 2, 3, 4]);
    kernel.reset();
  });

  it("gives the same bits in every lane", () => {
    for (const value of [0.3, -0.7, 1e-40, 2.5, -9, 40]) {
      for (let lane = 0; lane < 12; lane++) {
        const x = new Array<number>(12).fill(0.1);
        x[lane] = value;
        const alone = [value, value, value, value];
        expect(bits(forward({ name }, x))[lane]).toBe(bits(forward({ name }, alone))[0]);
        const ones = new Array<number>(12).fill(1);
        expect(bits(gradient({ name }, ones, x))[lane]).toBe(
          bits(gradient({ name }, [1, 1, 1, 1], alone))[0],
        );
      }
    }
  });
});

describe("activations with a parameter", () => {
  it.each([
    { name: "leakyRelu", alpha: 0 },
    { name: "leakyRelu", alpha: 0.01 },
    { name: "leakyRelu", alpha: 1.5 },
    { name: "elu", alpha: 0.3 },
    { name: "elu", alpha: 2.5 },
  ] as const)("$name of $alpha follows it", ({ name, alpha }) => {
    const { f, derivative } = reference[name];
    const it = { name, alpha };
    const y = forward(it, ordinary);
    expect(y).toBeNear(
      ordinary.map((x) => f(x, alpha)),
      { relative: 1e-6, absolute: 1e-44 },
    );
    const ones = ordinary.map(() => 1);
    const want = ordinary.map((x) => derivative(x, alpha));
    expect(gradient(it, ones, [...y])).toBeNear(want, { relative: 2e-6, absolute: 5e-7 });
  });
});

describe("softmax", () => {
  const name = "softmax";
  const shapes = [1, 2, 3, 4, 5, 7, 8, 9, 10, 17, 33].flatMap((cols) =>
    [1, 2, 5].map((rows) => ({ rows, cols, width: Math.ceil(cols / 4) * 4 })),
  );
  const rowsOf = (values: ArrayLike<number>, rows: number) => {
    const all = Array.from(values);
    const cols = all.length / rows;
    return Array.from({ length: rows }, (_, i) => all.slice(i * cols, (i + 1) * cols));
  };

  it("has the reference's values and gradient at every width", () => {
    for (const { rows, cols } of shapes) {
      const x = uniform(cols, rows * cols, -9, 9);
      const dy = uniform(cols + 1, rows * cols, -1, 1);
      const y = forward({ name, rows }, x);
      expect(y).toBeNear(rowsOf(x, rows).flatMap(softmax), { relative: 2e-6 });
      const dyRows = rowsOf(dy, rows);
      const want = rowsOf(y, rows).flatMap((row, i) => softmaxGradient(row, dyRows[i] ?? []));
      expect(gradient({ name, rows }, dy, [...y])).toBeNear(want, {
        relative: 2e-6,
        absolute: 3e-7,
      });
    }
  });

  it("is untouched by padding, strides, place and threads", () => {
    for (const { rows, cols, width } of shapes) {
      const x = uniform(cols, rows * cols, -9, 9);
      const dy = uniform(cols + 1, rows * cols, -1, 1);
      const y = forward({ name, rows }, x);
      const dx = bits(gradient({ name, rows }, dy, [...y]));
      const cases: Partial<Case>[] = [
        { inPlace: true },
        { from: width + 8 },
        { from: width, to: width + 4 },
        { threads: 2 },
        { threads: 3, inPlace: true, from: width + 4 },
      ];
      for (const it of cases) {
        expect(bits(forward({ name, rows, ...it }, x))).toEqual(bits(y));
        expect(bits(gradient({ name, rows, ...it }, dy, [...y]))).toEqual(dx);
      }
    }
  });

  it("writes zeros into its padding, whatever stood there", () => {
    const [rows, cols, ld] = [2, 5, 12];
    const values = uniform(9, rows * cols, -2, 2);
    for (const code of [abi.OP_ACTIVATION, abi.OP_ACTIVATION_GRADIENT]) {
      const a = place(values, rows, cols, ld, 1e30);
      const b = place(values, rows, cols, ld, 1e30);
      const c = code === abi.OP_ACTIVATION ? b : place(values, rows, cols, ld, 1e30);
      const op = { code, kind: abi.ACTIVATION_SOFTMAX, m: rows, n: cols, a, b, c };
      kernel.runOps([{ ...op, lda: ld, ldb: ld, ldc: ld }]);
      for (const row of rowsOf(kernel.read(c, rows * ld), rows)) {
        expect(row.slice(cols)).toEqual([0, 0, 0, 0, 0, 0, 0]);
        expect(row.slice(0, cols).every((it) => it !== 0 && Math.abs(it) < 100)).toBe(true);
      }
      kernel.reset();
    }
  });

  it("stays stable for huge logits, gives −∞ no share, and keeps NaN in its row", () => {
    const x = [1e30, 1e30, -1e30, 90, 91, minusInf, 1, nan, 2];
    const got = forward({ name, rows: 3 }, x);
    const want = [...softmax([1e30, 1e30, -1e30]), ...softmax([90, 91, minusInf]), nan, nan, nan];
    expect(got).toBeNear(want, { relative: 1e-6 });
  });
});

describe("the host's table", () => {
  it("has every code of the kernel once", () => {
    const codes = Object.entries(abi).flatMap(([key, code]) =>
      key.startsWith("ACTIVATION_") ? [code] : [],
    );
    expect(Object.values(activations).map((row) => row.code)).toEqual(codes);
  });

  it("resolves names with their default parameter, and values as they are", () => {
    const where = "dense";
    for (const name of Object.keys(activations) as ActivationName[]) {
      const alpha = activations[name].alpha ?? 0;
      expect(resolveActivation(where, name)).toEqual({ name, alpha });
      expect(resolveActivation(where, { name, alpha })).toEqual({ name, alpha });
    }
    expect(leakyRelu()).toEqual({ name: "leakyRelu", alpha: 0.2 });
    expect(leakyRelu({ negativeSlope: 0 })).toEqual({ name: "leakyRelu", alpha: 0 });
    expect(elu({ alpha: 0.5 })).toEqual({ name: "elu", alpha: 0.5 });
    expect(resolveActivation(where, elu({ alpha: 0.5 }))).toEqual({ name: "elu", alpha: 0.5 });
  });

  it("refuses what is no activation", () => {
    const unknown = expect.objectContaining({ code: "unknownName" });
    const junk = ["", "Tanh", "__proto__", "constructor", "toString", 3, null, undefined, {}, []];
    for (const it of [...junk, ...junk.map((name) => ({ name, alpha: 1 }))]) {
      expect(() => resolveActivation("dense", it as unknown as Activation)).toThrow(unknown);
    }
    expect(() => resolveActivation("dense", "tahn" as ActivationName)).toThrow(
      /dense.*"tahn".*tanh/,
    );
  });

  it("refuses parameters that are not finite or turn the sign around", () => {
    const invalid = expect.objectContaining({ code: "invalidArgument" });
    for (const alpha of [nan, inf, minusInf, -0.1, 1e39, "1" as unknown as number]) {
      expect(() => leakyRelu({ negativeSlope: alpha })).toThrow(invalid);
      expect(() => elu({ alpha })).toThrow(invalid);
      expect(() => resolveActivation("dense", { name: "elu", alpha })).toThrow(invalid);
    }
    expect(() => elu({ alpha: 0 })).toThrow(invalid);
    expect(() => elu({ alpha: 1e-50 })).toThrow(invalid);
    expect(resolveActivation("dense", { name: "elu" } as Activation)).toEqual(elu());
  });
});
