// The kernel's transcendental functions against f64: error in units of the last place, exact edges,
// and the law that a value's bits don't depend on where it stands.

import { describe, expect, it } from "vitest";
import { kernelName, TestKernel } from "../support/kernel.ts";
import { erf, erfc } from "../support/reference.ts";

interface Row {
  readonly f: (x: number) => number;
  /** The bound that the function's docstring states. */
  readonly ulp: number;
  /** Where something is promised, if not everywhere. */
  readonly domain?: readonly [number, number];
  /** [x, f(x)]: bit for bit, −0 apart from 0. */
  readonly edges: readonly (readonly [number, number])[];
}

const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;
const tiny = 2 ** -149;

/** In the order of the numbers in assembly/math-probe.ts. */
const table = {
  exp: {
    f: Math.exp,
    ulp: 1.1,
    edges: [
      [0, 1],
      [-0, 1],
      [inf, inf],
      [minusInf, 0],
      [88.73, inf],
      [-103.9, tiny],
      [-104, 0],
    ],
  },
  expm1: {
    f: Math.expm1,
    ulp: 1.8,
    edges: [
      [0, 0],
      [-0, -0],
      [tiny, tiny],
      [-tiny, -tiny],
      [inf, inf],
      [minusInf, -1],
      [88.73, inf],
    ],
  },
  log: {
    f: Math.log,
    ulp: 0.9,
    edges: [
      [1, 0],
      [0, minusInf],
      [-0, minusInf],
      [inf, inf],
      [minusInf, nan],
      [-tiny, nan],
    ],
  },
  log1p: {
    f: Math.log1p,
    ulp: 1.4,
    edges: [
      [0, 0],
      [-0, -0],
      [-tiny, -tiny],
      [-1, minusInf],
      [-1.5, nan],
      [inf, inf],
      [minusInf, nan],
    ],
  },
  tanh: {
    f: Math.tanh,
    ulp: 2.6,
    edges: [
      [0, 0],
      [-0, -0],
      [tiny, tiny],
      [-tiny, -tiny],
      [inf, 1],
      [minusInf, -1],
      [3e38, 1],
    ],
  },
  sigmoid: {
    f: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    ulp: 2.5,
    edges: [
      [0, 0.5],
      [-0, 0.5],
      [inf, 1],
      [minusInf, 0],
      [-103.9, tiny],
      [-104, 0],
      [tiny, 0.5],
    ],
  },
  erf: {
    f: erf,
    ulp: 1.5,
    edges: [
      [0, 0],
      [-0, -0],
      [tiny, tiny],
      [inf, 1],
      [minusInf, -1],
      [4, 1],
      [-4, -1],
    ],
  },
  sin: {
    f: Math.sin,
    ulp: 2.2,
    edges: [
      [0, 0],
      [-0, -0],
      [tiny, tiny],
      [-tiny, -tiny],
      [inf, nan],
      [minusInf, nan],
    ],
  },
  cos: {
    f: Math.cos,
    ulp: 2.2,
    edges: [
      [0, 1],
      [-0, 1],
      [tiny, 1],
      [inf, nan],
      [minusInf, nan],
    ],
  },
  normalTail: {
    f: (a) => 0.5 * erfc(a / Math.SQRT2),
    ulp: 7.2,
    domain: [0, inf],
    edges: [
      [0, 0.5],
      [-0, 0.5],
      [inf, 0],
      [15, 0],
    ],
  },
  log1pPositive: {
    f: Math.log1p,
    ulp: 1.4,
    domain: [0, 2 ** 24],
    edges: [
      [0, 0],
      [tiny, tiny],
    ],
  },
  expMinusSquare: {
    f: (x) => Math.exp(-x * x),
    ulp: 2.2,
    domain: [-10.39, 10.39],
    edges: [
      [0, 1],
      [-0, 1],
    ],
  },
  expMinusHalfSquare: {
    f: (x) => Math.exp((-x * x) / 2),
    ulp: 2.2,
    domain: [-14.5, 14.5],
    edges: [
      [0, 1],
      [-0, 1],
    ],
  },
} as const satisfies Record<string, Row>;

type Name = keyof typeof table;
const names = Object.keys(table) as Name[];
const rows: Readonly<Record<Name, Row>> = table;

const kernel = await TestKernel.create();
const exports = kernel.exports as typeof kernel.exports & {
  evaluate(fn: number, src: number, dst: number, count: number): void;
};

function evaluate(name: Name, values: ArrayLike<number>): Float32Array {
  const count = Math.ceil(values.length / 4) * 4;
  const src = kernel.floats(count, values);
  const dst = kernel.floats(count);
  exports.evaluate(names.indexOf(name), src, dst, count);
  const out = kernel.read(dst, values.length);
  kernel.reset();
  return out;
}

/** Floats of all exponents, both signs, evenly spread over the bit patterns. */
function everywhere(count: number): Float32Array {
  const bits = new Uint32Array(count);
  const step = 2 ** 32 / count;
  for (let i = 0; i < count; i++) bits[i] = Math.floor(i * step + ((i * 7919) % step));
  return new Float32Array(bits.buffer);
}

/** Evenly spread over [low, high]: where the functions change, and whole numbers far out. */
function between(low: number, high: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** Distance of `got` from `want` in units of f32's last place at `want`; ≤ ½ if rightly rounded. */
function ulps(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (Object.is(got, rounded) || (got === 0 && rounded === 0))
    return Math.min(0.5, distance(got, want));
  return distance(got, want);
}

function distance(got: number, want: number): number {
  if (Object.is(got, want)) return 0;
  // ∞ for what rounds to ∞ is right; any other mismatch with ∞ or NaN is not.
  if (!Number.isFinite(got)) return Math.fround(want) === got ? 0.5 : Number.POSITIVE_INFINITY;
  const size = Math.max(Math.abs(want), 2 ** -126);
  const exponent = Math.min(127, Math.floor(Math.log2(size)));
  const unit = 2 ** ((2 ** exponent > size ? exponent - 1 : exponent) - 23);
  return Math.abs(got - want) / unit;
}

describe.each(names)("%s", (name) => {
  const row = rows[name];

  it("stays within its stated error over all floats", () => {
    const slow = name === "erf" || name === "normalTail" ? 8 : 1;
    const count = (kernelName === "check" ? 2 ** 15 : 2 ** 18) / slow;
    const samples = [everywhere(count), between(-20, 20, count), between(-2e5, 2e5, count)];
    for (const values of samples) {
      const got = evaluate(name, values);
      let worst = { ulp: 0, x: 0, got: 0, want: 0 };
      values.forEach((x, i) => {
        if (row.domain && !(x >= row.domain[0] && x <= row.domain[1])) return;
        const want = row.f(x);
        const it = got[i] ?? 0;
        const ulp = Number.isNaN(want) && Number.isNaN(it) ? 0 : ulps(it, want);
        if (!(ulp <= worst.ulp)) worst = { ulp, x, got: it, want };
      });
      expect(worst.ulp, JSON.stringify(worst)).toBeLessThanOrEqual(row.ulp);
    }
  });

  it("is exact at its edges and lets NaN through", () => {
    const got = evaluate(name, [...row.edges.map(([x]) => x), nan]);
    expect([...got]).toEqual([...row.edges.map(([, y]) => y), nan]);
  });

  it("gives the same bits in every lane, whoever the neighbors are", () => {
    const values = [0.3, -2.5, 1e-40, 77, -0, 1e6, 3e9, -1e38, 12.5, -88, 0.9, 1.1];
    const strangers = [nan, inf, minusInf, 1e38];
    for (const value of values) {
      const got = evaluate(name, [value, value, value, value]);
      const bits = new Uint32Array(got.buffer);
      expect(new Set(bits).size).toBe(1);
      for (let lane = 0; lane < 4; lane++) {
        const mixed = evaluate(
          name,
          strangers.map((it, i) => (i === lane ? value : it)),
        );
        expect(new Uint32Array(mixed.buffer)[lane]).toBe(bits[0]);
      }
    }
  });
});

describe("bounded functions", () => {
  it("never leave [−1, 1]", () => {
    const values = [...everywhere(2 ** 14), ...between(-12, 12, 2 ** 14)].filter(Number.isFinite);
    for (const name of ["tanh", "erf", "sin", "cos"] as const) {
      expect(evaluate(name, values).every((y) => Math.abs(y) <= 1)).toBe(true);
    }
  });

  it("are odd, bit for bit, where the function is", () => {
    const values = between(0, 12, 2 ** 12);
    const negated = values.map((x) => -x);
    for (const name of ["tanh", "erf"] as const) {
      expect(evaluate(name, negated)).toEqual(evaluate(name, values).map((y) => -y));
    }
  });
});
