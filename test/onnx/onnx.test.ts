// Layerwise against the tests of ONNX: see README.md beside this, which LAYERWISE_ONNX_TABLE=1 writes and
// LAYERWISE_TEST_FIGURES=1 prints. Without Debian's package libonnx-testdata all is skipped.

import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { kernelName } from "../support/kernel.ts";
import {
  allCases,
  difference,
  folders,
  installed,
  type Outcome,
  runCase,
  several,
} from "./cases.ts";
import { floats } from "./floats.ts";
import { absent } from "./operators/absent.ts";
import { operators } from "./operators/index.ts";
import { countsOf, page } from "./table.ts";

// Layers are the same on the checked kernel, and tested there one by one.
const skip = !installed || kernelName !== "simd";
const cases = skip ? [] : await allCases();
/** Those of ONNX 1.12.0, which the page is about. */
const known = cases.length === 932 + 82 + 35;
const readme = new URL("README.md", import.meta.url);

describe("the tests of ONNX", () => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    if (skip) return;
    for (const one of cases) outcomes.push(await runCase(one));
    const text = page(outcomes);
    if (process.env.LAYERWISE_TEST_FIGURES) console.log(text);
    if (process.env.LAYERWISE_ONNX_TABLE && known) await writeFile(readme, text);
  }, 60_000);

  it.skipIf(skip).each([...operators.keys(), several])("pass where they apply: %s", (op) => {
    const failed = outcomes.filter((it) => it.kind === "failed" && it.op === op);
    expect(failed).toEqual([]);
  });

  it.skipIf(skip)("are of operators that are ours or listed as not", () => {
    const both = [...operators.keys()].filter((it) => absent.has(it));
    expect(both).toEqual([]);
    expect(outcomes.filter((it) => it.kind === "failed")).toEqual([]);
    expect(outcomes.length).toBe(cases.length);
  });

  it.skipIf(skip || !known)("pass as many as before", () => {
    const of = (folder: string) => countsOf(outcomes.filter((it) => it.folder === folder));
    const rest = { "in part": 0, failed: 0 };
    expect(Object.fromEntries(folders.map((it) => [it, of(it)]))).toEqual({
      node: { passed: 293, "in part": 39, skipped: 85, "not ours": 515, failed: 0 },
      "pytorch-converted": { ...rest, passed: 61, skipped: 18, "not ours": 3 },
      "pytorch-operator": { ...rest, passed: 26, skipped: 7, "not ours": 2 },
    });
  });

  it.skipIf(skip || !known)("are on the page beside this as they came out", async () => {
    expect(await readFile(readme, "utf8")).toBe(page(outcomes));
  });

  it.skipIf(skip)("would not pass with other numbers or shapes", () => {
    const of = (shape: number[], ...numbers: number[]) => floats(shape, Float32Array.from(numbers));
    const wanted = of([2], 1, 0);
    expect(difference(of([2], 1.0009, 9e-8), wanted)).toBe("");
    expect(difference(of([2], 1.002, 0), wanted)).toMatch(/ for 1 at 0$/);
    expect(difference(of([2], 1, 1e-6), wanted)).toMatch(/ for 0 at 1$/);
    expect(difference(of([2], Number.NaN, 0), wanted)).toBe("NaN for 1 at 0");
    expect(difference(of([1, 2], 1, 0), wanted)).toBe("shape [1,2] for [2]");
  });
});
