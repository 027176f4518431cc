// An op of a plan as plain data, and how it becomes a record that the kernel reads.

import * as abi from "../../assembly/abi.ts";
import type { Tensor } from "./tensor.ts";

/** Ops by name; the codes are the kernel's. */
export const OP_CODES = {
  gather: abi.OP_GATHER,
  gemm: abi.OP_GEMM,
  activation: abi.OP_ACTIVATION,
  activationGradient: abi.OP_ACTIVATION_GRADIENT,
  loss: abi.OP_LOSS,
  lossSum: abi.OP_LOSS_SUM,
  metric: abi.OP_METRIC,
  regularize: abi.OP_REGULARIZE,
  clipValue: abi.OP_CLIP_VALUE,
  clipNorm: abi.OP_CLIP_NORM,
  update: abi.OP_UPDATE,
  dropout: abi.OP_DROPOUT,
  select: abi.OP_SELECT,
  copy: abi.OP_COPY,
  combine: abi.OP_COMBINE,
  sample: abi.OP_SAMPLE,
  pool: abi.OP_POOL,
  poolGradient: abi.OP_POOL_GRADIENT,
  enlarge: abi.OP_ENLARGE,
  enlargeGradient: abi.OP_ENLARGE_GRADIENT,
  maskedMean: abi.OP_MASKED_MEAN,
  columnStatistics: abi.OP_COLUMN_STATISTICS,
  normalize: abi.OP_NORMALIZE,
  normalizeSums: abi.OP_NORMALIZE_SUMS,
  normalizeGradient: abi.OP_NORMALIZE_GRADIENT,
  prelu: abi.OP_PRELU,
  attention: abi.OP_ATTENTION,
  attentionGradient: abi.OP_ATTENTION_GRADIENT,
  noise: abi.OP_NOISE,
  augment: abi.OP_AUGMENT,
  recolor: abi.OP_RECOLOR,
  activity: abi.OP_ACTIVITY,
  sparsity: abi.OP_SPARSITY,
  recurrent: abi.OP_RECURRENT,
  recurrentGradient: abi.OP_RECURRENT_GRADIENT,
  mask: abi.OP_MASK,
  embedding: abi.OP_EMBEDDING,
  embeddingGradient: abi.OP_EMBEDDING_GRADIENT,
  conv: abi.OP_CONV,
  convWeightGradient: abi.OP_CONV_WEIGHT_GRADIENT,
  depthwise: abi.OP_DEPTHWISE,
  depthwiseWeightGradient: abi.OP_DEPTHWISE_WEIGHT_GRADIENT,
  channelSums: abi.OP_CHANNEL_SUMS,
  schedule: abi.OP_SCHEDULE,
  average: abi.OP_AVERAGE,
  accumulate: abi.OP_ACCUMULATE,
  gaussian: abi.OP_GAUSSIAN,
  stepWeights: abi.OP_STEP_WEIGHTS,
} as const;

export type OpName = keyof typeof OP_CODES;

/**
 * How threads share an op: by samples, all such ops at the same ones; by rows, columns or floats of their
 * own; or not at all.
 */
export type Split = "samples" | "own" | "none";

/** One record. What a…e mean to each op stands at its code in `assembly/abi.ts`. */
export interface Op {
  readonly name: OpName;
  /** Which layer it works for, as the user knows it: "dense_1", "loss", "optimizer". */
  readonly layer: string;
  /** What it does there: "forward", "weight gradient", … */
  readonly role: string;
  /** Tensors it writes: what is searched when a NaN arises. */
  readonly writes: readonly Tensor[];
  /** Floating-point operations on a full batch, roughly: for slicing long steps. */
  readonly cost: number;
  readonly flags: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a?: Tensor;
  readonly b?: Tensor;
  readonly c?: Tensor;
  readonly d?: Tensor;
  readonly e?: Tensor;
  readonly scratch?: Tensor;
  /** How threads share it. */
  readonly split: Split;
  readonly kind: number;
  readonly stream: number;
  readonly f0: number;
  readonly f1: number;
}

/** The tensors an op touches. */
export function operands(op: Op): Tensor[] {
  return [op.a, op.b, op.c, op.d, op.e, op.scratch].filter((it) => it !== undefined);
}

/** What a record says besides its op. */
export interface RecordOptions {
  /** Whether all threads meet behind it. */
  readonly meet?: boolean;
  /** Whether products run in wide tiles. */
  readonly wide?: boolean;
  /** Bytes of scratch that each thread has. Default: those of the op's own. */
  readonly scratchBytes?: number;
}

/** Writes the record of `op` at byte `at`. All its tensors must have addresses. */
export function writeOp(
  view: DataView,
  at: number,
  op: Op,
  { meet = false, wide = false, scratchBytes = op.scratch?.bytes ?? 0 }: RecordOptions = {},
): void {
  const int = (offset: number, value: number) => view.setInt32(at + offset, value, true);
  int(abi.OP_CODE, OP_CODES[op.name]);
  const more = (meet ? abi.FLAG_BARRIER : 0) | (wide && op.name === "gemm" ? abi.FLAG_WIDE : 0);
  int(abi.OP_FLAGS, op.flags | more);
  int(abi.OP_M, op.m);
  int(abi.OP_N, op.n);
  int(abi.OP_K, op.k);
  int(abi.OP_A, op.a?.address ?? 0);
  int(abi.OP_B, op.b?.address ?? 0);
  int(abi.OP_C, op.c?.address ?? 0);
  int(abi.OP_D, op.d?.address ?? 0);
  int(abi.OP_E, op.e?.address ?? 0);
  int(abi.OP_LDA, op.a?.ld ?? 0);
  int(abi.OP_LDB, op.b?.ld ?? 0);
  int(abi.OP_LDC, op.c?.ld ?? 0);
  int(abi.OP_LDD, op.d?.ld ?? 0);
  int(abi.OP_LDE, op.e?.ld ?? 0);
  int(abi.OP_KIND, op.kind);
  int(abi.OP_SCRATCH, op.scratch?.address ?? 0);
  int(abi.OP_SCRATCH_BYTES, scratchBytes);
  int(abi.OP_STREAM, op.stream);
  view.setFloat32(at + abi.OP_F0, op.f0, true);
  view.setFloat32(at + abi.OP_F1, op.f1, true);
}
