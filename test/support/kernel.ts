// A bare kernel for tests: raw memory, hand-written op records, no planner. Under the `check` project
// it is the bounds-checked build and every access is verified.

import { readFile } from "node:fs/promises";
import * as abi from "../../assembly/abi.ts";
import { Arena } from "../../src/runtime/arena.ts";
import { instantiate, type KernelExports } from "../../src/runtime/kernel.ts";
import { type Guard, guard } from "./guard.ts";

export const kernelName = process.env.LAYERWISE_TEST_KERNEL === "check" ? "check" : "simd";

const file = kernelName === "check" ? "layerwise.check.wasm" : "layerwise.wasm";
const module = WebAssembly.compile(await readFile(new URL(`../../build/${file}`, import.meta.url)));

/** Words of an op record by name; those left out are 0. */
export interface OpFields {
  readonly code: number;
  readonly flags?: number;
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly d?: number;
  readonly e?: number;
  readonly lda?: number;
  readonly ldb?: number;
  readonly ldc?: number;
  readonly ldd?: number;
  readonly lde?: number;
  readonly kind?: number;
  readonly scratch?: number;
  readonly scratchBytes?: number;
  readonly stream?: number;
  readonly f0?: number;
  readonly f1?: number;
  readonly f2?: number;
  readonly f3?: number;
}

const INT_WORDS = {
  code: abi.OP_CODE,
  flags: abi.OP_FLAGS,
  m: abi.OP_M,
  n: abi.OP_N,
  k: abi.OP_K,
  a: abi.OP_A,
  b: abi.OP_B,
  c: abi.OP_C,
  d: abi.OP_D,
  e: abi.OP_E,
  lda: abi.OP_LDA,
  ldb: abi.OP_LDB,
  ldc: abi.OP_LDC,
  ldd: abi.OP_LDD,
  lde: abi.OP_LDE,
  kind: abi.OP_KIND,
  scratch: abi.OP_SCRATCH,
  scratchBytes: abi.OP_SCRATCH_BYTES,
  stream: abi.OP_STREAM,
} as const;
const FLOAT_WORDS = { f0: abi.OP_F0, f1: abi.OP_F1, f2: abi.OP_F2, f3: abi.OP_F3 } as const;

export class TestKernel {
  readonly arena: Arena;
  readonly exports: KernelExports;
  /** Of the bounds-checked build, else undefined. */
  readonly guard: Guard | undefined;
  /** Address of a plan header: read and write it with {@link header}. */
  readonly plan: number;

  private constructor(arena: Arena, exports: KernelExports, accesses: Guard | undefined) {
    this.arena = arena;
    this.exports = exports;
    this.guard = accesses;
    this.plan = arena.allocate(abi.PLAN_BYTES);
    this.header.setFloat32(abi.PLAN_CLIP_SCALE, 1, true);
  }

  static async create(): Promise<TestKernel> {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const arena = new Arena(memory);
    const accesses = kernelName === "check" ? guard(() => arena) : undefined;
    const exports = await instantiate(await module, memory, accesses?.imports);
    return new TestKernel(arena, exports, accesses);
  }

  /** The plan header as a DataView (little-endian; offsets PLAN_*). */
  get header(): DataView {
    return new DataView(this.arena.memory.buffer, this.plan, abi.PLAN_BYTES);
  }

  /** A block of `count` floats holding `values` (cycled from the start if shorter is not done: rest is 0). */
  floats(count: number, values: ArrayLike<number> = []): number {
    const address = this.arena.allocate(count * 4);
    this.arena.views.f32.set(values, address >> 2);
    return address;
  }

  /** A matrix with the row stride that plans use (multiple of 4, padding 0): its address and stride. */
  matrix(rows: number, cols: number, values: ArrayLike<number> = []): { at: number; ld: number } {
    const ld = Math.ceil(cols / 4) * 4;
    const at = this.arena.allocate(Math.max(1, rows * ld) * 4);
    const f32 = this.arena.views.f32;
    for (let i = 0; i < rows && values.length > 0; i++) {
      for (let j = 0; j < cols; j++) f32[(at >> 2) + i * ld + j] = values[i * cols + j] ?? 0;
    }
    return { at, ld };
  }

  /** A copy of `count` floats at an address. */
  read(address: number, count: number): Float32Array {
    return new Float32Array(this.arena.views.f32.subarray(address >> 2, (address >> 2) + count));
  }

  /** A copy of a rows×cols matrix without its padding. */
  readMatrix(address: number, rows: number, cols: number, ld: number): Float32Array {
    const out = new Float32Array(rows * cols);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++)
        out[i * cols + j] = this.arena.views.f32[(address >> 2) + i * ld + j] ?? 0;
    }
    return out;
  }

  /** Runs the ops once on `rows` rows, each for thread 0…threads−1 in turn (sequentially). */
  runOps(ops: readonly OpFields[], rows = 1, threads = 1): void {
    const records = this.arena.allocate(Math.max(1, ops.length) * abi.OP_BYTES);
    const view = new DataView(this.arena.memory.buffer);
    ops.forEach((op, index) => {
      const at = records + index * abi.OP_BYTES;
      for (const [name, offset] of Object.entries(INT_WORDS)) {
        view.setInt32(at + offset, op[name as keyof typeof INT_WORDS] ?? 0, true);
      }
      for (const [name, offset] of Object.entries(FLOAT_WORDS)) {
        view.setFloat32(at + offset, op[name as keyof typeof FLOAT_WORDS] ?? 0, true);
      }
    });
    view.setInt32(this.plan + abi.PLAN_OPS, records, true);
    view.setInt32(this.plan + abi.PLAN_OP_COUNT, ops.length, true);
    view.setInt32(this.plan + abi.PLAN_ROWS, rows, true);
    view.setInt32(this.plan + abi.PLAN_BATCH, rows, true);
    for (let index = 0; index < ops.length; index++) {
      for (let thread = 0; thread < threads; thread++) {
        this.exports.runOps(this.plan, index, index + 1, thread, threads);
      }
    }
    this.arena.free(records);
  }

  /** Frees every block but the plan header, so that one kernel serves many cases. */
  reset(): void {
    for (const address of [...this.arena.blocks.keys()]) {
      if (address !== this.plan) this.arena.free(address);
    }
  }
}
