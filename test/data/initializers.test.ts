import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { STREAM_INIT } from "../../assembly/abi.ts";
import * as initializers from "../../src/initializers/index.ts";
import {
  type Initializer,
  type InitializerName,
  initialize,
  resolveInitializer,
} from "../../src/initializers/index.ts";
import { RandomStream } from "../../src/random.ts";

// SHA-256 of 5 × 7 weights of seed 42: first 8 bytes.
const golden: Readonly<Record<InitializerName, string>> = {
  zeros: "24045c10c12a89f4",
  ones: "321dc975767ac8cf",
  constant: "d56d8e0431d0b764",
  randomUniform: "8dbd049ced26319a",
  randomNormal: "dc6661336edc48db",
  truncatedNormal: "0a4d4ee430c244e9",
  glorotUniform: "d0c2026627a2feb3",
  glorotNormal: "7e024e1b33f7b42b",
  heUniform: "6657f0aaac4ed3a1",
  heNormal: "4a2cbe9e59d283df",
  lecunUniform: "9523a089ef30e379",
  lecunNormal: "09c6df9ca2da51ef",
  orthogonal: "2e3eede641da3f7e",
};
const names = Object.keys(golden) as InitializerName[];

const stream = (seed = 1) => new RandomStream(seed, STREAM_INIT);

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) };
}

/** Rows of `matrix` [rows × columns] times each other: [rows × rows]. */
function gram(matrix: (row: number, column: number) => number, rows: number, columns: number) {
  return Array.from({ length: rows * rows }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      sum += matrix(Math.floor(at / rows), k) * matrix(at % rows, k);
    }
    return sum;
  });
}

const identity = (n: number, value: number) =>
  Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) === at % n ? value : 0));

describe("constant initializers", () => {
  it("fill with their value", () => {
    expect([...initialize(initializers.zeros(), [2, 2], stream())]).toEqual([0, 0, 0, 0]);
    expect([...initialize(initializers.ones(), [3], stream())]).toEqual([1, 1, 1]);
    const half = initializers.constant({ value: -0.5 });
    expect([...initialize(half, [2], stream())]).toEqual([-0.5, -0.5]);
  });
});

describe("random initializers", () => {
  // 200 × 300: fanIn 200, fanOut 300. A uniform variable's variance is limit²/3; a truncated normal's
  // largest value is twice the deviation of the normal it is cut from.
  const cut = 0.8796256610342398;
  const cases: readonly [Initializer, { variance: number; limit: number; mean?: number }][] = [
    [initializers.randomUniform(), { variance: 0.05 ** 2 / 3, limit: 0.05 }],
    [initializers.randomUniform({ minval: 1, maxval: 3 }), { variance: 1 / 3, limit: 3, mean: 2 }],
    [initializers.randomNormal(), { variance: 0.05 ** 2, limit: 0.05 * 6.4 }],
    [initializers.randomNormal({ mean: 1, stddev: 0.5 }), { variance: 0.25, limit: 4.2, mean: 1 }],
    [initializers.truncatedNormal(), { variance: (0.05 * cut) ** 2, limit: 0.1 }],
    [
      initializers.truncatedNormal({ mean: -1, stddev: 1 }),
      { variance: cut ** 2, limit: 3, mean: -1 },
    ],
    [initializers.glorotUniform(), { variance: 2 / 500, limit: Math.sqrt(6 / 500) }],
    [initializers.glorotNormal(), { variance: 2 / 500, limit: (2 * Math.sqrt(2 / 500)) / cut }],
    [initializers.heUniform(), { variance: 2 / 200, limit: Math.sqrt(6 / 200) }],
    [initializers.heNormal(), { variance: 2 / 200, limit: (2 * Math.sqrt(2 / 200)) / cut }],
    [initializers.lecunUniform(), { variance: 1 / 200, limit: Math.sqrt(3 / 200) }],
    [initializers.lecunNormal(), { variance: 1 / 200, limit: (2 * Math.sqrt(1 / 200)) / cut }],
  ];

  it.each(cases)("%o has its mean, variance and bounds", (initializer, expected) => {
    const values = initialize(initializer, [200, 300], stream());
    const { mean, variance, largest } = moments(values);
    const deviation = Math.sqrt(expected.variance);
    // 60,000 draws: five standard errors.
    expect(Math.abs(mean - (expected.mean ?? 0))).toBeLessThan((5 * deviation) / Math.sqrt(60_000));
    expect(Math.abs(variance / expected.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 60_000));
    expect(largest).toBeLessThanOrEqual(Math.fround(expected.limit));
    expect(largest).toBeGreaterThan(0.6 * expected.limit);
  });

  it.each(cases)("%o is spread as its distribution says", (initializer, { limit, mean = 0 }) => {
    const values = initialize(initializer, [200, 300], stream(2)).sort();
    const uniform = initializer.name.endsWith("Uniform");
    // Shares within the inner and the outer half of ±2 deviations (of ±limit, if uniform).
    const half = initializer.name === "randomNormal" ? moments(values).variance ** 0.5 : undefined;
    const inner = half ?? (limit - Math.abs(mean)) / 2;
    const share = values.filter((x) => Math.abs(x - mean) < inner).length / values.length;
    const within1 = 0.682689492137;
    const within2 = 0.954499736104;
    const expected = uniform ? 0.5 : half === undefined ? within1 / within2 : within1;
    expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt(0.25 / 60_000));
  });

  it.each([[[64, 10]], [[10, 64]], [[33, 33]], [[3, 3, 4, 8]], [[1, 5]], [[1, 1]], [[7]]])(
    "orthogonal of %o has orthogonal rows or columns of length gain",
    (shape) => {
      const gain = 1.5;
      const values = initialize(initializers.orthogonal({ gain }), shape, stream());
      const columns = shape.at(-1) ?? 0;
      const rows = values.length / columns;
      const at = (row: number, column: number) => values[row * columns + column] ?? Number.NaN;
      const product =
        rows < columns
          ? gram(at, rows, columns)
          : gram((row, column) => at(column, row), columns, rows);
      expect(product).toBeNear(identity(Math.min(rows, columns), gain * gain), { absolute: 1e-6 });
    },
  );

  it("orthogonal is unbiased: over seeds, every entry of a rotation averages to 0", () => {
    const sums = new Float64Array(4);
    for (let seed = 0; seed < 400; seed++) {
      initialize(initializers.orthogonal(), [2, 2], stream(seed)).forEach((x, i) => {
        sums[i] = (sums[i] ?? 0) + x / 400;
      });
    }
    expect([...sums].every((mean) => Math.abs(mean) < 5 * Math.sqrt(0.5 / 400))).toBe(true);
  });

  it("a seed repeats a parameter, another one does not", () => {
    const hash = (seed: number) =>
      String(initialize(initializers.heNormal(), [4, 4], stream(seed)));
    expect(hash(3)).toBe(hash(3));
    expect(hash(3)).not.toBe(hash(4));
  });
});

describe("fans", () => {
  it.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[3, 5], 3, 5],
    [[3, 3, 16, 32], 144, 288],
    [[5, 4, 8], 20, 40],
  ])("of %o are Keras' %d and %d", (shape, fanIn, fanOut) => {
    const drawn = (it: Initializer) => initialize(it, shape, stream());
    const within = (limit: number) =>
      drawn(initializers.randomUniform({ minval: -limit, maxval: limit }));
    const bound = { relative: 1e-6, absolute: 1e-7 };
    expect(drawn(initializers.lecunUniform())).toBeNear(within(Math.sqrt(3 / fanIn)), bound);
    expect(drawn(initializers.glorotUniform())).toBeNear(
      within(Math.sqrt(6 / (fanIn + fanOut))),
      bound,
    );
  });
});

describe("the same bits in every engine", () => {
  it.each(names)("%s", (name) => {
    const it = resolveInitializer("test", name === "constant" ? { name, value: 0.1 } : name);
    const bytes = initialize(it, [5, 7], stream(42));
    expect(createHash("sha256").update(bytes).digest("hex").slice(0, 16)).toBe(golden[name]);
  });
});

describe("resolveInitializer", () => {
  const codeOf = (it: unknown) => {
    try {
      resolveInitializer("dense: kernelInitializer", it);
    } catch (error) {
      return (error as { code: unknown }).code;
    }
    return "no error";
  };

  it("completes names and partial data with the defaults", () => {
    expect(resolveInitializer("test", "randomUniform")).toEqual(initializers.randomUniform());
    expect(resolveInitializer("test", { name: "truncatedNormal", mean: 1 })).toEqual({
      name: "truncatedNormal",
      mean: 1,
      stddev: 0.05,
    });
  });

  it("takes back what JSON made of any initializer", () => {
    for (const name of names) {
      const it = resolveInitializer("test", name === "constant" ? { name, value: 2 } : name);
      expect(resolveInitializer("test", JSON.parse(JSON.stringify(it)))).toEqual(it);
    }
  });

  it.each([
    "__proto__",
    "constructor",
    "toString",
    "glorotuniform",
    "",
    undefined,
    null,
    7,
    [],
    {},
    { name: "__proto__" },
    { name: ["zeros"] },
  ])("refuses the name of %o", (it) => {
    expect(codeOf(it)).toBe("unknownName");
  });

  it("refuses parameters that the initializer does not have", () => {
    expect(codeOf({ name: "zeros", value: 1 })).toBe("unknownName");
    expect(codeOf(JSON.parse('{ "name": "orthogonal", "__proto__": { "gain": 2 } }'))).toBe(
      "unknownName",
    );
  });

  it.each([
    { name: "constant" },
    { name: "constant", value: "1" },
    { name: "constant", value: null },
    { name: "constant", value: 1e39 },
    { name: "truncatedNormal", stddev: Number.NaN },
    { name: "orthogonal", gain: Number.POSITIVE_INFINITY },
  ])("refuses the parameters of %o", (it) => {
    expect(codeOf(it)).toBe("invalidArgument");
  });
});
