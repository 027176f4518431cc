// What the page measures is what the bench has: by the same names, with the same contenders.

import { expect, test } from "vitest";
import { measureWorkload } from "../../bench/measure-workload.ts";
import { models } from "../../bench/models.ts";
import { pureJs, pureJsF64 } from "../../bench/pure-js.ts";
import { workloads } from "../../bench/workloads.ts";
import { contenders, fastest, progressOf, tasks } from "../../web/src/speed/measurement.ts";

test("every task is a workload of the bench that the public API can do", () => {
  for (const { workload } of tasks) {
    const kind = workloads.find(({ name }) => name === workload)?.kind;
    expect(["train", "predict"], workload).toContain(kind);
  }
});

test("explains those who take part, and no others", () => {
  expect(Object.keys(contenders)).toEqual([models.name, pureJs.name, pureJsF64.name]);
});

test("progress rises from 0 to 1 over all tasks", () => {
  const all = tasks.flatMap(({ workload }) => [0, 0.5].map((share) => progressOf(workload, share)));
  expect(all).toEqual(all.map((_, i) => i / all.length));
  expect(progressOf(tasks.at(-1)?.workload ?? "", 1)).toBe(1);
});

test("measures a workload for all of them, with ratios to each other", async () => {
  const [network] = workloads.flatMap((it) => (it.kind === "train" ? [it.network] : []));
  if (!network) throw new Error("no training");
  const workload = { kind: "predict", name: "few", network, batchSize: 4 } as const;
  const rows = await measureWorkload(workload, [models, pureJs], { milliseconds: 1 });
  expect(rows.map((it) => [it.workload, it.contender, it.unit])).toEqual([
    ["few", "layerwise", "samples"],
    ["few", "pure-js", "samples"],
  ]);
  for (const row of rows) {
    expect(row.perSecond).toBeGreaterThan(0);
    expect(row.ratios[row.contender]).toBe(1);
  }
  expect(fastest(rows)).toBe(Math.max(...rows.map((it) => it.perSecond)));
  expect(fastest([])).toBe(0);
});
