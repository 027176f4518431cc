// Every kind of loss with inputs made for it, run by the kernel and by the f64 reference.

import { expect } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { type LossName, losses as table } from "../../src/losses/index.ts";
import { type Draw, draws } from "./draws.ts";
import { type OpFields, TestKernel } from "./kernel.ts";
import { fromLogits, losses as reference } from "./reference.ts";

export const kernel = await TestKernel.create();

const real = (draw: Draw) => () => (draw() - 0.5) * 6;
const positive = (draw: Draw) => () => 0.01 + draw() * 4;
const share = (draw: Draw) => () => 0.001 + draw() * 0.998;
const bit = (draw: Draw) => () => Math.floor(draw() * 2);
const sign = (draw: Draw) => () => (draw() < 0.5 ? -1 : 1);
/** Hard and soft labels. */
const label = (draw: Draw) => () => (draw() < 0.7 ? Math.floor(draw() * 2) : draw());

/** How a kind is fed: predictions, targets ("index": one class number a row), constants. */
export interface Kind {
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
  meanAbsolutePercentageError: [{ p: real, t: positive }],
  meanSquaredLogarithmicError: [{ p: positive, t: positive }],
  cosineSimilarity: [{ p: real, t: real }],
  categoricalHinge: [{ p: real, t: label }],
};

export const kinds: Kind[] = Object.entries(feeds).flatMap(([key, rows]) => {
  const name = key as LossName;
  const { code, fromLogits: fused } = table[name];
  return rows.flatMap((row) => [
    { ...row, name, code, logits: false },
    ...(fused ? [{ ...row, name, code: fused.code, logits: true, p: real }] : []),
  ]);
});

export function title(kind: Kind): string {
  return `${kind.name}${kind.logits ? " from logits" : ""}${kind.f ? ` ${JSON.stringify(kind.f)}` : ""}`;
}

export interface Case {
  readonly kind: Kind;
  readonly rows: number;
  readonly n: number;
  readonly p: Float32Array;
  readonly t: Float32Array;
  readonly weights?: Float32Array;
}

export function makeCase(
  kind: Kind,
  rows: number,
  n: number,
  options: { weighted: boolean },
): Case {
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

export interface Outcome {
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

export function run(
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
export function expected(it: Case): { losses: number[]; gradient: number[] } {
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
export function single(kind: Kind, p: readonly number[], t: readonly number[]): Case {
  return { kind, rows: 1, n: p.length, p: Float32Array.from(p), t: Float32Array.from(t) };
}

export function kindOf(name: LossName, how: "probabilities" | "logits" = "probabilities"): Kind {
  const found = kinds.find((it) => it.name === name && it.logits === (how === "logits"));
  if (!found) throw new Error(`no kind ${name}`);
  return found;
}

export function expectNear(it: Case): void {
  const got = run(it);
  const want = expected(it);
  expect(got.losses.every(Number.isFinite)).toBe(true);
  expect(got.losses).toBeNear(want.losses, { relative: 2e-6, absolute: 1e-7 });
  expect(got.gradient).toBeNear(want.gradient, { relative: 4e-6, absolute: 1e-7 });
}
