// A cell run along a sequence. All steps' x·W + b are one product; one op then goes through the steps
// (OP_RECURRENT), and one back; the gradients of W, U and x are products over all steps again.

import * as abi from "../../assembly/abi.ts";
import { type Activation, activations } from "../activations/index.ts";
import { fail } from "../errors.ts";
import { type Label, type PlanBuilder, scratch } from "../plan/builder.ts";
import { fixedTensor, stride, type Tensor, view } from "../plan/tensor.ts";
import { gatesApart, gradientApart } from "./gates.ts";
import type { EmitContext } from "./layer.ts";
import { asRows, newRows } from "./rows.ts";
import { inputDropout, stateDropout } from "./sequence-dropout.ts";

/** What tells the cells apart. */
export interface Kind {
  /** RECURRENT_*. */
  readonly code: number;
  /** Blocks of columns in the weights. */
  readonly gates: number;
  /** Vectors in a row of the tape that assembly/recurrent/pass.ts draws; the last one is h before. */
  readonly tape: number;
}

/** A recurrent layer, made up for {@link emitCell}. */
export interface Cell {
  readonly kind: Kind;
  readonly units: number;
  readonly activation: Activation;
  readonly gate: Activation;
  readonly sequences: boolean;
  readonly backwards: boolean;
  readonly dropout: number;
  readonly recurrentDropout: number;
}

/** A sequence through a cell: outputs at the steps of the inputs that they belong to. */
export interface EmittedSequence {
  readonly y: Tensor;
  /** After the last step, if they are wanted: h and, of an lstm, c. */
  readonly states: readonly Tensor[];
  /**
   * As {@link Emitted.backward}, but for pending activations: the gradients of x and of the initial states,
   * from those of y and of `states`. Nothing, if only parameters are of interest.
   */
  backward(
    dy: Tensor,
    wanted: "input gradient" | "parameters only",
    states?: readonly (Tensor | undefined)[],
  ): readonly Tensor[];
}

/** Where the tape of an lstm has c before: see assembly/recurrent/pass.ts. */
const C_BEFORE = 4;

/** Starts from the states behind x among the context's inputs, if there are any. */
export function emitCell(
  context: EmitContext,
  cell: Cell,
  { states = false }: { readonly states?: boolean } = {},
): EmittedSequence {
  const { plan, name, parameters, gradients, keep } = context;
  const { kind, units, sequences } = cell;
  const { code, gates } = kind;
  const [steps = 1, features = 1] = context.x.shape;
  const width = stride(units);
  const forward: Label = { layer: name, role: "forward" };
  const back: Label = { layer: name, role: "gradient" };
  const padded = (it: Tensor | undefined) => it && gatesApart(plan, forward, it, gates, units);
  const weight = padded(parameters.weight);
  const recurrent = padded(parameters.recurrentWeight);
  if (!weight || !recurrent) throw fail("internal", { what: `${name} has no weights` });
  const { outer, inner } = biases(plan, forward, cell, padded(parameters.bias));

  const x = inputDropout(context, cell.dropout);
  const a = asRows(plan, forward, x.tensor, steps, features);
  const dropState = cell.recurrentDropout > 0 && gradients !== undefined;
  const initial = context.inputs.slice(1);
  const lastC = states && code === abi.RECURRENT_LSTM;
  const outside = kind.tape + (dropState ? 1 : 0);
  const wide = (outside + (lastC || initial.length > 0 ? 1 : 0)) * width;
  const tape = plan.tensor(`${name}.tape`, wide, { rows: steps });
  /** Of `count` gates side by side; one alone needs no padding. */
  const columns = (count: number) => (gates === 1 ? units : count * width);
  /** `count` vectors of the tape, from one on. */
  const vectors = (first: number, count: number, cols = columns(count)) =>
    view(tape, { name: `${name}.tape.${first}`, cols }, first * width * 4);
  const z = vectors(0, gates);
  plan.gemm({ ...forward, a, b: weight, c: z, bias: outer });
  if (dropState) stateDropout(context, units, tape, kind.tape * width);
  const [first, last] = cell.backwards ? [steps - 1, 0] : [0, steps - 1];
  /** A vector of one step. */
  const at = (step: number, index: number) => step * wide + index * width;
  /** Of the first step's row: h and c before. */
  const before = [at(first, kind.tape - 1), at(first, C_BEFORE)];
  const row = { size: [units], from: [1], to: [1] };
  initial.forEach((it, index) => {
    plan.copy(forward, it.tensor, tape, { ...row, toStart: before[index] ?? 0 });
  });
  const y = newRows(plan, `${name}.y`, sequences ? steps : 1, units, { keep });
  const op = {
    a: tape,
    b: recurrent,
    ...(context.x.mask && { d: context.x.mask }),
    ...(inner && { e: inner }),
    m: 1,
    n: units,
    k: steps,
    kind: code,
    stream:
      activations[cell.activation.name].code +
      activations[cell.gate.name].code * abi.RECURRENT_GATE +
      (cell.backwards ? abi.RECURRENT_BACKWARDS : 0) +
      (sequences ? abi.RECURRENT_SEQUENCES : 0) +
      (dropState ? abi.RECURRENT_DROPOUT : 0) +
      (initial.length > 0 ? abi.RECURRENT_INITIAL : 0),
    f0: cell.activation.alpha,
    f1: cell.gate.alpha,
    flags: abi.FLAG_BATCH_M,
    cost: 2 * plan.batch * steps * gates * width * (width + 16),
    scratch: scratch(scratchBytes(width, gates)),
  };
  const streamOf = (takesC: boolean) => op.stream + (takesC ? abi.RECURRENT_LAST : 0);
  const run = { ...op, ...forward, stream: streamOf(lastC), c: y.matrix };
  plan.push({ ...run, name: "recurrent", writes: [y.matrix, tape] });
  y.done(forward);
  /** A part of a sample as a tensor of its own; zeros in its padding. */
  const partOf = (label: Label, part: string, from: Tensor, fromStart: number, kept = false) => {
    const to = plan.tensor(`${name}.${part}`, units, { keep: kept });
    if (to.ld !== units) plan.select(label, undefined, to);
    plan.copy(label, from, to, { ...row, fromStart });
    return to;
  };
  const h = () => (sequences ? partOf(forward, "h", y.flat, last * units, keep) : y.flat);
  const c = () => partOf(forward, "c", tape, at(last, outside), keep);
  return {
    y: y.flat,
    states: states ? [h(), ...(lastC ? [c()] : [])] : [],
    backward(dy, wanted, [dh, dc] = []) {
      const share = { ...row, add: true, toStart: sequences ? last * units : 0 };
      if (dh) plan.copy(back, dh, dy, share);
      if (dc) plan.copy(back, dc, tape, { ...row, toStart: at(last, outside) });
      const c = asRows(plan, back, dy, sequences ? steps : 1, units);
      const run = { ...op, ...back, stream: streamOf(dc !== undefined), c };
      plan.push({ ...run, name: "recurrentGradient", writes: [tape] });
      const { weight: dw, recurrentWeight: du, bias: db } = gradients ?? {};
      if (dw && du) {
        const label = { layer: name, role: "weight gradient" };
        const own = (it: Tensor) => gradientApart(plan, label, it, gates, units);
        const [w, u, bias] = [own(dw), own(du), db && own(db)];
        const hBefore = vectors(kind.tape - 1, 1, units);
        const shift = (index: number) => bias && biasRow(bias.tensor, index);
        plan.gemm({ ...label, a, b: z, c: w.tensor, bias: shift(0), transposeA: true });
        // A gru's candidate has its own share of h; its second bias, if any, sees what U sees.
        const after = code === abi.RECURRENT_GRU;
        const plain = gates === 3 ? 2 : gates;
        const block = (it: Tensor | undefined, first: number, count: number) =>
          it && view(it, { cols: columns(count) }, first * width * 4);
        const second = after ? shift(1) : undefined;
        const gate = { ...label, b: vectors(0, plain), c: block(u.tensor, 0, plain) as Tensor };
        plan.gemm({ ...gate, a: hBefore, bias: block(second, 0, plain), transposeA: true });
        if (gates === 3) {
          const candidate = { ...label, c: block(u.tensor, 2, 1) as Tensor, transposeA: true };
          const share = { a: after ? hBefore : vectors(3, 1, units), b: vectors(after ? 3 : 2, 1) };
          plan.gemm({ ...candidate, ...share, bias: block(second, 2, 1) });
        }
        for (const it of [w, u, bias]) it?.done();
      }
      if (wanted === "parameters only") return [];
      const label = { layer: name, role: "input gradient" };
      const dx = newRows(plan, `${name}.dx`, steps, features);
      plan.gemm({ ...label, a: z, b: weight, c: dx.matrix, transposeB: true });
      dx.done(label);
      const left = [at(first, outside), at(first, C_BEFORE)];
      const ofStates = initial.map((_, index) =>
        partOf(label, index === 0 ? "dh" : "dc", tape, left[index] ?? 0),
      );
      return [x.backward(dx.flat), ...ofStates];
    },
  };
}

/** As assembly/ops/recurrent.ts lays it out: states of a block of samples, vectors for one, panels of U. */
function scratchBytes(width: number, gates: number): number {
  const samples = 40;
  return 256 + 4 * (3 * samples * width + 4 * width + gates * width * width);
}

/** One row of a bias. */
function biasRow(bias: Tensor, index: number): Tensor {
  return view(bias, { rows: 1 }, index * bias.ld * 4);
}

/** What is added to x·W, and what only inside a gru's reset. */
function biases(
  plan: PlanBuilder,
  label: Label,
  { kind, units }: Cell,
  bias: Tensor | undefined,
): { readonly outer: Tensor | undefined; readonly inner: Tensor | undefined } {
  if (bias === undefined || kind.code !== abi.RECURRENT_GRU) {
    return { outer: bias, inner: undefined };
  }
  // The gates z and r see the sum of both rows.
  const width = stride(units);
  const outer = { ...fixedTensor(`${label.layer}.bias.outer`, 1, 3 * width, -1), keep: false };
  plan.select(label, biasRow(bias, 0), outer);
  const gates = view(outer, { cols: 2 * width });
  const second = view(biasRow(bias, 1), { cols: 2 * width });
  plan.combine(label, abi.COMBINE_SUM, gates, second, gates);
  return { outer, inner: view(biasRow(bias, 1), { cols: width }, 2 * width * 4) };
}
