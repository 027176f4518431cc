// npm run bench -- [options]: every workload × contender, interleaved in one process on one thread. Only
// the result goes to stdout.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Contender, Runner } from "./harness/contender.ts";
import { cpuTime, type MeasureOptions, measure, median, ratio } from "./harness/measure.ts";
import { type Row, toJson, toMarkdown, toTable } from "./harness/report.ts";
import { layerwise, peak } from "./layerwise.ts";
import { pureJs, pureJsF64 } from "./pure-js.ts";
import { gemmFlops, type Workload, workloads } from "./workloads.ts";

const contenders: readonly Contender<Workload>[] = [layerwise, pureJs, pureJsF64, peak];

const UNITS = {
  gemm: "products",
  train: "samples",
  predict: "samples",
  maps: "grids",
  lens: "lenses",
} as const;

const SECONDS = 2;

const HELP = `npm run bench -- [options]
  --only <regex>        workloads whose name matches
  --contenders <regex>  contenders whose name matches
  --seconds <n>         about how long to measure in all (default ${SECONDS} for each workload)
  --cpu-time            count this process' CPU time: for a machine that is busy otherwise
  --json                one JSON array of { workload, contender, perSecond, unit, gflops? }
  --markdown            a table for the README`;

/** Contenders in one workload. */
async function run(
  workload: Workload,
  among: readonly Contender<Workload>[],
  options: MeasureOptions,
): Promise<Row[]> {
  const runners = new Map<string, Runner>();
  for (const contender of among) {
    const runner = await contender.prepare(workload);
    if (runner !== undefined) runners.set(contender.name, runner);
  }
  const rates = await measure(runners, options);
  for (const runner of runners.values()) runner.dispose?.();
  return [...rates].map(([contender, rounds]) => {
    const perSecond = median(rounds);
    return {
      workload: workload.name,
      contender,
      perSecond,
      unit: UNITS[workload.kind],
      ...(workload.kind === "gemm" ? { gflops: (perSecond * gemmFlops(workload)) / 1e9 } : {}),
      ratios: Object.fromEntries([...rates].map(([name, base]) => [name, ratio(rounds, base)])),
    };
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      contenders: { type: "string", default: "" },
      seconds: { type: "string" },
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
  const chosen = matching("--only", values.only, workloads);
  const among = matching("--contenders", values.contenders, contenders);
  const seconds = values.seconds === undefined ? SECONDS * chosen.length : Number(values.seconds);
  if (!(seconds > 0)) {
    throw new Error(`--seconds: required a number above 0, got ${values.seconds}`);
  }
  const rows: Row[] = [];
  for (const [index, workload] of chosen.entries()) {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${index + 1}/${chosen.length} ${workload.name}`);
    }
    const milliseconds = (seconds * 1000) / chosen.length;
    const options = { milliseconds, ...(values["cpu-time"] && { now: cpuTime }) };
    rows.push(...(await run(workload, among, options)));
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (values.json) {
    console.log(toJson(rows));
    return 0;
  }
  const machine = `Node ${process.version}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}, one thread`;
  const clock = values["cpu-time"] ? "CPU time" : "wall time";
  const note = `${machine}, ${clock}; medians of interleaved rounds, ratios within a round.`;
  console.log(values.markdown ? `${toMarkdown(rows)}\n\n${note}` : `${toTable(rows)}\n\n${note}`);
  return 0;
}

/** Those whose name matches; an error that lists the names if none does. */
function matching<T extends { readonly name: string }>(
  option: string,
  pattern: string,
  from: readonly T[],
): readonly T[] {
  const found = from.filter(({ name }) => new RegExp(pattern).test(name));
  if (found.length > 0) return found;
  const known = from.map(({ name }) => name).join(", ");
  throw new Error(`${option}: required a pattern of ${known}; got ${pattern}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
