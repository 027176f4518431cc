// The bench's arithmetic and its output formats. Nothing here takes the time of anything.

import { describe, expect, test } from "vitest";
import { measure, median, ratio } from "../../bench/harness/measure.ts";
import { type Row, toJson, toMarkdown, toTable } from "../../bench/harness/report.ts";
import { workloads } from "../../bench/workloads.ts";
import { kernelName } from "../support/kernel.ts";

const rows: readonly Row[] = [
  {
    workload: "gemm-nn-512",
    contender: "layerwise",
    perSecond: 210,
    unit: "products",
    gflops: 56.4,
    ratio: 5.5,
    share: 0.94,
  },
  {
    workload: "gemm-nn-512",
    contender: "pure-js",
    perSecond: 38,
    unit: "products",
    gflops: 10.2,
    ratio: 1,
  },
  {
    workload: "train-2-8-8-1",
    contender: "layerwise",
    perSecond: 1.1e7,
    unit: "samples",
    ratio: 3,
  },
];

describe.skipIf(kernelName === "check")("the bench", () => {
  test("compares rounds before it takes the median", () => {
    // A noisy second round slows both: the ratio does not see it.
    expect(ratio([10, 2, 10], [5, 1, 4])).toBe(2);
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test("gives each contender a rate for each round, in turns, synchronous or not", async () => {
    const calls: string[] = [];
    const note = (name: string) => {
      if (calls.at(-1) !== name) calls.push(name);
    };
    const rates = await measure(
      new Map([
        ["a", { unitsPerCall: 1, run: () => note("a") }],
        ["b", { unitsPerCall: 1e6, run: async () => note("b") }],
      ]),
      { rounds: 3, milliseconds: 2 },
    );
    expect([...rates.keys()]).toEqual(["a", "b"]);
    expect(rates.get("a")).toHaveLength(3);
    expect(Math.min(...(rates.get("a") ?? []))).toBeGreaterThan(0);
    expect(Math.min(...(rates.get("b") ?? []))).toBeGreaterThan(1e6);
    // Warm-up, then rounds that start with a, b, a: neighbours that are the same have merged.
    expect(calls.join("")).toBe("ababab");
  });

  test("writes one JSON array with the agreed fields and no others", () => {
    expect(JSON.parse(toJson(rows))).toEqual([
      {
        workload: "gemm-nn-512",
        contender: "layerwise",
        perSecond: 210,
        unit: "products",
        gflops: 56.4,
      },
      {
        workload: "gemm-nn-512",
        contender: "pure-js",
        perSecond: 38,
        unit: "products",
        gflops: 10.2,
      },
      { workload: "train-2-8-8-1", contender: "layerwise", perSecond: 1.1e7, unit: "samples" },
    ]);
  });

  test("aligns its table, and names a workload once", () => {
    expect(toTable(rows)).toMatchInlineSnapshot(`
      "workload       contender              rate  GFLOP/s  to pure-js  of peak

      gemm-nn-512    layerwise    210 products/s     56.4       5.50×     94 %
                     pure-js     38.0 products/s     10.2       1.00×

      train-2-8-8-1  layerwise  11.0 M samples/s                3.00×"
    `);
  });

  test("writes a markdown line for each workload", () => {
    expect(toMarkdown(rows)).toMatchInlineSnapshot(`
      "| workload | layerwise | pure JavaScript | ratio | of peak |
      |---|--:|--:|--:|--:|
      | gemm-nn-512 | 56.4 GFLOP/s | 10.2 GFLOP/s | 5.5× | 94 % |
      | train-2-8-8-1 | 11.0 M samples/s |  | 3.0× |  |"
    `);
  });

  test("names every workload once, and those that others look for", () => {
    const names = workloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        "gemm-nn-32",
        "gemm-tn-1024",
        "gemm-nn-64x784x256",
        "gemm-tn-784x64x256",
        "train-2-8-8-1",
        "train-784-256-128-10",
        "predict-784-256-128-10-batch-1",
        "predict-784-256-128-10-batch-256",
        "lens-64x64",
      ]),
    );
  });
});
