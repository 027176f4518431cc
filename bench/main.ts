// npm run bench -- [--only regex] [--seconds n] [--cpu-time] [--json | --markdown]
// Every workload × contender, interleaved in one process on one thread. Only the result goes to stdout.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Contender, Runner } from "./harness/contender.ts";
import { cpuTime, type MeasureOptions, measure, median, ratio } from "./harness/measure.ts";
import { type Row, toJson, toMarkdown, toTable } from "./harness/report.ts";
import { layerwise, peak } from "./layerwise.ts";
import { pureJs } from "./pure-js.ts";
import { gemmFlops, type Workload, workloads } from "./workloads.ts";

const ROUNDS = 7;
const contenders: readonly Contender<Workload>[] = [layerwise, pureJs, peak];

const UNITS = { gemm: "products", train: "samples", predict: "samples", lens: "grids" } as const;

const HELP = `npm run bench -- [options]
  --only <regex>   workloads whose name matches
  --seconds <n>    about how long to measure in all (default 90)
  --cpu-time       count this process' CPU time: for a machine that is busy otherwise
  --json           one JSON array of { workload, contender, perSecond, unit, gflops? }
  --markdown       a table for the README`;

/** All contenders in one workload, each for so long in each round. */
async function run(workload: Workload, options: Omit<MeasureOptions, "rounds">): Promise<Row[]> {
  const runners = new Map<string, Runner>();
  for (const contender of contenders) {
    const runner = await contender.prepare(workload);
    if (runner !== undefined) runners.set(contender.name, runner);
  }
  const rates = await measure(runners, { rounds: ROUNDS, ...options });
  for (const runner of runners.values()) runner.dispose?.();
  const base = rates.get(pureJs.name);
  const top = rates.get(peak.name);
  return [...rates].map(([contender, rounds]) => {
    const perSecond = median(rounds);
    return {
      workload: workload.name,
      contender,
      perSecond,
      unit: UNITS[workload.kind],
      ...(workload.kind === "gemm" ? { gflops: (perSecond * gemmFlops(workload)) / 1e9 } : {}),
      ...(base === undefined ? {} : { ratio: ratio(rounds, base) }),
      ...(top === undefined ? {} : { share: ratio(rounds, top) }),
    };
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      seconds: { type: "string", default: "90" },
      "cpu-time": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0))
    throw new Error(`--seconds: required a number above 0, got ${values.seconds}`);
  const pattern = new RegExp(values.only);
  const chosen = workloads.filter((workload) => pattern.test(workload.name));
  if (chosen.length === 0) {
    throw new Error(
      `--only: no workload matches ${pattern}. Known: ${workloads.map(({ name }) => name).join(", ")}`,
    );
  }
  // Each turn gets the same time; one more turn than rounds, to warm up.
  const turns = chosen.length * contenders.length * (ROUNDS + 1);
  const rows: Row[] = [];
  for (const [index, workload] of chosen.entries()) {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${index + 1}/${chosen.length} ${workload.name}`);
    }
    const milliseconds = (seconds * 1000) / turns;
    rows.push(
      ...(await run(workload, { milliseconds, ...(values["cpu-time"] && { now: cpuTime }) })),
    );
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (values.json) {
    console.log(toJson(rows));
    return 0;
  }
  const machine = `Node ${process.version}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}, one thread`;
  const clock = values["cpu-time"] ? "CPU time" : "wall time";
  const note = `${machine}, ${clock}; medians of ${ROUNDS} interleaved rounds, ratios within a round.`;
  console.log(values.markdown ? `${toMarkdown(rows)}\n\n${note}` : `${toTable(rows)}\n\n${note}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
