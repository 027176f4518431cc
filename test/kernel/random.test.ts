// The kernel's random numbers: the same function of (seed, stream, index) as the published one and the
// host's; shuffles; dropout masks.

import { afterEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { RandomStream, splitSeed } from "../../src/random.ts";
import { sameBits } from "../support/gemm.ts";
import { TestKernel } from "../support/kernel.ts";
import { philox4x32 } from "../support/reference.ts";
import { expectShared, onlyThread } from "../support/threads.ts";

const kernel = await TestKernel.create();
afterEach(() => kernel.reset());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const words = (at: number, count: number) => [
  ...kernel.arena.views.u32.subarray(at >> 2, (at >> 2) + count),
];

interface Draw {
  readonly seed?: number;
  readonly stream?: number;
  readonly index?: number;
  readonly blocks?: number;
}

/** The kernel's words. */
function draw({ seed = 0, stream = 0, index = 0, blocks = 1 }: Draw): number[] {
  const out = kernel.floats(blocks * 4);
  const [low, high] = splitSeed("test", seed);
  const [indexLow, indexHigh] = splitSeed("test", index);
  kernel.exports.random(out, blocks, low, high, stream, indexLow, indexHigh);
  return words(out, blocks * 4);
}

describe("random", () => {
  it("gives the published words for the zero counter under the zero key", () => {
    // Random123's kat_vectors, philox4x32 10. Its other vectors set the counter's fourth word, which
    // is always 0 here: the reference below passes them (reference.test.ts).
    expect(draw({})).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it("is the reference's Philox of [index, index, stream, 0] under the seed", () => {
    const edges = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % 3 === 0 ? (edges[state % 5] ?? 0) : state;
    };
    const out = kernel.floats(4);
    for (let i = 0; i < 500; i++) {
      const [k0, k1, c0, c1, c2] = [next(), next(), next(), next(), next()];
      kernel.exports.random(out, 1, k0, k1, c2, c0, c1);
      expect(words(out, 4)).toEqual(philox4x32([c0, c1, c2, 0], [k0, k1]));
    }
  });

  it.each([
    { seed: 0, stream: 1, index: 0 },
    { seed: 42, stream: abi.STREAM_DROPOUT + 256 * 7, index: 1000 },
    { seed: 2 ** 53 - 1, stream: 0xffffffff, index: 2 ** 40 + 3 },
    { seed: 2 ** 32, stream: 5, index: 2 ** 32 - 2 },
  ])("is the host's sequence from $seed, $stream, $index on", ({ seed, stream, index }) => {
    const host = new RandomStream(seed, stream, index);
    const want = Array.from({ length: 20 }, () => host.word());
    expect(draw({ seed, stream, index, blocks: 5 })).toEqual(want);
  });

  it("writes nothing for no blocks", () => {
    const out = kernel.floats(4, [1, 2, 3, 4]);
    kernel.exports.random(out, 0, 1, 2, 3, 4, 5);
    expect([...kernel.read(out, 4)]).toEqual([1, 2, 3, 4]);
  });
});

/** The kernel's order of n samples, in as much room as it asks for. */
function shuffle(n: number, seed: number, epoch: number, before = 0): number[] {
  const room = Math.ceil(n / 4) * 4 + 4;
  const at = kernel.floats(room);
  kernel.arena.views.u32.fill(before, at >> 2, (at >> 2) + room);
  const [low, high] = splitSeed("test", seed);
  kernel.exports.shuffle(at, n, low, high, epoch);
  return words(at, n);
}

/** The same once more: Fisher–Yates from the end, a draw below b is ⌊word·b / 2³²⌋. */
function referenceShuffle(n: number, seed: number, epoch: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  const key = splitSeed("test", seed);
  let block: readonly number[] = [];
  for (let i = n - 1, used = 0; i > 0; i--, used++) {
    if (used % 4 === 0) block = philox4x32([used / 4, epoch, abi.STREAM_SHUFFLE, 0], key);
    const j = Number((BigInt(block[used % 4] ?? 0) * BigInt(i + 1)) >> 32n);
    [order[i], order[j]] = [order[j] ?? nan, order[i] ?? nan];
  }
  return order;
}

/** Σ (count − expected)² / expected. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, it) => sum + it, 0) / counts.length;
  return counts.reduce((sum, it) => sum + (it - expected) ** 2 / expected, 0);
}

describe("shuffle", () => {
  it("is a permutation for every n up to 1000", () => {
    for (let n = 0; n <= 1000; n++) {
      const seen = new Uint8Array(n);
      for (const sample of shuffle(n, 3, n)) seen[sample] = 1;
      kernel.reset();
      expect(seen.indexOf(0)).toBe(-1);
    }
  });

  it("is Fisher and Yates' on Philox words", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 257, 1023]) {
      expect(shuffle(n, 2 ** 40 + 17, n * 5)).toEqual(referenceShuffle(n, 2 ** 40 + 17, n * 5));
    }
  });

  it("depends on seed and epoch, and on nothing else", () => {
    const order = shuffle(50, 1, 2);
    expect(shuffle(50, 1, 2, 0xffffffff)).toEqual(order);
    for (const other of [shuffle(50, 2, 2), shuffle(50, 1 + 2 ** 32, 2), shuffle(50, 1, 3)]) {
      expect(other).not.toEqual(order);
    }
  });

  it("puts every sample first, and last, equally often", () => {
    const [first, last] = [new Array<number>(10).fill(0), new Array<number>(10).fill(0)];
    for (let epoch = 0; epoch < 5000; epoch++) {
      const order = shuffle(10, 7, epoch);
      first[order[0] ?? nan] = (first[order[0] ?? nan] ?? nan) + 1;
      last[order[9] ?? nan] = (last[order[9] ?? nan] ?? nan) + 1;
      kernel.reset();
    }
    // 9 degrees of freedom: exceeded once in 1000.
    expect(chiSquare(first)).toBeLessThan(27.9);
    expect(chiSquare(last)).toBeLessThan(27.9);
  });

  it("gives all 24 orders of four equally often", () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 4800; epoch++) {
      const order = shuffle(4, 8, epoch).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
      kernel.reset();
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: exceeded once in 1000.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });
});

interface Dropout {
  readonly rate: number;
  readonly rows?: number;
  readonly cols?: number;
  readonly seed?: number;
  readonly step?: number;
  readonly stream?: number;
  readonly threads?: number;
  readonly inPlace?: true;
}

/** OP_DROPOUT of rows×cols values, cycled to that length. */
function drop(it: Dropout, from: readonly number[], on: TestKernel = kernel): Float32Array {
  const {
    rate,
    rows = 1,
    cols = from.length,
    seed = 5,
    step = 0,
    stream = abi.STREAM_DROPOUT,
  } = it;
  const [low, high] = splitSeed("test", seed);
  kernel.header.setUint32(abi.PLAN_SEED_LOW, low, true);
  kernel.header.setUint32(abi.PLAN_SEED_HIGH, high, true);
  kernel.header.setInt32(abi.PLAN_STEP, step, true);
  const cycled = Array.from({ length: rows * cols }, (_, i) => from[i % from.length] ?? nan);
  const { at: a, ld } = kernel.matrix(rows, cols, cycled);
  const b = it.inPlace ? a : kernel.floats(rows * ld, new Array(rows * ld).fill(nan));
  const d = kernel.floats(1, [rate]);
  const size = { m: 1, n: cols, lda: ld, ldb: ld, ldd: 1, flags: abi.FLAG_BATCH_M };
  on.runOps([{ code: abi.OP_DROPOUT, a, b, d, stream, ...size }], rows, it.threads);
  const out = kernel.readMatrix(b, rows, cols, ld);
  kernel.reset();
  return out;
}

describe("dropout", () => {
  it.each([0.1, 0.5, 0.9])("zeroes the share %d and scales the rest", (rate) => {
    const count = 40_000;
    const y = drop({ rate, rows: 400, cols: 100 }, [1]);
    const scale = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
    const kept = y.filter((it) => it !== 0);
    expect(kept.every((it) => it === scale)).toBe(true);
    // 3.3 standard deviations: exceeded once in 1000.
    const deviation = Math.sqrt(count * rate * (1 - rate));
    expect(Math.abs(kept.length - count * (1 - rate))).toBeLessThan(3.3 * deviation);
  });

  it("keeps an element exactly where its Philox word is at least rate · 2³²", () => {
    const [seed, step, stream, rate] = [2 ** 45 + 9, 1234, abi.STREAM_DROPOUT + 256 * 3, 0.3];
    const y = drop({ rate, seed, step, stream, rows: 5, cols: 12 }, [1]);
    const want = Array.from({ length: 15 }, (_, block) =>
      philox4x32([block, step, stream, 0], splitSeed("test", seed)),
    ).flat();
    const limit = Math.fround(rate) * 2 ** 32;
    expect([...y].map((it) => it !== 0)).toEqual(want.map((word) => word >= limit));
  });

  it("draws the same mask for values and for their gradient", () => {
    const x = Array.from({ length: 300 }, (_, i) => i + 1);
    const dy = x.map((it) => -2 * it);
    const it = { rate: 0.4, rows: 20, cols: 15, step: 7 };
    const y = drop(it, x);
    const dx = drop({ ...it, inPlace: true }, dy);
    expect(dx).toEqual(y.map((value) => -2 * value + 0));
    expect(y.some((value) => value === 0)).toBe(true);
  });

  it("draws another mask for another step, seed or stream", () => {
    const it = { rate: 0.5, rows: 8, cols: 16 };
    const mask = drop(it, [1]);
    expect(drop(it, [1])).toEqual(mask);
    for (const other of [{ step: 1 }, { seed: 6 }, { seed: 5 + 2 ** 32 }, { stream: 259 }]) {
      expect(drop({ ...it, ...other }, [1])).not.toEqual(mask);
    }
  });

  it("gives the same bits in place, and on 1, 2, 3 and 7 threads", () => {
    for (const [rows, cols] of [
      [1, 3],
      [3, 4],
      [7, 13],
    ] as const) {
      const x = Array.from({ length: rows * cols }, (_, i) => i - 20.5);
      const one = drop({ rate: 0.5, rows, cols }, x);
      expect(drop({ rate: 0.5, rows, cols, inPlace: true }, x)).toEqual(one);
      for (const threads of [2, 3, 7])
        expect(drop({ rate: 0.5, rows, cols, threads }, x)).toEqual(one);
    }
  });

  it("writes each value on one thread", () => {
    for (const threads of [2, 3, 7]) {
      const it = { rate: 0.5, rows: 5, cols: 12, threads };
      const alone = Array.from({ length: threads }, (_, thread) => onlyThread(kernel, thread));
      expectShared(alone.map((on) => drop(it, [1], on)));
    }
  });

  it("changes no bit at rate 0", () => {
    const x = [0, -0, 1, -1e-40, 3e38, inf, -inf, nan, 2 ** -149];
    for (const rows of [1, 3]) {
      const all = Float32Array.from({ length: rows * x.length }, (_, i) => x[i % x.length] ?? nan);
      expect(sameBits(drop({ rate: 0, rows, cols: x.length }, x), all)).toBe(true);
    }
  });

  it("leaves NaN and infinities that are kept, and zeroes those that are dropped", () => {
    const it = { rate: 0.5, rows: 10, cols: 10 };
    const mask = drop(it, [1]);
    expect(drop(it, [nan])).toEqual(mask.map((kept) => (kept ? nan : 0)));
    expect(drop(it, [-inf])).toEqual(mask.map((kept) => (kept ? -inf : 0)));
  });
});
