import { describe, expect, it } from "vitest";
import * as portable from "../../src/portable-math.ts";
import { philox, RandomStream, splitSeed, subStream } from "../../src/random.ts";

function encrypt(counter: readonly number[], key: readonly [number, number]): string[] {
  const block = Uint32Array.from(counter);
  philox(block, ...key);
  return [...block].map((word) => word.toString(16).padStart(8, "0"));
}

/** n draws of a stream that no other test uses. */
function draws(n: number, draw: (random: RandomStream) => number): Float64Array {
  const random = new RandomStream(2024, 200);
  return Float64Array.from({ length: n }, () => draw(random));
}

/** The largest distance between the draws' distribution and `cumulative` (Kolmogorov–Smirnov), × √n. */
function distance(sample: Float64Array, cumulative: (x: number) => number): number {
  let worst = 0;
  const n = sample.length;
  sample
    .slice()
    .sort()
    .forEach((x, i) => {
      const expected = cumulative(x);
      worst = Math.max(worst, Math.abs(i / n - expected), Math.abs((i + 1) / n - expected));
    });
  return worst * Math.sqrt(n);
}

describe("philox", () => {
  // Random123's kat_vectors, philox4x32 with 10 rounds.
  it("gives the published vectors", () => {
    const ones = 0xffffffff;
    expect(encrypt([0, 0, 0, 0], [0, 0])).toEqual(["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]);
    expect(encrypt([ones, ones, ones, ones], [ones, ones])).toEqual([
      "408f276d",
      "41c83b0e",
      "a20bc7c6",
      "6d5451fd",
    ]);
    expect(
      encrypt([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual(["d16cfe09", "94fdcceb", "5001e420", "24126ea1"]);
  });

  it("agrees with 64-bit integers on counters at the edges of 32 bits", () => {
    const edges = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff];
    const mask = 0xffffffffn;
    for (let i = 0; i < 2000; i++) {
      const pick = (k: number) =>
        i < 512 ? (edges[(i >> (3 * k)) & 7] ?? 0) : Math.imul(i * 4 + k, 0x9e3779b1) >>> 0;
      const counter = [pick(0), pick(1), pick(2), i];
      let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
      let [k0, k1] = [BigInt(pick(1)), BigInt(pick(2))];
      for (let round = 0; round < 10; round++) {
        const [p, q] = [a * 0xd2511f53n, c * 0xcd9e8d57n];
        [a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & mask, (p >> 32n) ^ d ^ k1, p & mask];
        k0 = (k0 + 0x9e3779b9n) & mask;
        k1 = (k1 + 0xbb67ae85n) & mask;
      }
      const expected = [a, b, c, d].map((word) => word.toString(16).padStart(8, "0"));
      expect(encrypt(counter, [pick(1), pick(2)])).toEqual(expected);
    }
  });
});

describe("RandomStream", () => {
  it("lays its counter out as [index low, index high, stream, 0] under [seed low, seed high]", () => {
    const random = new RandomStream(7 * 2 ** 32 + 5, 3, 9 * 2 ** 32 + 0xffffffff);
    const words = Array.from({ length: 8 }, () => random.word().toString(16).padStart(8, "0"));
    expect(words).toEqual([
      ...encrypt([0xffffffff, 9, 3, 0], [5, 7]),
      ...encrypt([0, 10, 3, 0], [5, 7]),
    ]);
  });

  it("gives other numbers for another seed, stream, sub-stream or index", () => {
    const first = (seed: number, stream: number, index = 0) =>
      new RandomStream(seed, stream, index).word();
    const all = [
      first(1, 1),
      first(2, 1),
      first(1 + 2 ** 32, 1),
      first(1, 2),
      first(1, 1, 1),
      first(1, subStream(1, 1)),
      first(1, subStream(1, 2)),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(first(1, subStream(1, 0))).toBe(first(1, 1));
  });

  it("is uniform", () => {
    const sample = draws(50_000, (random) => random.uniform());
    expect(sample.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(distance(sample, (x) => x)).toBeLessThan(1.63); // 1 % of true streams exceed it
  });

  it("is normal", () => {
    const sample = draws(50_000, (random) => random.normal());
    const cumulative = (z: number) => {
      // Numerically integrated from −8: Simpson on 200 intervals.
      const h = (z + 8) / 200;
      let sum = 0;
      for (let i = 0; i <= 200; i++) {
        const t = -8 + i * h;
        sum += (i === 0 || i === 200 ? 1 : i % 2 ? 4 : 2) * Math.exp((-t * t) / 2);
      }
      return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
    };
    expect(distance(sample, cumulative)).toBeLessThan(1.63);
    const fourth = sample.reduce((sum, z) => sum + z ** 4, 0) / sample.length;
    expect(Math.abs(fourth - 3)).toBeLessThan(0.15);
  });

  it("draws integers evenly, and every one of them", () => {
    for (const n of [1, 2, 3, 10, 1000]) {
      const counts = new Float64Array(n);
      for (const k of draws(n * 100, (random) => random.integer(n)))
        counts[k] = (counts[k] ?? 0) + 1;
      const chiSquare = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
      expect(chiSquare).toBeLessThan(n - 1 + 4 * Math.sqrt(2 * n));
      expect(counts.every((count) => count > 0)).toBe(true);
    }
  });

  it("draws integers up to 2^32 without leaving the range", () => {
    for (const n of [2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32]) {
      const sample = draws(1000, (random) => random.integer(n));
      expect(sample.every((k) => Number.isInteger(k) && k >= 0 && k < n)).toBe(true);
      expect(Math.max(...sample)).toBeGreaterThan(n * 0.99);
      expect(Math.min(...sample)).toBeLessThan(n * 0.01);
    }
  });

  it("shuffles into every order equally often", () => {
    const random = new RandomStream(11, 201);
    const counts = new Map<string, number>();
    for (let i = 0; i < 2400; i++) {
      const items = [0, 1, 2, 3];
      random.shuffle(items);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0);
    expect(chiSquare).toBeLessThan(49.7); // 23 degrees of freedom: exceeded once in 1000
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "refuses the seed %s",
    (seed) => {
      expect(() => new RandomStream(seed, 1)).toThrow(
        expect.objectContaining({ code: "invalidArgument" }),
      );
    },
  );

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])("refuses to draw an integer below %s", (n) => {
    expect(() => new RandomStream(0, 1).integer(n)).toThrow(
      expect.objectContaining({ code: "invalidArgument" }),
    );
  });

  it("splits the largest seed into its words", () => {
    expect(splitSeed("test", 2 ** 53 - 1)).toEqual([0xffffffff, 0x1fffff]);
  });
});

describe("portable math", () => {
  const points = (from: number, to: number) => {
    const random = new RandomStream(5, 202);
    return Float64Array.from({ length: 20_000 }, () => from + (to - from) * random.uniform());
  };
  // Ours are within 1 ulp, the host's too: 4 ulp are 9e-16.
  const near = { relative: 9e-16, absolute: 1e-300 };

  it.each([
    [-1, 1],
    [-30, 30],
    [-700, 709],
  ])("exp agrees with the host's on %d…%d", (from, to) => {
    const x = points(from, to);
    expect(x.map(portable.exp)).toBeNear(x.map(Math.exp), near);
  });

  it("exp rounds to denormals, 0 and ∞ where it must", () => {
    const x = [-745.2, -745.1, -740, -709, 0, -0, 709.7827, 709.79];
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect([...x, ...special].map(portable.exp)).toBeNear([...x, ...special].map(Math.exp), {
      relative: 9e-16,
      absolute: 5e-324,
    });
  });

  it.each([
    [0, 1],
    [0.7, 1.4],
    [1, 1e6],
  ])("log agrees with the host's on %d…%d", (from, to) => {
    const x = points(from, to).filter((value) => value > 0);
    expect(x.map(portable.log)).toBeNear(x.map(Math.log), near);
  });

  it("log knows denormals, 0, ∞ and negative numbers", () => {
    const x = [5e-324, 1e-310, 2.2250738585072014e-308, 1.7e308, 1, 0, -0, -1];
    const all = [...x, Number.POSITIVE_INFINITY, Number.NaN];
    expect(all.map(portable.log)).toBeNear(all.map(Math.log), near);
  });

  it.each([
    [-1, 1],
    [-20, 20],
    [-1e6, 1e6],
  ])("sin and cos agree with the host's on %d…%d", (from, to) => {
    const x = points(from, to);
    expect(x.map(portable.sin)).toBeNear(x.map(Math.sin), near);
    expect(x.map(portable.cos)).toBeNear(x.map(Math.cos), near);
  });

  it("sin and cos keep their relative accuracy beside multiples of π/2", () => {
    const x = Array.from({ length: 2000 }, (_, k) => (k - 1000) * (Math.PI / 2));
    expect(x.map(portable.sin)).toBeNear(x.map(Math.sin), near);
    expect(x.map(portable.cos)).toBeNear(x.map(Math.cos), near);
  });

  it("sin and cos are NaN where they can't be reduced", () => {
    for (const x of [1e7, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect([portable.sin(x), portable.cos(x)]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  // 90 digits of mpmath's findroot over its ncdf.
  it("inverseNormal gives known quantiles", () => {
    const quantiles = [
      [1e-300, -37.0470962993612],
      [1e-10, -6.361340902404057],
      [0.001, -3.0902323061678136],
      [0.025, -1.9599639845400543],
      [0.0749, -1.4402382675279637],
      [0.0751, -1.43882539275254],
      [0.3, -0.5244005127080408],
      [0.5, 0],
      [0.75, 0.6744897501960817],
      [0.975, 1.9599639845400538],
      [0.9999999, 5.199337582290661],
    ] as const;
    const got = quantiles.map(([p]) => portable.inverseNormal(p));
    const want = quantiles.map(([, z]) => z);
    expect(got).toBeNear(want, { relative: 1e-15 });
  });

  it("inverseNormal is infinite at 0 and 1, NaN outside", () => {
    const got = [0, 1, -0.1, 1.1, Number.NaN].map(portable.inverseNormal);
    const infinity = Number.POSITIVE_INFINITY;
    expect(got).toEqual([-infinity, infinity, Number.NaN, Number.NaN, Number.NaN]);
  });
});
