// npm run bench -- [options]: every workload × contender; contenders of one workload in one process, on
// one thread. Only the result goes to stdout.

import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { contenders } from "./contenders.ts";
import { type Row, toJson, toMarkdown, toTable } from "./harness/report.ts";
import type { Job } from "./worker.ts";
import { workloads } from "./workloads.ts";

const SECONDS = 2;

const HELP = `npm run bench -- [options]
  --only <regex>        workloads whose name matches
  --contenders <regex>  contenders whose name matches
  --seconds <n>         about how long to measure in all (default ${SECONDS} for each workload)
  --cpu-time            count the process' CPU time: for a machine that is busy otherwise
  --json                one JSON array of { workload, contender, perSecond, unit, gflops? }
  --markdown            a table for the README`;

/** Rows of one workload, measured in a process of its own. */
function measured(job: Job): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const worker = fork(fileURLToPath(new URL("worker.mjs", import.meta.url)));
    let rows: readonly Row[] | undefined;
    worker.once("message", (message) => {
      rows = message as readonly Row[];
    });
    worker.once("error", reject);
    worker.once("exit", (code, signal) => {
      if (rows !== undefined && code === 0) resolve(rows);
      else reject(new Error(`bench: ${job.workload} ended with ${signal ?? code}`));
    });
    worker.send(job);
  });
}

async function main(): Promise<void> {
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
    return;
  }
  const chosen = matching("--only", values.only, workloads);
  const among = matching("--contenders", values.contenders, contenders);
  const seconds = values.seconds === undefined ? SECONDS * chosen.length : Number(values.seconds);
  if (!(seconds > 0)) {
    throw new Error(`--seconds: required a number above 0, got ${values.seconds}`);
  }
  const clock = values["cpu-time"] ? "CPU time" : "wall time";
  const rows: Row[] = [];
  for (const [index, workload] of chosen.entries()) {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${index + 1}/${chosen.length} ${workload}`);
    }
    const milliseconds = (seconds * 1000) / chosen.length;
    rows.push(...(await measured({ workload, contenders: among, milliseconds, clock })));
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (values.json) {
    console.log(toJson(rows));
    return;
  }
  const machine = `Node ${process.version}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}, one thread`;
  const note = `${machine}, ${clock}; medians of interleaved rounds, ratios within a round.`;
  console.log(`${values.markdown ? toMarkdown(rows) : toTable(rows)}\n\n${note}`);
}

/** The names that match; an error that lists them all if none does. */
function matching(
  option: string,
  pattern: string,
  from: readonly { readonly name: string }[],
): readonly string[] {
  const names = from.map(({ name }) => name);
  const found = names.filter((name) => new RegExp(pattern).test(name));
  if (found.length > 0) return found;
  throw new Error(`${option}: required a pattern of ${names.join(", ")}; got ${pattern}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
