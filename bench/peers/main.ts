// npm run peers --prefix bench/peers -- [options]: workloads × contenders, each contender in a process of its
// own. The report goes to stdout, progress to stderr. Ends with 1 if a contender computes something else.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { fromCaller } from "./caller.ts";
import { expectation, problemsOf } from "./check.ts";
import { contenders } from "./contenders.ts";
import { toReport, toTables } from "./report.ts";
import { type PeerRow, type Results, toRow } from "./results.ts";
import { measureTask } from "./rounds.ts";
import { peerWorkloads, taskOf } from "./task.ts";

const SECONDS = 4;
const BASE = "layerwise";

const HELP = `npm run peers --prefix bench/peers -- [options]
  --only <regex>        workloads whose name matches
  --contenders <regex>  contenders whose name matches (${BASE} is always there)
  --seconds <n>         about how long to measure each workload (default ${SECONDS}); slow
                        contenders take at least three turns
  --cpu-time            count the processes' CPU time: for a machine that is busy otherwise; it says
                        nothing of contenders on several threads
  --json <file>         writes the results there, for the chart among others
  --markdown            the tables only, for a README
  --list                names of workloads and contenders`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      contenders: { type: "string", default: "" },
      seconds: { type: "string", default: `${SECONDS}` },
      "cpu-time": { type: "boolean", default: false },
      json: { type: "string" },
      markdown: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || values.list) {
    console.log(values.help ? HELP : [...peerWorkloads, ...contenders].map(nameOf).join("\n"));
    return;
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0))
    throw new Error(`--seconds: required a number above 0, got ${values.seconds}`);
  const workloads = matching("--only", values.only, peerWorkloads);
  const chosen = matching("--contenders", values.contenders, contenders);
  const among = contenders.filter((it) => it.name === BASE || chosen.includes(it));
  const rows: PeerRow[] = [];
  const absent: Results["absent"][number][] = [];
  const problems: string[] = [];
  const versions = new Map<string, string>();
  for (const [index, workload] of workloads.entries()) {
    progress(`${index + 1}/${workloads.length} ${workload.name}`);
    const task = taskOf(workload);
    const options = {
      contenders: among,
      milliseconds: seconds * 1000,
      base: BASE,
      cpuTime: values["cpu-time"],
    };
    const { measured, absent: missing } = await measureTask(task, options);
    const expected = expectation(task);
    for (const it of measured) {
      rows.push(toRow(it, task));
      problems.push(...problemsOf(it, task, expected));
      const { library } = among.find(({ name }) => name === it.contender) ?? {};
      if (library !== undefined && it.version !== "") versions.set(library, it.version);
    }
    absent.push(...missing.map((it) => ({ ...it, workload: workload.name })));
  }
  progress("");
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown CPU",
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
    clock: values["cpu-time"] ? ("CPU time" as const) : ("wall time" as const),
  };
  const results = { machine, versions: Object.fromEntries(versions), rows, absent, problems };
  if (values.json !== undefined) {
    writeFileSync(fromCaller(values.json), `${JSON.stringify(results, null, 2)}\n`);
  }
  console.log(values.markdown ? toTables(results) : toReport(results));
  if (problems.length === 0) return;
  console.error(`\nNot comparable:\n${problems.join("\n")}`);
  process.exitCode = 1;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** Those whose name matches; an error that lists all names if none does. */
function matching<T extends { readonly name: string }>(
  option: string,
  pattern: string,
  from: readonly T[],
): readonly T[] {
  const found = from.filter(({ name }) => new RegExp(pattern).test(name));
  if (found.length > 0) return found;
  throw new Error(
    `${option}: required a pattern of ${from.map(nameOf).join(", ")}; got ${pattern}`,
  );
}

/** One line on a terminal, over and over. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
