// Who owns which byte of linear memory: laws of the arena under any order of allocate and free.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARENA_START } from "../../assembly/abi.ts";
import { Arena } from "../../src/runtime/arena.ts";
import { failure } from "../support/failure.ts";

const PAGE = 65536;
const LINE = 64;

function arena({ initial = 1, maximum = 256 } = {}): Arena {
  return new Arena(new WebAssembly.Memory({ initial, maximum, shared: true }));
}

/** Everything between the control block and the end, in blocks. */
const room = (it: Arena) => it.memory.buffer.byteLength - ARENA_START;

/** Ask for so many bytes, or give back one of the blocks at hand. */
type Step = { readonly allocate: number } | { readonly free: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ allocate: fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(2 * PAGE)) }),
    fc.record({ free: fc.nat(1000) }),
  ),
  { maxLength: 60 },
);

interface Held {
  readonly address: number;
  readonly bytes: number;
  readonly mark: number;
}

/** Does the steps; blocks are filled with a mark of their own, which must still be there at the end. */
function perform(it: Arena, all: readonly Step[]): Held[] {
  const held: Held[] = [];
  all.forEach((step, index) => {
    if ("allocate" in step) {
      const bytes = step.allocate;
      const address = it.allocate(bytes);
      const block = it.views.u8.subarray(address, address + bytes);
      expect(block.length).toBe(bytes);
      expect(block.every((byte) => byte === 0)).toBe(true);
      const mark = (index % 255) + 1;
      block.fill(mark);
      held.push({ address, bytes, mark });
    } else if (held.length > 0) {
      const [block] = held.splice(step.free % held.length, 1);
      if (block) it.free(block.address);
    }
  });
  return held;
}

const property = (name: string, seed: number, law: (all: readonly Step[]) => void) =>
  it(name, () => {
    fc.assert(fc.property(steps, law), { numRuns: 150, seed });
  });

describe("an arena under any sequence of allocate and free", () => {
  property("gives zeroed blocks that nobody else writes into", 1, (all) => {
    const it = arena();
    for (const { address, bytes, mark } of perform(it, all)) {
      const block = it.views.u8.subarray(address, address + bytes);
      expect(block.every((byte) => byte === mark)).toBe(true);
    }
  });

  property(
    "gives disjoint blocks on cache lines, within memory and above the control block",
    2,
    (all) => {
      const it = arena();
      perform(it, all);
      let end = ARENA_START;
      for (const [address, bytes] of [...it.blocks].sort(([x], [y]) => x - y)) {
        expect(address % LINE).toBe(0);
        expect(bytes % LINE).toBe(0);
        expect(address).toBeGreaterThanOrEqual(end);
        end = address + bytes;
      }
      expect(end).toBeLessThanOrEqual(it.memory.buffer.byteLength);
    },
  );

  property("counts the bytes in use, rounded up to cache lines", 3, (all) => {
    const it = arena();
    const held = perform(it, all);
    const lines = held.map(({ bytes }) => Math.max(1, Math.ceil(bytes / LINE)) * LINE);
    expect(it.used).toBe(lines.reduce((sum, bytes) => sum + bytes, 0));
    expect([...it.blocks.keys()].sort()).toEqual(held.map(({ address }) => address).sort());
  });

  property("is one piece again once all is given back, however it was cut up", 4, (all) => {
    const it = arena();
    for (const { address } of perform(it, all)) it.free(address);
    expect(it.used).toBe(0);
    expect(it.blocks.size).toBe(0);
    const bytes = it.memory.buffer.byteLength;
    expect(it.allocate(room(it))).toBe(ARENA_START);
    expect(it.memory.buffer.byteLength).toBe(bytes);
  });

  property("does the same again: addresses depend on the sequence alone", 5, (all) => {
    const addresses = (it: Arena) => perform(it, all).map(({ address }) => address);
    expect(addresses(arena())).toEqual(addresses(arena()));
  });
});

describe("an arena", () => {
  it("takes freed bytes before it grows", () => {
    const it = arena();
    const blocks = Array.from({ length: 8 }, () => it.allocate(4096));
    const bytes = it.memory.buffer.byteLength;
    for (let round = 0; round < 1000; round++) {
      const at = round % blocks.length;
      it.free(blocks[at] ?? -1);
      blocks[at] = it.allocate(4096);
    }
    expect(it.memory.buffer.byteLength).toBe(bytes);
    expect(it.used).toBe(8 * 4096);
  });

  it("grows for a block larger than memory, and keeps what it holds", () => {
    const it = arena();
    const small = it.allocate(100);
    it.views.u8.fill(7, small, small + 100);
    const large = it.allocate(5 * PAGE);
    expect(it.memory.buffer.byteLength).toBeGreaterThanOrEqual(large + 5 * PAGE);
    expect(it.views.u8.subarray(small, small + 100).every((byte) => byte === 7)).toBe(true);
    expect(it.views.u8.subarray(large, large + 5 * PAGE).every((byte) => byte === 0)).toBe(true);
  });

  it("uses the free end of memory when it grows", () => {
    const it = arena();
    const free = room(it);
    expect(it.allocate(free + LINE)).toBe(ARENA_START);
    expect(it.memory.buffer.byteLength).toBe(2 * PAGE);
  });

  it("gives views of all of memory, anew after it has grown", () => {
    const it = arena();
    const before = it.views;
    expect(it.views).toBe(before);
    const address = it.allocate(3 * PAGE);
    const after = it.views;
    const bytes = it.memory.buffer.byteLength;
    expect(bytes).toBeGreaterThan(before.u8.length);
    const { u8, i32, u32, f32, f64 } = after;
    for (const view of [u8, i32, u32, f32, f64]) expect(view.byteLength).toBe(bytes);
    f32[address / 4] = 1.5;
    expect(u32[address / 4]).toBe(0x3fc00000);
    // An old view still shows the same memory, as far as it goes.
    u8[ARENA_START] = 9;
    expect(before.u8[ARENA_START]).toBe(9);
  });

  it("gives even an empty block an address of its own", () => {
    const it = arena();
    const [x, y] = [it.allocate(0), it.allocate(0)];
    expect(x).not.toBe(y);
    it.free(x);
    it.free(y);
    expect(it.used).toBe(0);
  });

  it("refuses to free what is no block, or no longer one", () => {
    const it = arena();
    const address = it.allocate(100);
    for (const other of [0, address + 4, address + LINE, -1, Number.NaN]) {
      expect(failure(() => it.free(other)).code).toBe("internal");
    }
    it.free(address);
    expect(failure(() => it.free(address)).code).toBe("internal");
    expect(it.used).toBe(0);
  });

  it("says so when memory cannot grow, and stays usable", () => {
    const it = arena({ maximum: 3 });
    const held = it.allocate(1000);
    const { code, details } = failure(() => it.allocate(4 * PAGE));
    expect(code).toBe("outOfMemory");
    expect(details).toMatchObject({ bytes: 4 * PAGE, used: 1024 });
    // The last page is taken even where a more generous step does not fit.
    const rest = it.allocate(3 * PAGE - ARENA_START - 1024);
    expect(it.memory.buffer.byteLength).toBe(3 * PAGE);
    expect(failure(() => it.allocate(1)).code).toBe("outOfMemory");
    it.free(held);
    it.free(rest);
    expect(it.used).toBe(0);
  });

  it("never hands out the control block", () => {
    const it = arena();
    it.views.u8.fill(5, 0, ARENA_START);
    for (let i = 0; i < 50; i++) it.allocate(i * 100);
    expect(it.views.u8.subarray(0, ARENA_START).every((byte) => byte === 5)).toBe(true);
  });
});
