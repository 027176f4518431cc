// A compiled plan: ops with addresses, their records in linear memory, and the header that the kernel
// keeps its place in. Knows ops and tensors, never layers.

import * as abi from "../../assembly/abi.ts";
import { fail, LayerwiseError } from "../errors.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Dispatch } from "../runtime/thread-pool.ts";
import { barriers } from "./barriers.ts";
import { planMemory } from "./memory.ts";
import { type Op, writeOp } from "./op.ts";
import { align, type Tensor } from "./tensor.ts";

/** What a plan is bound to besides its ops. */
export interface PlanBinding {
  /** Most samples in one batch. */
  readonly batch: number;
  /** Samples of the data set; 0 if the rows are set by hand. */
  readonly samples?: number;
  /** Byte address of the u32 order of samples, 0 for their natural order. */
  readonly order?: number;
  readonly seed?: readonly [low: number, high: number];
  /** Optimizer steps done before this plan began. */
  readonly step?: number;
}

/** A compiled plan. Its bytes are one block of the arena; {@link dispose} gives it back. */
export class Plan {
  readonly ops: readonly Op[];
  readonly batch: number;
  /** Operations of all its ops on a full batch, roughly. */
  readonly cost: number;
  /** How many threads it may run on, if there are any. */
  readonly threads: number;
  /** Bytes of the block: header, records, tensors. */
  readonly bytes: number;
  /** Where the block is. */
  readonly address: number;
  readonly #engine: Engine;
  /** What the largest op takes at 1 GFLOP/s, and as long as a busy machine may keep a thread waiting. */
  readonly #patience: number;
  /** The last work that threads were given. */
  #dispatched: Dispatch | undefined;

  /** @throws LayerwiseError `outOfMemory` */
  constructor(engine: Engine, ops: readonly Op[], binding: PlanBinding) {
    this.cost = ops.reduce((sum, op) => sum + op.cost, 0);
    this.threads = engine.threadsFor(this.cost);
    this.#patience = 300 + ops.reduce((most, op) => Math.max(most, op.cost), 0) / 1e6;
    const wide = engine.wideTilesFor(this.cost);
    const memory = planMemory(ops, this.threads);
    const records = align(abi.PLAN_BYTES);
    const tensors = records + align(ops.length * abi.OP_BYTES);
    this.#engine = engine;
    this.ops = ops;
    this.batch = binding.batch;
    this.bytes = tensors + memory.bytes;
    this.address = engine.arena.allocate(this.bytes);
    for (const { tensor, offset } of memory.placements) {
      tensor.address = this.address + tensors + offset;
      const { values } = tensor;
      if (values instanceof Int32Array) engine.arena.views.i32.set(values, tensor.address >>> 2);
      else if (values) writeRows(engine.arena.views.f32, tensor, values);
    }
    const view = engine.view;
    const { scratchBytes } = memory;
    const met = barriers(ops);
    ops.forEach((op, index) => {
      const at = this.address + records + index * abi.OP_BYTES;
      writeOp(view, at, op, { meet: met[index] === true, wide, scratchBytes });
    });
    this.#set(abi.PLAN_OPS, this.address + records);
    this.#set(abi.PLAN_OP_COUNT, ops.length);
    this.#set(abi.PLAN_BATCH, binding.batch);
    this.#set(abi.PLAN_SAMPLES, binding.samples ?? 0);
    this.#set(abi.PLAN_ORDER, binding.order ?? 0);
    this.#set(abi.PLAN_SEED_LOW, binding.seed?.[0] ?? 0);
    this.#set(abi.PLAN_SEED_HIGH, binding.seed?.[1] ?? 0);
    this.#set(abi.PLAN_STEP, binding.step ?? 0);
    view.setFloat32(this.address + abi.PLAN_CLIP_SCALE, 1, true);
  }

  /** Runs up to `steps` batches from the cursor on, here; returns those done. */
  run(steps: number): number {
    return this.#trapped(() => this.#engine.kernel.run(this.address, steps, 0, 1));
  }

  /** Runs all ops on `rows` samples: at once and here, unless the plan is worth threads and there are some. */
  forward(rows: number): void | Promise<void> {
    this.#set(abi.PLAN_ROWS, rows);
    if (this.threads > 1) return this.#forwardOnThreads();
    this.continueStep(0, this.ops.length);
  }

  async #forwardOnThreads(): Promise<void> {
    for (;;) {
      const dispatch = await this.onThreads(0);
      if (dispatch === undefined) return this.continueStep(0, this.ops.length);
      try {
        await dispatch.done;
        return;
      } catch (error) {
        // Else it was lost before it began, with somebody else's work.
        if (dispatch.begun) throw error;
      }
    }
  }

  /**
   * Runs up to `steps` batches from the cursor on (0: all ops, once), on the plan's threads; undefined if
   * there are none.
   * @throws LayerwiseError `engineDisposed`; `done` rejects with `threadLost`, `kernelTrap`: if it had begun,
   * the batch at hand is half done
   */
  async onThreads(steps: number): Promise<Pick<Dispatch, "done" | "begun"> | undefined> {
    // At once: until it begins there is nothing to settle, least of all what was before it.
    this.#dispatched = undefined;
    const pool = this.threads > 1 ? await this.#engine.pool() : undefined;
    if (pool === undefined) return undefined;
    const dispatch = pool.dispatch(
      { plan: this.address, steps, patience: this.#patience },
      this.threads,
    );
    this.#dispatched = dispatch;
    const done = dispatch.done.catch((error: unknown) => {
      throw this.#named(error);
    });
    return {
      done,
      get begun() {
        return dispatch.begun;
      },
    };
  }

  /** As {@link Dispatch.settle}, of what the plan's threads are at; undefined if that is nothing. */
  settle(): number | undefined {
    try {
      return this.#dispatched?.settle();
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** Of a kernel that trapped in one of its ops: the error that names it. */
  #named(error: unknown): unknown {
    if (!(error instanceof LayerwiseError && error.code === "kernelTrap")) return error;
    const { plan, op, problem } = error.details as { plan: number; op: number; problem: string };
    if (plan !== this.address) return error;
    const { layer, role } = this.ops[op] ?? {};
    return fail("kernelTrap", { plan, op, problem, ...(layer && role && { layer, role }) });
  }

  #trapped<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      const op = this.#engine.view.getInt32(abi.CALLER_OP, true);
      throw this.#named(fail("kernelTrap", { plan: this.address, op, problem: error.message }));
    }
  }

  /** Sets up the next batch; false at the end of the data set. For running a step piece by piece. */
  beginStep(): boolean {
    return this.#engine.kernel.beginStep(this.address) !== 0;
  }

  /** Runs ops from…to−1 of a step that has begun. */
  continueStep(from: number, to: number): void {
    this.#trapped(() => this.#engine.kernel.runOps(this.address, from, to, 0, 1));
  }

  /** Counts the step that has begun, unless it failed; returns whether it is good. */
  endStep(): boolean {
    return this.#engine.kernel.endStep(this.address) !== 0;
  }

  get cursor(): number {
    return this.#get(abi.PLAN_CURSOR);
  }
  set cursor(value: number) {
    this.#set(abi.PLAN_CURSOR, value);
  }
  get step(): number {
    return this.#get(abi.PLAN_STEP);
  }
  set step(value: number) {
    this.#set(abi.PLAN_STEP, value);
  }
  set samples(value: number) {
    this.#set(abi.PLAN_SAMPLES, value);
  }
  get rows(): number {
    return this.#get(abi.PLAN_ROWS);
  }
  get status(): number {
    return this.#get(abi.PLAN_STATUS);
  }
  set status(value: number) {
    this.#set(abi.PLAN_STATUS, value);
  }
  /** What clipping by norm puts on every gradient of the last step. */
  get clipScale(): number {
    return this.#engine.view.getFloat32(this.address + abi.PLAN_CLIP_SCALE, true);
  }
  /** The last batch's mean loss, penalties included. */
  get batchLoss(): number {
    return this.#engine.view.getFloat64(this.address + abi.PLAN_BATCH_LOSS, true);
  }
  /** The gradients' global norm in the last step; 0 unless clipping by norm is on. */
  get gradientNorm(): number {
    return this.#engine.view.getFloat64(this.address + abi.PLAN_GRADIENT_NORM, true);
  }
  /** Mean loss over the rows since its sums were 0; NaN if there were none. */
  get loss(): number {
    const [sum, rows] = this.lossSums;
    return sum / rows;
  }

  /** The sum behind {@link loss}, and its rows. */
  get lossSums(): readonly [sum: number, rows: number] {
    const view = this.#engine.view;
    const at = this.address;
    return [
      view.getFloat64(at + abi.PLAN_LOSS_SUM, true),
      view.getFloat64(at + abi.PLAN_LOSS_ROWS, true),
    ];
  }
  set lossSums([sum, rows]) {
    this.#engine.view.setFloat64(this.address + abi.PLAN_LOSS_SUM, sum, true);
    this.#engine.view.setFloat64(this.address + abi.PLAN_LOSS_ROWS, rows, true);
  }

  /** A copy of a tensor's first `rows` rows, without padding. */
  read(tensor: Tensor, rows: number): Float32Array {
    return readRows(this.#engine.arena.views.f32, tensor, rows);
  }

  /** Whether a tensor holds a NaN or an infinity in its first `rows` rows. */
  hasNonFinite(tensor: Tensor, rows: number): boolean {
    const f32 = this.#engine.arena.views.f32;
    const start = tensor.address >>> 2;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < tensor.cols; j++) {
        if (!Number.isFinite(f32[start + i * tensor.ld + j])) return true;
      }
    }
    return false;
  }

  dispose(): void {
    this.#engine.arena.free(this.address);
  }

  #get(offset: number): number {
    return this.#engine.view.getInt32(this.address + offset, true);
  }
  #set(offset: number, value: number): void {
    this.#engine.view.setInt32(this.address + offset, value, true);
  }
}

/** A copy of a matrix' first `rows` rows without its padding. */
export function readRows(f32: Float32Array, tensor: Tensor, rows: number): Float32Array {
  const { address, cols, ld } = tensor;
  if (address < 0)
    throw fail("internal", { what: `tensor ${tensor.name} was read before it was placed` });
  const out = new Float32Array(rows * cols);
  for (let i = 0, from = address >>> 2; i < rows; i++, from += ld) {
    out.set(f32.subarray(from, from + cols), i * cols);
  }
  return out;
}

/** Writes compact rows into a matrix with padding, from row `at` on. */
export function writeRows(f32: Float32Array, tensor: Tensor, values: Float32Array, at = 0): void {
  const { address, cols, ld } = tensor;
  const start = (address >>> 2) + at * ld;
  if (cols === ld) {
    f32.set(values, start);
    return;
  }
  const rows = values.length / cols;
  for (let i = 0; i < rows; i++) {
    f32.set(values.subarray(i * cols, (i + 1) * cols), start + i * ld);
  }
}
