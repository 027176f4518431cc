// A process that measures one workload, for main.ts: what the compiler and the memory of one workload
// have come to must not tell on the next. Takes a Job as a message, answers with rows.

import { contenders } from "./contenders.ts";
import { cpuTime } from "./harness/measure.ts";
import type { Row } from "./harness/report.ts";
import { measureWorkload } from "./measure-workload.ts";
import { workloads } from "./workloads.ts";

/** What to measure, by names. */
export interface Job {
  readonly workload: string;
  readonly contenders: readonly string[];
  readonly milliseconds: number;
  readonly clock: "wall time" | "CPU time";
}

function run(job: Job): Promise<Row[]> {
  const workload = workloads.find(({ name }) => name === job.workload);
  if (workload === undefined) throw new Error(`bench: no workload ${job.workload}`);
  const among = contenders.filter(({ name }) => job.contenders.includes(name));
  const { milliseconds, clock } = job;
  return measureWorkload(workload, among, {
    milliseconds,
    ...(clock === "CPU time" && { now: cpuTime }),
  });
}

process.once("message", async (job: Job) => {
  process.send?.(await run(job));
  process.disconnect();
});
