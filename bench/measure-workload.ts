// One workload, measured for several contenders. Runs wherever the contenders do: in a process of its own
// for main.ts, in a worker of the page.

import type { Contender, Runner } from "./harness/contender.ts";
import { type MeasureOptions, measure, median, ratio } from "./harness/measure.ts";
import type { Row } from "./harness/report.ts";
import { flopsOf, type Workload } from "./workloads.ts";

const UNITS = {
  gemm: "products",
  train: "samples",
  predict: "samples",
  maps: "grids",
  lens: "lenses",
  convnet: "samples",
  lstm: "samples",
  conv: "batches",
} as const;

/** A row for each contender that takes part. */
export async function measureWorkload<W extends Workload>(
  workload: W,
  contenders: readonly Contender<W>[],
  options: MeasureOptions,
): Promise<Row[]> {
  const runners = new Map<string, Runner>();
  for (const contender of contenders) {
    const runner = await contender.prepare(workload);
    if (runner !== undefined) runners.set(contender.name, runner);
  }
  const rates = await measure(runners, options);
  for (const runner of runners.values()) runner.dispose?.();
  return [...rates].map(([contender, rounds]) => {
    const perSecond = median(rounds);
    const flops = flopsOf(workload);
    return {
      workload: workload.name,
      contender,
      perSecond,
      unit: UNITS[workload.kind],
      ...(flops === undefined ? {} : { gflops: (perSecond * flops) / 1e9 }),
      ratios: Object.fromEntries([...rates].map(([name, base]) => [name, ratio(rounds, base)])),
    };
  });
}
