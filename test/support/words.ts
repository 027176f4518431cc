// The random words that the kernel draws, from the host's Philox.

import { RandomStream, subStream } from "../../src/random.ts";

/** The place in a run that draws depend on. */
export interface Place {
  readonly seed: number;
  readonly step: number;
  /** STREAM_*, and the layer's number in the model. */
  readonly stream: number;
  readonly layer?: number;
}

/** The four words of a block. */
export function wordsAt({ seed, step, stream, layer = 0 }: Place, block: number): number[] {
  const it = new RandomStream(seed, subStream(stream, layer), block + step * 2 ** 32);
  return Array.from({ length: 4 }, () => it.word());
}

/** One word for each element of a batch: rows of `cols` are padded to whole blocks. */
export function wordOf(place: Place, cols: number, row: number, col: number): number {
  return wordsAt(place, row * Math.ceil(cols / 4) + (col >> 2))[col & 3] ?? 0;
}

/** The same for standard normal numbers: each four are made of four words (Box & Muller). */
export function normalOf(place: Place, cols: number, row: number, col: number): number {
  const words = wordsAt(place, row * Math.ceil(cols / 4) + (col >> 2));
  const u = ((words[col & 1] ?? 0) + 0.5) / 2 ** 32;
  const angle = (2 * Math.PI * (words[2 + (col & 1)] ?? 0)) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(u)) * (col & 2 ? Math.cos(angle) : Math.sin(angle));
}
