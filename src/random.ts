// Randomness: counter-based, hence a pure function of (seed, stream, index). The kernel draws the same
// numbers from the same counters. Knows nothing of what the numbers are for.
//
// Philox 4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
//
//   key      [seed low, seed high]
//   counter  [index low, index high, stream, 0]      one index is one block of four 32-bit words
//
// A stream is one of STREAM_* in assembly/abi.ts, refined by a sub-number where one use needs several
// independent sequences (one for each parameter, say): see `subStream`.

import { checkInteger } from "./options.ts";
import { cos, log, sin } from "./portable-math.ts";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 2 ** 32;

/** Encrypts the counter block[0…3] in place under the key [key0, key1]: it becomes random. */
export function philox(block: Uint32Array, key0: number, key1: number): void {
  let c0 = block[0] as number;
  let c1 = block[1] as number;
  let c2 = block[2] as number;
  let c3 = block[3] as number;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = Math.imul(c0, MULTIPLIER_0) >>> 0;
    const low1 = Math.imul(c2, MULTIPLIER_1) >>> 0;
    const high0 = highWord(c0, MULTIPLIER_0, low0);
    const high1 = highWord(c2, MULTIPLIER_1, low1);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/**
 * The upper 32 bits of the product of two u32 whose lower ones are known. In units of the upper word the
 * f64 product and the sum are each off by at most 2^-22, which + ½ and truncation take away.
 */
function highWord(a: number, b: number, low: number): number {
  return (a * (b / TWO_32) + (0.5 - low / TWO_32)) >>> 0;
}

/**
 * Low and high 32 bits of a seed.
 * @throws LayerwiseError `invalidArgument` unless it is an integer from 0 to 2^53 − 1
 */
export function splitSeed(where: string, seed: number): readonly [low: number, high: number] {
  checkInteger(where, "seed", seed, 0);
  return [seed >>> 0, Math.floor(seed / TWO_32)];
}

/** The stream `stream` (0…255), refined by a number below 2^24; 0 is the stream itself. */
export function subStream(stream: number, sub: number): number {
  return stream + 256 * sub;
}

/** A sequence of random numbers that starts at block `index` of (seed, stream). */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #stream: number;
  readonly #block = new Uint32Array(4);
  #index: number;
  /** Words of the block that are used up. */
  #used = 4;

  /** @throws LayerwiseError `invalidArgument` for a seed that is no integer ≥ 0 */
  constructor(seed: number, stream: number, index = 0) {
    this.#key = splitSeed("random", seed);
    this.#stream = stream;
    this.#index = index;
  }

  /** A 32-bit word, 0…2^32 − 1. */
  word(): number {
    if (this.#used === 4) {
      const index = this.#index++;
      this.#block.set([index, index / TWO_32, this.#stream, 0]);
      philox(this.#block, ...this.#key);
      this.#used = 0;
    }
    return this.#block[this.#used++] as number;
  }

  /** Uniform in [0, 1): a multiple of 2^-32, from one word. All that is made of it is f32. */
  uniform(): number {
    return this.word() / TWO_32;
  }

  /**
   * Two independent standard normal variables, from two words: at most 6.7 deviations out (Box & Muller
   * 1958, "A note on the generation of random normal deviates").
   */
  normals(): readonly [number, number] {
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    return [radius * cos(angle), radius * sin(angle)];
  }

  /** Standard normal, from two words. */
  normal(): number {
    return this.normals()[0];
  }

  /** 0…n−1 in a random order (Fisher & Yates, from the end), a word a swap, as the kernel shuffles. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.uniform() * (i + 1));
      const swapped = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swapped;
    }
    return order;
  }
}
