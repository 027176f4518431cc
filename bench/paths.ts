// npm run --silent prebench && node build/bench/paths.mjs [--only regex] [--seconds n]: both ways through
// the gemm on many shapes, as a markdown table. What the rule in src/plan/cost.ts is made from.

import { parseArgs } from "node:util";
import { runsUnpacked } from "../src/plan/cost.ts";
import { createEngine, type Engine } from "../src/runtime/engine.ts";
import { cpuTime, measure, median, ratio } from "./harness/measure.ts";
import { product } from "./product.ts";
import type { Transpose } from "./pure-js/gemm.ts";
import { type GemmWorkload, gemmFlops } from "./workloads.ts";

const KINDS: readonly Transpose[] = ["nn", "nt", "tn"];

/** m×k×n: cubes, then few rows, few columns, shallow, deep, and what training is made of. */
const SHAPES: readonly (readonly [number, number, number])[] = [
  ...[8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 112, 128, 160, 192].map(
    (side) => [side, side, side] as const,
  ),
  ...[1, 2, 5, 8, 10, 16, 20, 32, 64].map((rows) => [rows, 784, 256] as const),
  ...[1, 8, 10, 16, 32, 64].map((rows) => [rows, 256, 128] as const),
  ...[10, 32, 64].map((rows) => [rows, 64, 64] as const),
  ...[4, 8, 12, 16, 24, 32, 64].map((columns) => [256, 256, columns] as const),
  ...[4, 8, 16, 32].map((columns) => [64, 784, columns] as const),
  ...[1, 4, 8, 10, 16, 32, 64].map((depth) => [256, depth, 256] as const),
  ...[10, 32, 64].map((depth) => [784, depth, 256] as const),
  [16, 4096, 16],
  [32, 2048, 32],
  [10, 8, 8],
  [10, 8, 64],
  [10, 64, 8],
  [32, 16, 128],
  [4096, 8, 8],
  [64, 128, 10],
  [128, 64, 10],
  [64, 10, 128],
  [256, 64, 128],
];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "0.5" },
  },
});

/** Half a second of CPU time for each: the two take turns of 20 ms. */
const milliseconds = Number(values.seconds) * 1000;
if (!(milliseconds > 0)) {
  throw new Error(`--seconds: required a number above 0, got ${values.seconds}`);
}

async function row(engine: Engine, [m, k, n]: readonly [number, number, number]): Promise<string> {
  const cells: string[] = [];
  for (const transpose of KINDS) {
    const workload: GemmWorkload = { kind: "gemm", name: "product", transpose, m, n, k };
    const runners = {
      unpacked: await product(engine, workload, { path: "unpacked" }),
      packed: await product(engine, workload, { path: "packed" }),
    };
    const rates = await measure(new Map(Object.entries(runners)), { milliseconds, now: cpuTime });
    for (const runner of Object.values(runners)) runner.dispose?.();
    const unpacked = rates.get("unpacked") ?? [];
    const packed = rates.get("packed") ?? [];
    const gain = ratio(packed, unpacked);
    const planned = runsUnpacked({ m, n, k, transposeB: transpose === "nt" });
    // What the planner's choice loses to the other one.
    const loss = 1 - (planned ? Math.min(1, 1 / gain) : Math.min(1, gain));
    const gflops = (of: readonly number[]) => ((median(of) * gemmFlops(workload)) / 1e9).toFixed(1);
    cells.push(
      gflops(unpacked),
      gflops(packed),
      `${gain.toFixed(2)}${loss > 0.03 ? ` (−${(loss * 100).toFixed(0)} %)` : ""}`,
    );
  }
  return `| ${m}×${k}×${n} | ${((m * n * k) / 1e3).toFixed(0)} | ${cells.join(" | ")} |`;
}

const engine = await createEngine();
const head = KINDS.flatMap((kind) => [`${kind} unpacked`, "packed", "gain"]);
console.log(`| m×k×n | thousand madds | ${head.join(" | ")} |`);
console.log(`|---|--:|${head.map(() => "--:|").join("")}`);
for (const shape of SHAPES) {
  if (new RegExp(values.only).test(shape.join("x"))) console.log(await row(engine, shape));
}
