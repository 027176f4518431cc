// The one owner of linear memory: who asks for bytes gets a block, who frees it gives it back.
// Knows nothing of tensors or plans. All allocation is here, none in the kernel.

import { ARENA_START } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";

const PAGE = 65536;
const ALIGN = 64;

/** First-fit blocks, 64-byte aligned (a cache line), kept in address order; neighbours merge. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Free ranges [start, end), in address order, never touching. */
  readonly #free: { start: number; end: number }[];
  readonly #sizes = new Map<number, number>();
  #end: number;
  /** From here on no block was ever handed out, so memory is as it was made: zero. */
  #fresh = ARENA_START;
  #views: Views;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#end = memory.buffer.byteLength;
    this.#free = [{ start: ARENA_START, end: this.#end }];
    this.#views = viewsOf(memory.buffer);
  }

  /** Bytes in use. */
  get used(): number {
    let sum = 0;
    for (const size of this.#sizes.values()) sum += size;
    return sum;
  }

  /** The blocks in use: address → bytes. */
  get blocks(): ReadonlyMap<number, number> {
    return this.#sizes;
  }

  /** Typed views of all of memory. Take them anew after anything that may allocate. */
  get views(): Views {
    // Shared memory grows without detaching: an old view stays valid but short.
    if (this.#views.u8.length !== this.memory.buffer.byteLength) {
      this.#views = viewsOf(this.memory.buffer);
    }
    return this.#views;
  }

  /**
   * A zeroed block of at least `bytes` bytes, 64-byte aligned.
   * @throws LayerwiseError `outOfMemory`
   */
  allocate(bytes: number): number {
    const size = Math.max(ALIGN, Math.ceil(bytes / ALIGN) * ALIGN);
    let index = this.#free.findIndex((range) => range.end - range.start >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#free.length - 1;
    }
    const range = this.#free[index];
    if (range === undefined) throw fail("outOfMemory", { bytes: size, used: this.used });
    const address = range.start;
    range.start += size;
    if (range.start === range.end) this.#free.splice(index, 1);
    this.#sizes.set(address, size);
    if (address < this.#fresh)
      this.views.u8.fill(0, address, Math.min(address + size, this.#fresh));
    this.#fresh = Math.max(this.#fresh, address + size);
    return address;
  }

  /** Gives a block back. The address must come from {@link allocate}. */
  free(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined)
      throw fail("internal", { what: `free of ${address}, which is no block` });
    this.#sizes.delete(address);
    const next = this.#free.findIndex((range) => range.start > address);
    const at = next < 0 ? this.#free.length : next;
    this.#free.splice(at, 0, { start: address, end: address + size });
    this.#merge(at);
    this.#merge(at - 1);
  }

  /** Joins free range `at` with its successor if they touch. */
  #merge(at: number): void {
    const left = this.#free[at];
    const right = this.#free[at + 1];
    if (left === undefined || right === undefined || left.end !== right.start) return;
    left.end = right.end;
    this.#free.splice(at + 1, 1);
  }

  /** Appends room for a block of `size` bytes at the end of memory. */
  #grow(size: number): void {
    const last = this.#free.at(-1);
    const tail = last !== undefined && last.end === this.#end ? last : undefined;
    const missing = size - (tail === undefined ? 0 : tail.end - tail.start);
    // By an eighth of what there is at least, so that many small blocks grow it few times.
    const atLeast = Math.ceil(missing / PAGE);
    const generous = Math.max(atLeast, Math.ceil(this.#end / PAGE / 8));
    try {
      this.memory.grow(generous);
    } catch {
      try {
        this.memory.grow(atLeast);
      } catch {
        throw fail("outOfMemory", { bytes: size, used: this.used });
      }
    }
    const end = this.memory.buffer.byteLength;
    if (tail === undefined) this.#free.push({ start: this.#end, end });
    else tail.end = end;
    this.#end = end;
  }
}

/** Views of one buffer; indices are in elements. */
export interface Views {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    u8: new Uint8Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
  };
}
