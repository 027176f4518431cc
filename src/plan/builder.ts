// Builds a plan's op list: one method per op, which reads flags, sizes and strides off its tensors.
// Knows ops and tensors, never layers.

import * as abi from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { gemmScratch, runsUnpacked, splitsColumns } from "./cost.ts";
import type { Op } from "./op.ts";
import { fixedTensor, stride, type Tensor, view } from "./tensor.ts";

/** Whom an op works for, and as what. */
export interface Label {
  readonly layer: string;
  readonly role: string;
}

/** An activation function as the kernel knows it. */
export interface ActivationCode {
  readonly code: number;
  readonly alpha: number;
  /** Whether it acts on each element alone, so that a product's epilogue can apply it. */
  readonly elementwise: boolean;
}

/** How a gradient by f(z) becomes one by z: ∘ f′, computed from `aux`. */
export interface ActivationGradient extends ActivationCode {
  readonly aux: Tensor;
}

/** A product of matrices: c ← f(op(a)·op(b) + bias). */
export interface GemmOptions extends Label {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to every row; with `transposeA`, filled with b's column sums instead. */
  readonly bias?: Tensor | undefined;
  /** Applied to the result: elementwise functions only. */
  readonly activation?: ActivationCode | undefined;
  /** Its f′ times the result: elementwise functions only, and no `activation`. */
  readonly gradient?: ActivationGradient | undefined;
}

/** A block of up to four dimensions in each sample; strides and starts in floats, innermost last. */
export interface Block {
  readonly size: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly fromStart?: number;
  readonly toStart?: number;
  /** b += a. */
  readonly add?: boolean;
}

/** A metric as the kernel knows it; what its constants are stands at OP_METRIC. */
export interface MetricCode {
  readonly code: number;
  readonly threshold: number;
  readonly middle: number;
}

export interface LossOptions extends Label {
  readonly code: number;
  readonly parameter: number;
  /** The second constant: hinge's "targets are 0/1". */
  readonly variant: number;
  readonly predictions: Tensor;
  readonly targets: Tensor;
  readonly weights: Tensor | undefined;
  readonly losses: Tensor;
  /** Where the gradient goes; left out: none is computed. */
  readonly gradient: Tensor | undefined;
  /** Where a loss that reads logits puts the probabilities. */
  readonly probabilities: Tensor | undefined;
}

/**
 * What a layer emits its ops through: they run in this order, for each batch, in training and in prediction.
 * What stands left of a "←" is written.
 */
export class PlanBuilder {
  /** @internal */
  readonly ops: Op[] = [];
  /** Most samples in one batch. */
  readonly batch: number;

  /** @internal */
  constructor(batch: number) {
    this.batch = batch;
  }

  /** A new tensor of `rows` rows a sample, to be placed by the memory planner. */
  tensor(name: string, cols: number, options: { rows?: number; keep?: boolean } = {}): Tensor {
    const { rows = 1, keep = false } = options;
    const ld = stride(cols);
    const bytes = rows * this.batch * ld * 4;
    return { name, rows, cols, ld, perSample: true, bytes, keep, address: -1 };
  }

  /** A new tensor of the size of `like`, which does not scale with the batch: for gradients of parameters. */
  copyOf(like: Tensor): Tensor {
    return { ...like, name: `${like.name}.copy`, keep: false, address: -1 };
  }

  /** A constant row: 1, but 0 at `zeros`. Undefined if there are none. @internal */
  mask(name: string, cols: number, zeros: ReadonlySet<number>): Tensor | undefined {
    if (zeros.size === 0) return undefined;
    const values = Float32Array.from({ length: cols }, (_, i) => (zeros.has(i) ? 0 : 1));
    return { ...fixedTensor(name, 1, cols, -1), values };
  }

  /** A vector of `rows` floats per sample, one as a rule, without padding between them. @internal */
  column(name: string, rows = 1): Tensor {
    const bytes = stride(rows * this.batch) * 4;
    return { name, rows, cols: 1, ld: 1, perSample: true, bytes, keep: true, address: -1 };
  }

  /** b ← the batch's rows of the data set a. @internal */
  gather(label: Label, a: Tensor, b: Tensor): void {
    this.push({ ...label, name: "gather", writes: [b], cost: b.bytes / 4, a, b, ...rowsOf(b) });
  }

  /** c ← f(op(a)·op(b) + bias), or (op(a)·op(b)) ∘ f′. */
  gemm(options: GemmOptions): void {
    const { a, b, c, transposeA = false, transposeB = false, bias, activation, gradient } = options;
    const [m, ka] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
    const [kb, n] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
    if (ka !== kb || m !== c.rows || n !== c.cols) {
      throw fail("internal", {
        what: `gemm ${options.layer}: [${m}×${ka}]·[${kb}×${n}] → ${c.name}`,
      });
    }
    const batchK = transposeA && a.perSample;
    const shape = {
      m: c.perSample ? m * this.batch : m,
      n,
      k: batchK ? ka * this.batch : ka,
      transposeB,
    };
    const path = runsUnpacked(shape) ? "unpacked" : "packed";
    const columns = splitsColumns(shape, path);
    const bytes = gemmScratch(shape, path);
    const f = gradient ?? activation;
    this.push({
      layer: options.layer,
      role: options.role,
      name: "gemm",
      writes: transposeA && bias ? [c, bias] : [c],
      cost: 2 * shape.m * shape.n * shape.k,
      split: c.perSample && !columns ? "samples" : "own",
      flags:
        (c.perSample ? abi.FLAG_BATCH_M : 0) |
        (batchK ? abi.FLAG_BATCH_K : 0) |
        (transposeA ? abi.FLAG_TRANSPOSE_A : 0) |
        (transposeB ? abi.FLAG_TRANSPOSE_B : 0) |
        (path === "unpacked" ? abi.FLAG_UNPACKED : 0) |
        (columns ? abi.FLAG_SPLIT_COLUMNS : 0) |
        (gradient ? abi.FLAG_GRADIENT : 0),
      m,
      n,
      k: ka,
      a,
      b,
      c,
      ...(bias && { d: bias }),
      ...(gradient && { e: gradient.aux }),
      ...(bytes > 0 && { scratch: scratch(bytes) }),
      kind: f?.code ?? abi.ACTIVATION_LINEAR,
      f0: f?.alpha ?? 0,
    });
  }

  /** b ← f(a). */
  activation(label: Label, f: ActivationCode, a: Tensor, b: Tensor): void {
    const { m, n, flags } = rowsOf(b);
    const cost = b.bytes * 4;
    this.push({
      ...label,
      name: "activation",
      writes: [b],
      cost,
      a,
      b,
      m,
      n,
      flags,
      kind: f.code,
      f0: f.alpha,
    });
  }

  /** dx ← dy ∘ f′. dx may be dy. */
  activationGradient(label: Label, f: ActivationGradient, dy: Tensor, dx: Tensor): void {
    const { m, n, flags } = rowsOf(dx);
    this.push({
      ...label,
      name: "activationGradient",
      writes: [dx],
      cost: dx.bytes * 4,
      a: f.aux,
      b: dy,
      c: dx,
      m,
      n,
      flags,
      kind: f.code,
      f0: f.alpha,
    });
  }

  /** Per-sample losses, and their gradient. @internal */
  loss(options: LossOptions): void {
    const {
      predictions: a,
      targets: b,
      weights: e,
      losses: d,
      gradient: c,
      probabilities,
    } = options;
    const { m, n, flags } = rowsOf(a);
    this.push({
      layer: options.layer,
      role: options.role,
      name: "loss",
      writes: [...(probabilities ? [probabilities] : []), d, ...(c ? [c] : [])],
      cost: a.bytes * 8,
      a,
      b,
      ...(c && { c }),
      d,
      ...(e && { e }),
      ...(probabilities && { scratch: probabilities }),
      m,
      n,
      flags,
      kind: options.code,
      f0: options.parameter,
      f1: options.variant,
    });
  }

  /**
   * Batch loss ← weight · mean of the per-sample losses + penalties, and what other outputs' losses come to.
   * @internal
   */
  lossSum(
    label: Label,
    losses: Tensor,
    options: {
      readonly weight: number;
      readonly last: boolean;
      readonly sums?: Tensor | undefined;
    },
  ): void {
    const { weight, last, sums } = options;
    this.push({
      ...label,
      name: "lossSum",
      split: "none",
      writes: [],
      cost: this.batch,
      a: losses,
      ...(sums && { c: sums }),
      ...rowsOf(losses),
      kind: last ? 0 : 1,
      f0: weight,
    });
  }

  /**
   * What each of the `rows` rows of a sequence's steps weighs in a loss, if `mask` says which steps count and
   * `weights` what a sample weighs; and the mask itself, if there is one, row by row. @internal
   */
  stepWeights(
    label: Label,
    mask: Tensor | undefined,
    weights: Tensor | undefined,
    rows: number,
  ): { readonly weights: Tensor; readonly counts: Tensor | undefined } {
    const k = mask?.cols ?? rows;
    const c = this.column("weights", rows);
    const d = mask && this.column("mask", rows);
    this.push({
      ...label,
      name: "stepWeights",
      split: "none",
      writes: d ? [c, d] : [c],
      cost: 4 * this.batch * rows,
      ...(mask && { a: mask }),
      ...(weights && { b: weights }),
      c,
      ...(d && { d }),
      m: 1,
      n: rows / k,
      k,
      flags: abi.FLAG_BATCH_M,
    });
    return { weights: c, counts: d };
  }

  /** Adds to the metric's f64 sums at `sums`, each row with its weight, if there are any. @internal */
  metric(
    label: Label,
    { code, threshold, middle }: MetricCode,
    a: Tensor,
    b: Tensor,
    sums: Tensor,
    weights?: Tensor,
  ): void {
    const { m, n, flags } = rowsOf(a);
    const cost = a.bytes;
    this.push({
      ...label,
      name: "metric",
      split: "none",
      writes: [],
      cost,
      a,
      b,
      c: sums,
      ...(weights && { e: weights }),
      m,
      n,
      flags,
      kind: code,
      f0: threshold,
      f1: middle,
    });
  }

  /** Without a gradient: penalty += l1·Σ|w| + l2·Σw². With: gradient += l1·sign(w) + 2·l2·w. @internal */
  regularize(label: Label, l1: number, l2: number, weight: Tensor, gradient?: Tensor): void {
    const n = weight.rows * weight.ld;
    this.push({
      ...label,
      name: "regularize",
      split: gradient ? "own" : "none",
      writes: gradient ? [gradient] : [],
      cost: 4 * n,
      a: weight,
      ...(gradient && { b: gradient }),
      n,
      f0: l1,
      f1: l2,
    });
  }

  /** gradients ← clamped to ±limit. @internal */
  clipValue(label: Label, gradients: Tensor, limit: Tensor): void {
    const n = gradients.rows * gradients.ld;
    this.push({
      ...label,
      name: "clipValue",
      writes: [gradients],
      cost: n,
      a: gradients,
      d: limit,
      n,
    });
  }

  /** The factor that brings the gradients' global norm down to the limit. @internal */
  clipNorm(label: Label, gradients: Tensor, limit: Tensor): void {
    const n = gradients.rows * gradients.ld;
    this.push({
      ...label,
      name: "clipNorm",
      split: "none",
      writes: [],
      cost: 2 * n,
      a: gradients,
      d: limit,
      n,
    });
  }

  /** One optimizer step over all parameters. @internal */
  update(
    label: Label,
    optimizer: { readonly code: number; readonly slots: number },
    tensors: {
      readonly weights: Tensor;
      readonly gradients: Tensor;
      readonly state: Tensor | undefined;
      readonly hyper: Tensor;
    },
  ): void {
    const { weights: a, gradients: b, state: c, hyper: d } = tensors;
    const n = a.rows * a.ld;
    this.push({
      ...label,
      name: "update",
      writes: [a],
      cost: 12 * n,
      a,
      b,
      ...(c && { c }),
      d,
      n,
      k: optimizer.slots,
      kind: optimizer.code,
    });
  }

  /**
   * The learning rate ← that of the step at hand, by segments of SCHEDULE_WORDS numbers; `every` steps are one.
   * @internal
   */
  schedule(label: Label, segments: readonly number[], hyper: Tensor, every = 1): void {
    const words = Float64Array.from(segments);
    const rate = fixedTensor("learning rate", 1, 1, hyper.address);
    this.push({
      ...label,
      name: "schedule",
      split: "none",
      writes: [rate],
      cost: 500,
      d: rate,
      e: this.integers("segments", new Int32Array(words.buffer)),
      k: segments.length / abi.SCHEDULE_WORDS,
      stream: every,
    });
  }

  /** average ← that of the weights, by the momentum among the hyper-parameters. @internal */
  average(label: Label, weights: Tensor, average: Tensor, hyper: Tensor): void {
    const n = weights.rows * weights.ld;
    const operands = { a: weights, b: average, d: hyper };
    this.push({ ...label, name: "average", writes: [average], cost: 3 * n, ...operands, n });
  }

  /** sums += gradients; every `every` steps gradients ← their mean, sums ← 0. @internal */
  accumulate(label: Label, every: number, gradients: Tensor, sums: Tensor): void {
    const n = gradients.rows * gradients.ld;
    this.push({
      ...label,
      name: "accumulate",
      writes: [gradients, sums],
      cost: 2 * n,
      a: gradients,
      b: sums,
      n,
      stream: every,
    });
  }

  /** Ops from index `from` on are done every `every` steps only. @internal */
  everyFrom(from: number, every: number): void {
    const rest = this.ops.splice(from);
    for (const op of rest) {
      this.ops.push({ ...op, flags: op.flags | abi.FLAG_EVERY, stream: every });
    }
  }

  /** b ← a with a random part zeroed. @internal */
  dropout(label: Label, stream: number, rate: Tensor, a: Tensor, b: Tensor): void {
    const { m, n, flags } = rowsOf(b);
    this.push({
      ...label,
      name: "dropout",
      writes: [b],
      cost: b.bytes * 8,
      a,
      b,
      d: rate,
      m,
      n,
      flags,
      stream,
    });
  }

  /** b ← 1 with the probability a, else 0. @internal */
  sample(label: Label, stream: number, a: Tensor, b: Tensor): void {
    const cost = b.bytes * 8;
    this.push({ ...label, name: "sample", writes: [b], cost, a, b, ...rowsOf(b), stream });
  }

  /** Columns of b where `mask` is 0 ← those of a, or zeros; all of them without a mask. */
  select(label: Label, a: Tensor | undefined, b: Tensor, mask?: Tensor): void {
    const writes = [b];
    const cost = b.bytes / 4;
    const operands = { ...(a && { a }), b, ...(mask && { d: mask }) };
    this.push({ ...label, name: "select", writes, cost, ...operands, ...rowsOf(b) });
  }

  /** b ← a, or b += a: a block of each sample, by strides. See OP_COPY. */
  copy(label: Label, a: Tensor, b: Tensor, block: Block): void {
    const { size, from, to, fromStart = 0, toStart = 0, add = false } = block;
    const four = (list: readonly number[], fill: number) => [
      ...Array.from({ length: 4 - list.length }, () => fill),
      ...list,
    ];
    const numbers = [...four(size, 1), ...four(from, 0), ...four(to, 0), fromStart, toStart];
    this.push({
      ...label,
      name: "copy",
      writes: [b],
      cost: this.batch * size.reduce((product, it) => product * it, 1),
      a: sampleRows(a),
      b: sampleRows(b),
      e: this.integers("block", numbers),
      m: 1,
      flags: abi.FLAG_BATCH_M,
      kind: add ? 1 : 0,
    });
  }

  /** c ← what `kind` (COMBINE_*) makes of a and b, element by element. */
  combine(
    label: Label,
    kind: number,
    a: Tensor,
    b: Tensor | undefined,
    c: Tensor,
    { d, scale = [1, 1] }: { readonly d?: Tensor; readonly scale?: readonly [number, number] } = {},
  ): void {
    this.push({
      ...label,
      name: "combine",
      writes: [c],
      cost: c.bytes / 2,
      a,
      ...(b && { b }),
      c,
      ...(d && { d }),
      ...rowsOf(c),
      kind,
      f0: scale[0],
      f1: scale[1],
    });
  }

  /** A constant row of integers: what an op needs to know beyond its record. @internal */
  integers(name: string, values: ArrayLike<number>): Tensor {
    return { ...fixedTensor(name, 1, values.length, -1), values: Int32Array.from(values) };
  }

  /** Any op; what is left out is 0. Each layer's file says what its own ops read. @internal */
  push(op: Label & Pick<Op, "name" | "writes" | "cost"> & Partial<Op>): void {
    const { flags = 0 } = op;
    this.ops.push({
      m: 0,
      n: 0,
      k: 0,
      kind: 0,
      stream: 0,
      f0: 0,
      f1: 0,
      split: flags & abi.FLAG_BATCH_M ? "samples" : "own",
      flags,
      ...op,
    });
  }
}

/** The same with a whole sample as one row: what is strided is then a sample. */
function sampleRows(it: Tensor): Tensor {
  const floats = it.rows * it.ld;
  return it.rows === 1 ? it : view(it, { rows: 1, cols: floats, ld: floats });
}

/** The sizes of an op that runs over all rows of `it`. */
export function rowsOf(it: Tensor): { m: number; n: number; flags: number } {
  return { m: it.rows, n: it.cols, flags: it.perSample ? abi.FLAG_BATCH_M : 0 };
}

/** Room that each thread has for itself while an op runs. */
export function scratch(bytes: number): Tensor {
  const cols = bytes / 4;
  return {
    name: "scratch",
    rows: 1,
    cols,
    ld: cols,
    perSample: false,
    bytes,
    keep: false,
    perThread: true,
    address: -1,
  };
}
