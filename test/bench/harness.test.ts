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
    ratios: { layerwise: 1, "pure-js": 9.5, "pure-js-f64": 5.5, peak: 0.94 },
  },
  {
    workload: "gemm-nn-512",
    contender: "pure-js",
    perSecond: 22,
    unit: "products",
    gflops: 5.9,
    ratios: { "pure-js": 1 },
  },
  {
    workload: "train-2-8-8-1",
    contender: "layerwise",
    perSecond: 1.1e7,
    unit: "samples",
    ratios: { "pure-js": 5.04, "pure-js-f64": 12.34 },
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
    let time = 0;
    const calls: string[] = [];
    const takes = (milliseconds: number, name: string) => {
      time += milliseconds;
      if (calls.at(-1) !== name) calls.push(name);
    };
    const runners = new Map([
      ["a", { unitsPerCall: 1, run: () => takes(1, "a") }],
      ["b", { unitsPerCall: 6, run: async () => takes(3, "b") }],
    ]);
    const now = () => time;
    const rates = await measure(runners, { milliseconds: 2, now });
    // Too little time for two: the fewest rounds that a median asks for.
    expect([...rates]).toEqual([
      ["a", Array(5).fill(1000)],
      ["b", Array(5).fill(2000)],
    ]);
    // Warm-up, then rounds that start with a, b, a, b, a: neighbours that are the same have merged.
    expect(calls.join("")).toBe("abababab");
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const longer = await measure(runners, { milliseconds: 400, now, onProgress });
    expect(longer.get("a")).toHaveLength(10);
    expect(shares).toEqual(Array.from({ length: 20 }, (_, turn) => expect.closeTo(turn / 20, 9)));
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
        perSecond: 22,
        unit: "products",
        gflops: 5.9,
      },
      { workload: "train-2-8-8-1", contender: "layerwise", perSecond: 1.1e7, unit: "samples" },
    ]);
  });

  test("aligns its table, and names a workload once", () => {
    expect(toTable(rows)).toMatchInlineSnapshot(`
      "workload       contender              rate  GFLOP/s  to pure-js  to pure-js-f64  of peak

      gemm-nn-512    layerwise    210 products/s     56.4       9.50×           5.50×     94 %
                     pure-js     22.0 products/s      5.9       1.00×

      train-2-8-8-1  layerwise  11.0 M samples/s                5.04×           12.3×"
    `);
  });

  test("writes a markdown line for each workload", () => {
    expect(toMarkdown(rows)).toMatchInlineSnapshot(`
      "| workload | layerwise | layerwise-2t | pure-js | pure-js-f64 | 2 threads to 1 | to pure-js | to pure-js-f64 | of peak |
      | --- | --: | --: | --: | --: | --: | --: | --: | --: |
      | gemm-nn-512 | 56.4 GFLOP/s |  | 5.9 GFLOP/s |  |  | 9.50× | 5.50× | 94 % |
      | train-2-8-8-1 | 11.0 M samples/s |  |  |  |  | 5.04× | 12.3× |  |"
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
        "lens-64x64-full",
      ]),
    );
  });
});
