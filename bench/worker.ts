// A process that measures one workload, for main.ts: what the compiler and the memory of one workload
// have come to must not tell on the next. Takes a Job as a message, answers with rows.

import { contenders } from "./contenders.ts";
import type { Runner } from "./harness/contender.ts";
import { cpuTime, measure, median, ratio } from "./harness/measure.ts";
import type { Row } from "./harness/report.ts";
import { gemmFlops, workloads } from "./workloads.ts";

/** What to measure, by names. */
export interface Job {
  readonly workload: string;
  readonly contenders: readonly string[];
  readonly milliseconds: number;
  readonly clock: "wall time" | "CPU time";
}

const UNITS = {
  gemm: "products",
  train: "samples",
  predict: "samples",
  maps: "grids",
  lens: "lenses",
} as const;

async function run(job: Job): Promise<Row[]> {
  const workload = workloads.find(({ name }) => name === job.workload);
  if (workload === undefined) throw new Error(`bench: no workload ${job.workload}`);
  const runners = new Map<string, Runner>();
  for (const contender of contenders) {
    if (!job.contenders.includes(contender.name)) continue;
    const runner = await contender.prepare(workload);
    if (runner !== undefined) runners.set(contender.name, runner);
  }
  const { milliseconds } = job;
  const rates = await measure(runners, {
    milliseconds,
    ...(job.clock === "CPU time" && { now: cpuTime }),
  });
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

process.once("message", async (job: Job) => {
  process.send?.(await run(job));
  process.disconnect();
});
