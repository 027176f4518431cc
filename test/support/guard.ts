// The bounds check behind the `check` kernel: every load and store of wasm calls in here, and must lie
// in the control block or inside one block of the arena.

import { ARENA_START, ZEROS } from "../../assembly/abi.ts";
import type { Arena } from "../../src/runtime/arena.ts";
import type { KernelImports } from "../../src/runtime/kernel.ts";

export interface Guard {
  readonly imports: KernelImports;
  /** Accesses outside any block so far. */
  readonly violations: {
    readonly kind: string;
    readonly address: number;
    readonly bytes: number;
  }[];
  /** Accesses checked so far. */
  checked: number;
}

/** A guard over the arena that `arena()` gives (it may be made later than the guard). */
export function guard(arena: () => Arena): Guard {
  // One byte per 4-byte word of memory: 1 where a block owns it.
  let owned = new Uint8Array(0);
  let known: ReadonlyMap<number, number> | undefined;
  const violations: Guard["violations"] = [];
  const watch = () => {
    const it = arena();
    if (known !== undefined) return;
    known = it.blocks;
    owned = new Uint8Array(it.memory.buffer.byteLength >> 2);
    owned.fill(1, ZEROS >> 2, ARENA_START >> 2);
    const mark = (address: number, bytes: number, value: number) => {
      if (owned.length < it.memory.buffer.byteLength >> 2) {
        const longer = new Uint8Array(it.memory.buffer.byteLength >> 2);
        longer.set(owned);
        owned = longer;
      }
      owned.fill(value, address >> 2, (address + bytes) >> 2);
    };
    for (const [address, bytes] of known) mark(address, bytes, 1);
    const { allocate, free } = it;
    it.allocate = (bytes) => {
      const address = allocate.call(it, bytes);
      // Exact to the word: the rounding up to a cache line is nobody's.
      mark(address, Math.max(4, Math.ceil(bytes / 4) * 4), 1);
      return address;
    };
    it.free = (address) => {
      const bytes = known?.get(address) ?? 0;
      free.call(it, address);
      mark(address, bytes, 0);
    };
  };
  const check = (kind: string) => (_id: number, bytes: number, offset: number, address: number) => {
    watch();
    const at = (address >>> 0) + offset;
    result.checked++;
    if (owned[at >> 2] !== 1 || owned[(at + bytes - 1) >> 2] !== 1) {
      violations.push({ kind, address: at, bytes });
      throw new Error(`check: ${kind} of ${bytes} bytes at ${at} is outside every block`);
    }
    return address;
  };
  const value = (_id: number, it: unknown) => it;
  const result: Guard = {
    violations,
    checked: 0,
    imports: {
      load_ptr: check("load"),
      store_ptr: check("store"),
      load_val_i32: value,
      load_val_i64: value,
      load_val_f32: value,
      load_val_f64: value,
      store_val_i32: value,
      store_val_i64: value,
      store_val_f32: value,
      store_val_f64: value,
      memory_grow_pre: value,
      memory_grow_post: value,
    },
  };
  return result;
}
