// Reading a plan: the op record and the plan header as unmanaged classes over linear memory.
// The host writes them (src/plan/op.ts); both sides take the layout from abi.ts, and the checks
// below turn a drift between class and table into a compile error.

import {
  OP_CODE, OP_FLAGS, OP_M, OP_N, OP_K, OP_A, OP_B, OP_C, OP_D, OP_E, OP_LDA, OP_LDB, OP_LDC, OP_LDD,
  OP_LDE, OP_KIND, OP_SCRATCH, OP_SCRATCH_BYTES, OP_STREAM, OP_F0, OP_F1, OP_F2, OP_F3,
  PLAN_OPS, PLAN_OP_COUNT, PLAN_BATCH, PLAN_ROWS, PLAN_SAMPLES, PLAN_ORDER, PLAN_CURSOR, PLAN_STEP,
  PLAN_STATUS, PLAN_SEED_LOW, PLAN_SEED_HIGH, PLAN_CLIP_SCALE, PLAN_BATCH_LOSS, PLAN_LOSS_SUM,
  PLAN_LOSS_ROWS, PLAN_PENALTY, PLAN_GRADIENT_NORM, PLAN_HALTED, PLAN_GOING,
  FLAG_BATCH_M, FLAG_BATCH_K,
} from "./abi";
import { rangeStart } from "./threads";

/** Samples that threads share out as one: columns of one float a sample are read four at a time. */
const SAMPLES: i32 = 4;

/** One op record. What each field means to an op stands at its code in abi.ts. */
@unmanaged @final
export class Op {
  code: i32; flags: i32;
  m: i32; n: i32; k: i32;
  a: usize; b: usize; c: usize; d: usize; e: usize;
  lda: i32; ldb: i32; ldc: i32; ldd: i32; lde: i32;
  kind: i32;
  scratch: usize; scratchBytes: i32;
  stream: i32;
  f0: f32; f1: f32; f2: f32; f3: f32;

  /** Rows to run over, now. */
  @inline rows(plan: Plan): i32 {
    return this.flags & FLAG_BATCH_M ? this.m * plan.rows : this.m;
  }
  /**
   * First row that belongs to `thread`; the end is the next one's start. All ops over the batch split
   * it at the same samples, so that one may follow another without the threads meeting.
   */
  @inline rowStart(plan: Plan, thread: i32, threads: i32): i32 {
    return this.flags & FLAG_BATCH_M
      ? this.m * rangeStart(plan.rows, SAMPLES, thread, threads)
      : rangeStart(this.m, SAMPLES, thread, threads);
  }
  /** Number of the update that this step makes, from 1; 0 before the first. */
  @inline updates(plan: Plan): i32 {
    return this.stream > 1 ? (plan.step + 1) / this.stream : plan.step + 1;
  }
  /** Length of the sum, now. */
  @inline depth(plan: Plan): i32 {
    return this.flags & FLAG_BATCH_K ? this.k * plan.rows : this.k;
  }
}

/** The plan header: what is bound, where the run stands, what came out. */
@unmanaged @final
export class Plan {
  ops: usize; opCount: i32;
  batch: i32; rows: i32;
  samples: i32; order: usize; cursor: i32;
  step: i32; status: i32;
  seedLow: u32; seedHigh: u32;
  clipScale: f32;
  batchLoss: f64; lossSum: f64; lossRows: f64;
  penalty: f64; gradientNorm: f64;
  halted: i32; going: i32;
}

if (offsetof<Op>("code") != OP_CODE) ERROR("Op.code");
if (offsetof<Op>("flags") != OP_FLAGS) ERROR("Op.flags");
if (offsetof<Op>("m") != OP_M) ERROR("Op.m");
if (offsetof<Op>("n") != OP_N) ERROR("Op.n");
if (offsetof<Op>("k") != OP_K) ERROR("Op.k");
if (offsetof<Op>("a") != OP_A) ERROR("Op.a");
if (offsetof<Op>("b") != OP_B) ERROR("Op.b");
if (offsetof<Op>("c") != OP_C) ERROR("Op.c");
if (offsetof<Op>("d") != OP_D) ERROR("Op.d");
if (offsetof<Op>("e") != OP_E) ERROR("Op.e");
if (offsetof<Op>("lda") != OP_LDA) ERROR("Op.lda");
if (offsetof<Op>("ldb") != OP_LDB) ERROR("Op.ldb");
if (offsetof<Op>("ldc") != OP_LDC) ERROR("Op.ldc");
if (offsetof<Op>("ldd") != OP_LDD) ERROR("Op.ldd");
if (offsetof<Op>("lde") != OP_LDE) ERROR("Op.lde");
if (offsetof<Op>("kind") != OP_KIND) ERROR("Op.kind");
if (offsetof<Op>("scratch") != OP_SCRATCH) ERROR("Op.scratch");
if (offsetof<Op>("scratchBytes") != OP_SCRATCH_BYTES) ERROR("Op.scratchBytes");
if (offsetof<Op>("stream") != OP_STREAM) ERROR("Op.stream");
if (offsetof<Op>("f0") != OP_F0) ERROR("Op.f0");
if (offsetof<Op>("f1") != OP_F1) ERROR("Op.f1");
if (offsetof<Op>("f2") != OP_F2) ERROR("Op.f2");
if (offsetof<Op>("f3") != OP_F3) ERROR("Op.f3");

if (offsetof<Plan>("ops") != PLAN_OPS) ERROR("Plan.ops");
if (offsetof<Plan>("opCount") != PLAN_OP_COUNT) ERROR("Plan.opCount");
if (offsetof<Plan>("batch") != PLAN_BATCH) ERROR("Plan.batch");
if (offsetof<Plan>("rows") != PLAN_ROWS) ERROR("Plan.rows");
if (offsetof<Plan>("samples") != PLAN_SAMPLES) ERROR("Plan.samples");
if (offsetof<Plan>("order") != PLAN_ORDER) ERROR("Plan.order");
if (offsetof<Plan>("cursor") != PLAN_CURSOR) ERROR("Plan.cursor");
if (offsetof<Plan>("step") != PLAN_STEP) ERROR("Plan.step");
if (offsetof<Plan>("status") != PLAN_STATUS) ERROR("Plan.status");
if (offsetof<Plan>("seedLow") != PLAN_SEED_LOW) ERROR("Plan.seedLow");
if (offsetof<Plan>("seedHigh") != PLAN_SEED_HIGH) ERROR("Plan.seedHigh");
if (offsetof<Plan>("clipScale") != PLAN_CLIP_SCALE) ERROR("Plan.clipScale");
if (offsetof<Plan>("batchLoss") != PLAN_BATCH_LOSS) ERROR("Plan.batchLoss");
if (offsetof<Plan>("lossSum") != PLAN_LOSS_SUM) ERROR("Plan.lossSum");
if (offsetof<Plan>("lossRows") != PLAN_LOSS_ROWS) ERROR("Plan.lossRows");
if (offsetof<Plan>("penalty") != PLAN_PENALTY) ERROR("Plan.penalty");
if (offsetof<Plan>("gradientNorm") != PLAN_GRADIENT_NORM) ERROR("Plan.gradientNorm");
if (offsetof<Plan>("halted") != PLAN_HALTED) ERROR("Plan.halted");
if (offsetof<Plan>("going") != PLAN_GOING) ERROR("Plan.going");
