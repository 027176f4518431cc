// Philox 4x32-10: four random words as a pure function of (seed, stream, index), so that any number can
// be drawn again, on any thread, in any order. Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as
// easy as 1, 2, 3" (SC 2011). The counter is [index low, index high, stream, 0], the key is the seed;
// src/random.ts is the same function on the host.

import { STREAM_SHUFFLE } from "./abi";

/** Writes the four words of one counter to u32 out[4]. */
// @ts-ignore: decorator
@inline
export function philox(
  out: usize, seedLow: u32, seedHigh: u32, stream: u32, indexLow: u32, indexHigh: u32,
): void {
  let x0 = indexLow, x1 = indexHigh, x2 = stream, x3: u32 = 0;
  let k0 = seedLow, k1 = seedHigh;
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>x0 * 0xd2511f53, p1 = <u64>x2 * 0xcd9e8d57;
    x0 = <u32>(p1 >> 32) ^ x1 ^ k0;
    x1 = <u32>p1;
    x2 = <u32>(p0 >> 32) ^ x3 ^ k1;
    x3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(out, x0);
  store<u32>(out, x1, 4);
  store<u32>(out, x2, 8);
  store<u32>(out, x3, 12);
}

/** Writes `blocks` × 4 words of a stream, from block `index` on (64 bits, with carry), to u32 out. */
export function random(
  out: usize, blocks: i32, seedLow: u32, seedHigh: u32, stream: u32, indexLow: u32, indexHigh: u32,
): void {
  for (let i = 0; i < blocks; i++) {
    const low: u32 = indexLow + <u32>i;
    philox(out, seedLow, seedHigh, stream, low, low < indexLow ? indexHigh + 1 : indexHigh);
    out += 16;
  }
}

/**
 * u32 order[n] ← a permutation of 0…n−1 that depends on the seed and the epoch only (Fisher–Yates as in
 * Durstenfeld 1964). A draw below b is ⌊word·b / 2³²⌋: its bias, under n / 2³², is far below notice.
 * `order` needs room for n rounded up to 4, and 4 words more.
 */
export function shuffle(order: usize, n: i32, seedLow: u32, seedHigh: u32, epoch: u32): void {
  for (let i = 0; i < n; i++) store<u32>(order + (<usize>i << 2), i);
  const words = order + (<usize>((n + 3) & ~3) << 2);
  let block: u32 = 0;
  for (let i = n - 1; i > 0;) {
    philox(words, seedLow, seedHigh, STREAM_SHUFFLE, block++, epoch);
    for (let w = 0; w < 4 && i > 0; w++, i--) {
      const j = <usize>(<u64>load<u32>(words + (<usize>w << 2)) * (i + 1) >> 32);
      const at = order + (<usize>i << 2), other = order + (j << 2);
      const value = load<u32>(at);
      store<u32>(at, load<u32>(other));
      store<u32>(other, value);
    }
  }
}
