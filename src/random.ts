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

import { fail } from "./errors.ts";
import { inverseNormal } from "./portable-math.ts";

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
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw fail("invalidArgument", {
      where: `${where}: seed`,
      required: "an integer from 0 to 2^53 − 1",
      got: seed,
    });
  }
  return [seed >>> 0, Math.floor(seed / TWO_32)];
}

/** The stream `stream` (0…255), refined: stream + 256·sub. Sub-number 0 is the stream itself. */
export function subStream(stream: number, sub: number): number {
  if (!(Number.isInteger(sub) && sub >= 0 && sub < 2 ** 24)) {
    throw fail("internal", { what: `random sub-stream ${sub} is not an integer below 2^24` });
  }
  return stream + 256 * sub;
}

/** A sequence of random numbers that starts at block `index` of (seed, stream). */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #stream: number;
  readonly #block = new Uint32Array(4);
  #index: number;
  /** Words of the block that are used up. */
  #used = 4;

  /** @throws LayerwiseError `invalidArgument` for a seed or index that is no integer ≥ 0 */
  constructor(seed: number, stream: number, index = 0) {
    [this.#key0, this.#key1] = splitSeed("random", seed);
    splitSeed("random stream's index", index);
    this.#stream = stream >>> 0;
    this.#index = index;
  }

  /** A 32-bit word, 0…2^32 − 1. */
  word(): number {
    if (this.#used === 4) {
      const index = this.#index++;
      this.#block[0] = index;
      this.#block[1] = Math.floor(index / TWO_32);
      this.#block[2] = this.#stream;
      this.#block[3] = 0;
      philox(this.#block, this.#key0, this.#key1);
      this.#used = 0;
    }
    return this.#block[this.#used++] as number;
  }

  /** Uniform in [0, 1): a multiple of 2^-32, from one word. All that is made of it is f32. */
  uniform(): number {
    return this.word() / TWO_32;
  }

  /**
   * Standard normal, from one word: the inverse of its distribution at the midpoints of 2^32 equal
   * shares, hence symmetric and at most 6.4 deviations out.
   */
  normal(): number {
    return inverseNormal((this.word() + 0.5) / TWO_32);
  }

  /**
   * An integer from 0 to n − 1, each equally likely (Lemire 2019: multiply, reject the few excess).
   * @throws LayerwiseError `invalidArgument` unless n is an integer from 1 to 2^32
   */
  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= TWO_32)) {
      throw fail("invalidArgument", {
        where: "random integer",
        required: "an upper limit from 1 to 2^32",
        got: n,
      });
    }
    if (n === TWO_32) return this.word();
    for (;;) {
      const word = this.word();
      const low = Math.imul(word, n) >>> 0;
      if (low >= n || low >= TWO_32 % n) return highWord(word, n, low);
    }
  }

  /** Puts `array` into a random order, in place (Fisher & Yates, from the end). */
  shuffle(array: number[] | Uint32Array | Int32Array): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = array[i] as number;
      array[i] = array[j] as number;
      array[j] = swapped;
    }
  }
}
