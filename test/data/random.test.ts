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

  it("draws pairs of normals that don't depend on each other", () => {
    const random = new RandomStream(2024, 200);
    const pairs = Array.from({ length: 20_000 }, () => random.normals());
    const second = Float64Array.from(pairs, ([, z]) => z);
    expect(Math.abs(second.reduce((sum, z) => sum + z * z, 0) / second.length - 1)).toBeLessThan(
      0.05,
    );
    for (const power of [1, 2]) {
      const product = pairs.reduce((sum, [a, b]) => sum + a * b ** power, 0) / pairs.length;
      expect(Math.abs(product)).toBeLessThan(5 * Math.sqrt(3 / pairs.length));
    }
    // The radius² is exponential: 1 − exp(−r²/2) is uniform.
    const radii = Float64Array.from(pairs, ([a, b]) => 1 - Math.exp(-(a * a + b * b) / 2));
    expect(distance(radii, (x) => x)).toBeLessThan(1.63);
  });

  it("shuffles into every order equally often", () => {
    const random = new RandomStream(11, 201);
    const counts = new Map<string, number>();
    for (let i = 0; i < 2400; i++) {
      const order = random.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
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

  it("splits the largest seed into its words", () => {
    expect(splitSeed("test", 2 ** 53 - 1)).toEqual([0xffffffff, 0x1fffff]);
  });
});

describe("portable math", () => {
  const points = (from: number, to: number) => {
    const random = new RandomStream(5, 202);
    return Float64Array.from({ length: 20_000 }, () => from + (to - from) * random.uniform());
  };

  it.each([1, 30, 700])("exp agrees with the host's up to ±%d", (to) => {
    const x = points(-to, to);
    expect(x.map(portable.exp)).toBeNear(x.map(Math.exp), { relative: 1.5e-15 * to });
  });

  it("exp ends in 0 and ∞, and keeps NaN", () => {
    const x = [-746, -1000, 0, -0, 710, Number.NaN];
    expect(x.map(portable.exp)).toEqual(x.map(Math.exp));
  });

  it.each([1, 1e-9, 1e-300])("log agrees with the host's below %d", (to) => {
    const x = points(to / 2 ** 32, to);
    // The host's own error, 1 ulp, comes on top.
    expect(x.map(portable.log)).toBeNear(x.map(Math.log), { relative: 1.3e-15 });
  });

  it("log knows the ends of its range, and what lies below", () => {
    const x = [5e-324, 1, 0, -0, -1, Number.NaN];
    expect(x.map(portable.log)).toBeNear(x.map(Math.log), { relative: 1e-15 });
  });

  it.each([1, 7, 100])("sin and cos agree with the host's up to ±%d", (to) => {
    const x = points(-to, to);
    expect(x.map(portable.sin)).toBeNear(x.map(Math.sin), { absolute: 1e-15 * to });
    expect(x.map(portable.cos)).toBeNear(x.map(Math.cos), { absolute: 1e-15 * to });
  });

  it("sin and cos are right on the axes, and keep NaN", () => {
    const x = Array.from({ length: 41 }, (_, k) => (k - 20) * (Math.PI / 2));
    expect(x.map(portable.sin)).toBeNear(x.map(Math.sin), { absolute: 1e-14 });
    expect(x.map(portable.cos)).toBeNear(x.map(Math.cos), { absolute: 1e-14 });
    expect(portable.sin(Number.NaN) + portable.cos(Number.NaN)).toBeNaN();
  });
});
