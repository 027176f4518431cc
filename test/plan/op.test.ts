// The record that both sides of the wall read: its layout, and what the host writes into it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { OP_CODES, type Op, type OpName, writeOp } from "../../src/plan/op.ts";
import type { Tensor } from "../../src/plan/tensor.ts";

const constants: Readonly<Record<string, number>> = abi;
const named = (prefix: string) =>
  Object.entries(constants).filter(([name]) => name.startsWith(prefix));
const value = (name: string) => constants[name] ?? Number.NaN;
/** OP_* are codes where a plan's ops are, and offsets otherwise. */
const codes = Object.values(OP_CODES) as readonly number[];
const WORDS = ["CODE", "FLAGS", "M", "N", "K", "A", "B", "C", "D", "E"]
  .concat(["LDA", "LDB", "LDC", "LDD", "LDE", "KIND", "SCRATCH", "SCRATCH_BYTES", "STREAM"])
  .concat(["F0", "F1", "F2", "F3"])
  .map((it) => `OP_${it}`);

describe("the table", () => {
  it("lays an op's words side by side, without gap or overlap", () => {
    expect(WORDS.map(value)).toEqual(WORDS.map((_, index) => 4 * index));
    // Whole vectors, so that records follow each other 16-aligned.
    expect(abi.OP_BYTES).toBeGreaterThanOrEqual(4 * WORDS.length);
    expect(abi.OP_BYTES % 16).toBe(0);
  });

  it("lays the plan's header out without overlap, f64 on multiples of 8", () => {
    const f64 = ["BATCH_LOSS", "LOSS_SUM", "LOSS_ROWS", "PENALTY", "GRADIENT_NORM"];
    const fields = named("PLAN_").filter(([name]) => name !== "PLAN_BYTES");
    let end = 0;
    for (const [name, at] of fields.sort(([, x], [, y]) => x - y)) {
      const bytes = f64.includes(name.slice("PLAN_".length)) ? 8 : 4;
      expect(at % bytes).toBe(0);
      expect(at).toBeGreaterThanOrEqual(end);
      end = at + bytes;
    }
    expect(end).toBeLessThanOrEqual(abi.PLAN_BYTES);
  });

  it("gives every flag a bit of its own", () => {
    const flags = named("FLAG_").map(([, bit]) => bit);
    expect(flags.every((bit) => Math.log2(bit) % 1 === 0)).toBe(true);
    expect(new Set(flags).size).toBe(flags.length);
  });

  it.each(["ACTIVATION_", "LOSS_", "OPTIMIZER_", "METRIC_", "STREAM_", "STATUS_"])(
    "numbers each %s differently",
    (prefix) => {
      const numbers = named(prefix)
        .filter(([name]) => !/_SUM$/.test(name))
        .map(([, number]) => number);
      expect(numbers.length).toBeGreaterThan(2);
      expect(new Set(numbers).size).toBe(numbers.length);
    },
  );

  it("numbers ops from 1, so that memory never written is no op", () => {
    expect([...codes].sort((x, y) => x - y)).toEqual(codes.map((_, index) => index + 1));
  });

  it("keeps the control block apart: hot words on cache lines of their own, below the arena", () => {
    expect(abi.ZEROS).toBeGreaterThanOrEqual(1024);
    const hot = [
      abi.ZEROS,
      abi.BARRIER_COUNT,
      abi.BARRIER_PHASE,
      abi.DISPATCH_TICKET,
      abi.DISPATCH_PLAN,
      abi.DISPATCH_LEFT,
      abi.DISPATCH_FINISHED,
      abi.DISPATCH_STOP,
      abi.DISPATCH_ABORT,
      abi.THREAD_OPS,
      abi.THREAD_OPS + (abi.MAX_THREADS - 1) * 64,
      abi.ARENA_START,
    ];
    for (const [index, at] of hot.slice(1).entries()) {
      expect(at - (hot[index] ?? Number.NaN)).toBeGreaterThanOrEqual(64);
      expect(at % 64).toBe(0);
    }
  });
});

const tensors: fc.Arbitrary<Tensor> = fc
  .record({ ld: fc.nat(1 << 20), address: fc.nat(2 ** 31 - 1), bytes: fc.nat(2 ** 31 - 1) })
  .map((it) => ({ name: "t", rows: 1, cols: it.ld, perSample: false, keep: false, ...it }));
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const slot = fc.option(tensors, { nil: undefined });

describe("writeOp", () => {
  it("writes every field where the table says, and not a byte beyond", () => {
    const names = fc.constantFrom(...(Object.keys(OP_CODES) as OpName[]));
    const ints = fc.record({ flags: int, m: int, n: int, k: int, kind: int, stream: int });
    const floats = fc.record({ f0: fc.float(), f1: fc.float() });
    const slots = fc.record({ a: slot, b: slot, c: slot, d: slot, e: slot, scratch: slot });
    fc.assert(
      fc.property(names, ints, floats, slots, (name, words, constants, present) => {
        const given = Object.entries(present).filter(([, it]) => it !== undefined);
        const op: Op = {
          ...{
            name,
            layer: "",
            role: "",
            writes: [],
            cost: 0,
            split: "own",
            ...words,
            ...constants,
          },
          ...Object.fromEntries(given),
        };
        const bytes = new Uint8Array(16 + abi.OP_BYTES + 16).fill(0xee);
        const view = new DataView(bytes.buffer);
        bytes.fill(0, 16, 16 + abi.OP_BYTES);
        writeOp(view, 16, op);
        const read = (word: string) => view.getInt32(16 + value(word), true);
        expect(read("OP_CODE")).toBe(OP_CODES[name]);
        for (const [key, number] of Object.entries(words)) {
          expect(read(`OP_${key.toUpperCase()}`)).toBe(number);
        }
        for (const key of ["a", "b", "c", "d", "e"] as const) {
          expect(read(`OP_${key.toUpperCase()}`)).toBe(op[key]?.address ?? 0);
          expect(read(`OP_LD${key.toUpperCase()}`)).toBe(op[key]?.ld ?? 0);
        }
        expect(read("OP_SCRATCH")).toBe(op.scratch?.address ?? 0);
        expect(read("OP_SCRATCH_BYTES")).toBe(op.scratch?.bytes ?? 0);
        expect(view.getFloat32(16 + abi.OP_F0, true)).toBe(op.f0);
        expect(view.getFloat32(16 + abi.OP_F1, true)).toBe(op.f1);
        expect([read("OP_F2"), read("OP_F3")]).toEqual([0, 0]);
        expect(bytes.subarray(0, 16).every((it) => it === 0xee)).toBe(true);
        expect(bytes.subarray(16 + abi.OP_BYTES).every((it) => it === 0xee)).toBe(true);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
