// The memory planner's laws, on op lists made at random: a tensor keeps its bytes for as long as it
// lives.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planMemory } from "../../src/plan/memory.ts";
import { type Op, operands } from "../../src/plan/op.ts";
import type { Tensor } from "../../src/plan/tensor.ts";

const LINE = 64;

function tensor(
  name: string,
  bytes: number,
  options: { keep?: boolean; address?: number } = {},
): Tensor {
  const { keep = false, address = -1 } = options;
  const ld = bytes / 4;
  return { name, rows: 1, cols: ld, ld, perSample: false, bytes, keep, address };
}

function op(tensors: Partial<Pick<Op, "a" | "b" | "c" | "d" | "e" | "scratch">>): Op {
  const numbers = { cost: 0, flags: 0, m: 0, n: 0, k: 0, kind: 0, stream: 0, f0: 0, f1: 0 };
  const names = { name: "gemm", layer: "test", role: "test", split: "own" } as const;
  return { ...names, writes: [], ...numbers, ...tensors };
}

/** Tensors, some kept, some already in their place. */
const tensorLists = fc
  .array(
    fc.record({
      floats: fc.integer({ min: 1, max: 200 }),
      keep: fc.integer({ min: 0, max: 4 }).map((it) => it === 0),
      placed: fc.integer({ min: 0, max: 5 }).map((it) => it === 0),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map((specs) =>
    specs.map(({ floats, keep, placed }, index) =>
      tensor(`t${index}`, floats * 4, { keep, ...(placed && { address: 4096 }) }),
    ),
  );

const SLOTS = ["a", "b", "c", "d", "e", "scratch"] as const;

/** Ops that touch tensors here and there, or, as plans do, ones next to each other in time. */
const opLists = tensorLists.chain((tensors) => {
  const anywhere = fc.array(fc.nat(tensors.length - 1), { maxLength: SLOTS.length });
  const nearby = fc.array(fc.nat(2), { maxLength: 4 });
  const make = (picked: readonly number[]) =>
    op(Object.fromEntries(picked.map((index, i) => [SLOTS[i], tensors[index % tensors.length]])));
  return fc.oneof(
    fc.array(anywhere.map(make), { maxLength: 20 }),
    fc
      .array(nearby, { maxLength: 20 })
      .map((all) => all.map((near, at) => make(near.map((it) => at + it)))),
  );
});

/** Walks the ops over an image of memory: each op marks what it touches, and must find its marks again. */
function clashes(ops: readonly Op[]): string[] {
  const { placements, bytes } = planMemory(ops);
  const offsets = new Map(placements.map((it) => [it.tensor, it.offset]));
  const owner = new Array<Tensor | undefined>(bytes / 4);
  const seen = new Set<Tensor>();
  const found: string[] = [];
  const check = (it: Tensor, when: string) => {
    const start = (offsets.get(it) ?? Number.NaN) / 4;
    for (let at = start; at < start + it.bytes / 4; at++) {
      if (owner[at] !== it) return found.push(`${it.name} has lost its place ${when}`);
    }
    return 0;
  };
  ops.forEach((it, index) => {
    const touched = new Set(operands(it).filter((tensor) => tensor.address < 0));
    for (const tensor of touched) if (seen.has(tensor)) check(tensor, `before op ${index}`);
    for (const tensor of touched) {
      const start = (offsets.get(tensor) ?? Number.NaN) / 4;
      owner.fill(tensor, start, start + tensor.bytes / 4);
      seen.add(tensor);
    }
    for (const tensor of touched) check(tensor, `within op ${index}`);
  });
  for (const tensor of seen) if (tensor.keep) check(tensor, "at the end");
  return found;
}

describe("planMemory", () => {
  it("lets no two tensors that are alive share a byte, and keeps what is to be kept", () => {
    fc.assert(
      fc.property(opLists, (ops) => {
        expect(clashes(ops)).toEqual([]);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it("gives overlapping lives disjoint bytes, as it tells them", () => {
    fc.assert(
      fc.property(opLists, (ops) => {
        const { placements } = planMemory(ops);
        for (const [index, x] of placements.entries()) {
          for (const y of placements.slice(index + 1)) {
            const together = x.from <= y.to && y.from <= x.to;
            const apart =
              x.offset + x.tensor.bytes <= y.offset || y.offset + y.tensor.bytes <= x.offset;
            expect(!together || apart).toBe(true);
          }
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it("places each tensor without an address once, on a cache line, within the bytes it asks for", () => {
    fc.assert(
      fc.property(opLists, (ops) => {
        const { placements, bytes } = planMemory(ops);
        const unplaced = new Set(ops.flatMap(operands).filter((it) => it.address < 0));
        expect(new Set(placements.map((it) => it.tensor))).toEqual(unplaced);
        expect(placements.length).toBe(unplaced.size);
        expect(bytes % LINE).toBe(0);
        for (const { tensor, offset } of placements) {
          expect(offset % LINE).toBe(0);
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + tensor.bytes).toBeLessThanOrEqual(bytes);
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("takes at most as much as all tensors side by side", () => {
    let less = 0;
    fc.assert(
      fc.property(opLists, (ops) => {
        const { placements, bytes } = planMemory(ops);
        const lines = placements.map(({ tensor }) => Math.ceil(tensor.bytes / LINE) * LINE);
        const all = lines.reduce((sum, it) => sum + it, 0);
        expect(bytes).toBeLessThanOrEqual(all);
        if (bytes < all) less++;
      }),
      { numRuns: 300, seed: 4 },
    );
    // The lists of this file do make it reuse bytes.
    expect(less).toBeGreaterThan(100);
  });

  it("changes nothing: neither ops nor tensors", () => {
    const [x, y] = [tensor("x", 64), tensor("y", 128)];
    const ops = [op({ a: x, b: y })];
    const before = structuredClone(ops);
    expect(planMemory(ops)).toEqual(planMemory(ops));
    expect(ops).toEqual(before);
  });

  it("reuses a chain's bytes: two buffers are enough for any number of steps", () => {
    const steps = Array.from({ length: 10 }, (_, i) => tensor(`y${i}`, 1024));
    const ops = steps.slice(1).map((it, i) => {
      const before = steps[i];
      return op({ ...(before && { a: before }), c: it });
    });
    expect(planMemory(ops).bytes).toBe(2 * 1024);
  });

  it("reuses no byte of what is kept", () => {
    const steps = Array.from({ length: 10 }, (_, i) => tensor(`y${i}`, 1024, { keep: true }));
    const ops = steps.map((it) => op({ c: it }));
    expect(planMemory(ops).bytes).toBe(10 * 1024);
  });

  it("lets nothing stand where a constant stands, nor before it is first read", () => {
    const constant = { ...tensor("mask", 1024, { keep: true }), values: new Float32Array(256) };
    const steps = Array.from({ length: 10 }, (_, i) => tensor(`y${i}`, 1024));
    const ops = steps.map((it, i) => op({ c: it, ...(i === 5 && { d: constant }) }));
    const { placements, bytes } = planMemory(ops);
    expect(bytes).toBe(2 * 1024);
    const own = placements.find((it) => it.tensor === constant);
    expect(placements.filter((it) => it.offset === own?.offset)).toEqual([own]);
  });

  it("takes no bytes for no ops", () => {
    expect(planMemory([])).toEqual({ placements: [], bytes: 0, scratchBytes: 0 });
  });
});
