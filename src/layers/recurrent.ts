// What simpleRNN, lstm and gru share: options, parameters, and how a sequence becomes ops. All steps' x·W + b
// are one product; one op then runs through the steps (OP_RECURRENT), and one back; the gradients of W, U
// and x are products over all steps again.

import * as abi from "../../assembly/abi.ts";
import {
  type Activation,
  type ActivationName,
  activations,
  resolveActivation,
} from "../activations/index.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkName, checkOptions, checkThat, isF32 } from "../options.ts";
import type { Label, PlanBuilder } from "../plan/builder.ts";
import { scratch } from "../plan/builder.ts";
import { fixedTensor, stride, type Tensor, view } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import {
  type EmitContext,
  type Emitted,
  type Layer,
  type LayerShape,
  type ParameterSpec,
  type Regularizer,
  throughActivation,
} from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";
import { asRows, newRows } from "./rows.ts";
import { inputDropout, stateDropout } from "./sequence-dropout.ts";

/** What all layers with a memory are told. */
export interface RecurrentOptions {
  /** Width of the state and of the output: a positive integer. */
  readonly units: number;
  /** Of the state. Default: "tanh". */
  readonly activation?: ActivationName | Activation;
  /** Default: true. */
  readonly useBias?: boolean;
  /** Of the weights of the input. Default: "glorotUniform". */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Of the weights of the state. Default: "orthogonal". */
  readonly recurrentInitializer?: InitializerName | Initializer;
  /** Default: "zeros". */
  readonly biasInitializer?: InitializerName | Initializer;
  /** Penalty on the weights of the input: `{ l1, l2 }`, or a number for l2. */
  readonly kernelRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the weights of the state. */
  readonly recurrentRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the bias. */
  readonly biasRegularizer?: Partial<Regularizer> | number;
  /** The output of every step, [steps, units]; else of the last one alone, [units]. Default: false. */
  readonly returnSequences?: boolean;
  /** Reads the steps from the last to the first, and gives its outputs in that order. Default: false. */
  readonly goBackwards?: boolean;
  /**
   * Part of the input's features dropped in training, in [0, 1): the same in all steps of a sample, others in
   * each sample. Default: 0.
   */
  readonly dropout?: number;
  /** The same for the state, where it meets its weights (in a gru, also where it is kept). Default: 0. */
  readonly recurrentDropout?: number;
  /** False: its parameters stay as they are. Default: true. */
  readonly trainable?: boolean;
  readonly name?: string;
}

/** Of those with gates. */
export interface GatedOptions extends RecurrentOptions {
  /** Of the gates. Default: "sigmoid". */
  readonly recurrentActivation?: ActivationName | Activation;
}

/** What tells the cells apart. */
export interface Kind {
  /** RECURRENT_*. */
  readonly code: number;
  /** Blocks of columns in the weights. */
  readonly gates: number;
  /** Vectors in a row of the tape that assembly/recurrent/pass.ts draws; the last one is h before. */
  readonly tape: number;
}

/** A recurrent layer, made up for {@link emitRecurrent}. */
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

/** A layer that runs a cell: what `bidirectional` takes. */
export interface RecurrentLayer extends Layer {
  readonly cell: Cell;
}

export function isRecurrent(layer: Layer): layer is RecurrentLayer {
  return "cell" in layer;
}

/** Their gradients are read off their output, and they keep a row's padding finite. */
const supported: readonly ActivationName[] = [
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "relu",
  "linear",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "softsign",
];

const commonOptions = [
  "units",
  "activation",
  "useBias",
  "kernelInitializer",
  "recurrentInitializer",
  "biasInitializer",
  "kernelRegularizer",
  "recurrentRegularizer",
  "biasRegularizer",
  "returnSequences",
  "goBackwards",
  "dropout",
  "recurrentDropout",
  "trainable",
  "name",
];

/** What a cell has that others have not. */
export interface RecurrentLayerOptions {
  readonly type: string;
  readonly kind: Kind;
  /** Options besides the common ones, and those of them that go into the configuration. */
  readonly more?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of the bias. Default: [gates · units]. */
  readonly biasShape?: readonly number[];
  /** What becomes of the drawn bias. */
  readonly adjustBias?: (values: Float32Array) => void;
}

/** A layer of `kind`, its options checked. */
export function recurrentLayer(
  options: GatedOptions,
  { type, kind, more = [], config = {}, biasShape, adjustBias }: RecurrentLayerOptions,
): RecurrentLayer {
  checkOptions(type, options, [...commonOptions, ...more]);
  const { units, useBias = true, returnSequences = false, goBackwards = false } = options;
  const { dropout = 0, recurrentDropout = 0, trainable = true, name } = options;
  checkInteger(type, "units", units, 1, 100_000);
  for (const [key, flag] of Object.entries({
    useBias,
    returnSequences,
    goBackwards,
    trainable,
    ...config,
  })) {
    checkThat(typeof flag === "boolean", type, `${key} as true or false`, flag);
  }
  for (const [key, rate] of Object.entries({ dropout, recurrentDropout })) {
    const holds = isF32(rate) && rate >= 0 && Math.fround(rate) < 1;
    checkThat(holds, type, `${key} in [0, 1)`, rate);
  }
  const functionOf = (it: ActivationName | Activation) => {
    const f = resolveActivation(type, it);
    checkName(type, "activation of a recurrent layer", f.name, supported);
    return f;
  };
  const activation = functionOf(options.activation ?? "tanh");
  const gated = kind.gates > 1;
  const gate = gated ? functionOf(options.recurrentActivation ?? "sigmoid") : activation;
  const initializerOf = (key: `${"kernel" | "recurrent" | "bias"}Initializer`, standard: string) =>
    resolveInitializer(`${type}: ${key}`, options[key] ?? standard);
  const kernelInitializer = initializerOf("kernelInitializer", "glorotUniform");
  const recurrentInitializer = initializerOf("recurrentInitializer", "orthogonal");
  const biasInitializer = initializerOf("biasInitializer", "zeros");
  const regularizerOf = (key: `${"kernel" | "recurrent" | "bias"}Regularizer`) =>
    resolveRegularizer(`${type}: ${key}`, options[key]);
  const kernelRegularizer = regularizerOf("kernelRegularizer");
  const recurrentRegularizer = regularizerOf("recurrentRegularizer");
  const biasRegularizer = regularizerOf("biasRegularizer");
  const cell: Cell = {
    kind,
    units,
    activation,
    gate,
    sequences: returnSequences,
    backwards: goBackwards,
    dropout,
    recurrentDropout,
  };
  const columns = kind.gates * units;
  return {
    type,
    name,
    trainable,
    cell,
    hyper: { ...(dropout > 0 && { dropout }), ...(recurrentDropout > 0 && { recurrentDropout }) },
    config: {
      units,
      activation,
      ...(gated && { recurrentActivation: gate }),
      useBias,
      kernelInitializer,
      recurrentInitializer,
      biasInitializer,
      ...(kernelRegularizer && { kernelRegularizer }),
      ...(recurrentRegularizer && { recurrentRegularizer }),
      ...(biasRegularizer && { biasRegularizer }),
      returnSequences,
      goBackwards,
      dropout,
      recurrentDropout,
      trainable,
      ...config,
    },
    build(where, inputShape): LayerShape {
      const [steps, features] = inputShape;
      if (steps === undefined || features === undefined || inputShape.length !== 2) {
        throw fail("shapeMismatch", {
          where,
          expected: "samples of the shape [steps, features]",
          got: formatShape(inputShape),
          remedy: "Give inputShape as [steps, features], or returnSequences to the layer before.",
        });
      }
      const weight: ParameterSpec = {
        name: "weight",
        shape: [features, columns],
        initializer: kernelInitializer,
        regularizer: kernelRegularizer,
      };
      const recurrentWeight: ParameterSpec = {
        name: "recurrentWeight",
        shape: [units, columns],
        initializer: recurrentInitializer,
        regularizer: recurrentRegularizer,
      };
      const bias: ParameterSpec = {
        name: "bias",
        shape: biasShape ?? [columns],
        initializer: biasInitializer,
        regularizer: biasRegularizer,
        ...(adjustBias && { adjust: adjustBias }),
      };
      return {
        outputShape: returnSequences ? [steps, units] : [units],
        parameters: useBias ? [weight, recurrentWeight, bias] : [weight, recurrentWeight],
      };
    },
    emit: (context) => emitRecurrentLayer(context, cell),
  };
}

/** The layer as its users see it: a sequence read backwards comes out backwards. */
function emitRecurrentLayer(context: EmitContext, cell: Cell): Emitted {
  const { plan, name, x, outputShape } = context;
  const reverse = cell.sequences && cell.backwards;
  const inner = emitRecurrent({ ...context, keep: context.keep && !reverse }, cell);
  const mask = cell.sequences ? x.mask : undefined;
  const back = (dy: Tensor, wanted: "input gradient" | "parameters only") => {
    const dx = inner.backward(dy, wanted);
    return dx && throughActivation(plan, name, x, dx);
  };
  if (!reverse) return { output: { tensor: inner.y, mask }, backward: back };
  const [steps = 1, width = 1] = outputShape;
  const reversed = (role: string, from: Tensor, size: number, keep = false) => {
    const to = plan.tensor(`${from.name}.reversed`, from.cols, { keep });
    plan.copy({ layer: name, role }, from, to, {
      size: [steps, size],
      from: [-size, 1],
      to: [size, 1],
      fromStart: (steps - 1) * size,
    });
    return to;
  };
  return {
    output: {
      tensor: reversed("forward", inner.y, width, context.keep),
      mask: mask && reversed("mask", mask, 1),
    },
    backward: (dy, wanted) => back(reversed("gradient", dy, width), wanted),
  };
}

/** A sequence through a cell: outputs at the steps of the inputs that they belong to. */
export interface EmittedSequence {
  readonly y: Tensor;
  /** As {@link Emitted.backward}, but for x's pending activation. */
  backward(dy: Tensor, wanted: "input gradient" | "parameters only"): Tensor | undefined;
}

export function emitRecurrent(context: EmitContext, cell: Cell): EmittedSequence {
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
  const wide = (kind.tape + (dropState ? 1 : 0)) * width;
  const tape = plan.tensor(`${name}.tape`, wide, { rows: steps });
  /** Of `count` gates side by side; one alone needs no padding. */
  const columns = (count: number) => (gates === 1 ? units : count * width);
  /** `count` vectors of the tape, from one on. */
  const vectors = (first: number, count: number, cols = columns(count)) =>
    view(tape, { name: `${name}.tape.${first}`, cols }, first * width * 4);
  const z = vectors(0, gates);
  plan.gemm({ ...forward, a, b: weight, c: z, bias: outer });
  if (dropState) stateDropout(context, units, tape, kind.tape * width);
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
      (dropState ? abi.RECURRENT_DROPOUT : 0),
    f0: cell.activation.alpha,
    f1: cell.gate.alpha,
    flags: abi.FLAG_BATCH_M,
    cost: 2 * plan.batch * steps * gates * width * (width + 16),
    scratch: scratch(scratchBytes(width, gates)),
  };
  plan.push({ ...op, ...forward, name: "recurrent", c: y.matrix, writes: [y.matrix, tape] });
  y.done(forward);
  return {
    y: y.flat,
    backward(dy, wanted) {
      const c = asRows(plan, back, dy, sequences ? steps : 1, units);
      plan.push({ ...op, ...back, name: "recurrentGradient", c, writes: [tape] });
      const { weight: dw, recurrentWeight: du, bias: db } = gradients ?? {};
      if (dw && du) {
        const label = { layer: name, role: "weight gradient" };
        const own = (it: Tensor) => gradientApart(plan, label, it, gates, units);
        const [w, u, bias] = [own(dw), own(du), db && own(db)];
        const hBefore = vectors(kind.tape - 1, 1, units);
        const row = (index: number) => bias && biasRow(bias.tensor, index);
        plan.gemm({ ...label, a, b: z, c: w.tensor, bias: row(0), transposeA: true });
        // A gru's candidate has its own share of h; its second bias, if any, sees what U sees.
        const after = code === abi.RECURRENT_GRU;
        const plain = gates === 3 ? 2 : gates;
        const block = (it: Tensor | undefined, first: number, count: number) =>
          it && view(it, { cols: columns(count) }, first * width * 4);
        const second = after ? row(1) : undefined;
        const gate = { ...label, b: vectors(0, plain), c: block(u.tensor, 0, plain) as Tensor };
        plan.gemm({ ...gate, a: hBefore, bias: block(second, 0, plain), transposeA: true });
        if (gates === 3) {
          const candidate = { ...label, c: block(u.tensor, 2, 1) as Tensor, transposeA: true };
          const share = { a: after ? hBefore : vectors(3, 1, units), b: vectors(after ? 3 : 2, 1) };
          plan.gemm({ ...candidate, ...share, bias: block(second, 2, 1) });
        }
        for (const it of [w, u, bias]) it?.done();
      }
      if (wanted === "parameters only") return undefined;
      const label = { layer: name, role: "input gradient" };
      const dx = newRows(plan, `${name}.dx`, steps, features);
      plan.gemm({ ...label, a: z, b: weight, c: dx.matrix, transposeB: true });
      dx.done(label);
      return x.backward(dx.flat);
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

/** A parameter with each gate's columns padded to whole vectors: itself, if they are so already. */
function gatesApart(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  gates: number,
  units: number,
): Tensor {
  const width = stride(units);
  if (gates === 1 || width === units) return it;
  const apart = { ...fixedTensor(`${it.name}.apart`, it.rows, gates * width, -1), keep: false };
  plan.select(label, undefined, apart);
  copyGates(plan, label, it, apart, [units, width], gates, units);
  return apart;
}

/** Where such a parameter's gradient is made, and how it comes to its place. */
function gradientApart(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  gates: number,
  units: number,
): { readonly tensor: Tensor; done(): void } {
  const width = stride(units);
  if (gates === 1 || width === units) return { tensor: it, done: () => {} };
  const name = `${it.name}.apart`;
  const tensor = { ...fixedTensor(name, it.rows, gates * width, -1), keep: false };
  return {
    tensor,
    done() {
      plan.select(label, undefined, it);
      copyGates(plan, label, tensor, it, [width, units], gates, units);
    },
  };
}

/** The gates' columns of every row, by their distances on both sides. */
function copyGates(
  plan: PlanBuilder,
  label: Label,
  from: Tensor,
  to: Tensor,
  [fromStep, toStep]: readonly [number, number],
  gates: number,
  units: number,
): void {
  plan.push({
    ...label,
    name: "copy",
    writes: [to],
    cost: from.rows * gates * units,
    a: from,
    b: to,
    e: plan.integers("gates", [1, 1, gates, units, 0, 0, fromStep, 1, 0, 0, toStep, 1, 0, 0]),
    m: from.rows,
  });
}
