// Measures the library against plain JavaScript where the page is open: the bench's own workloads,
// contenders and harness (tinybench), in a worker that does nothing else.

import { measureWorkload } from "../../../bench/measure-workload.ts";
import { type ModelWorkload, models } from "../../../bench/models.ts";
import { pureJs, pureJsF64 } from "../../../bench/pure-js.ts";
import { type Workload, workloads } from "../../../bench/workloads.ts";
import { type Message, tasks } from "./measurement.ts";

/** For each workload. Short enough to wait for, long enough for a dozen rounds of most. */
const MILLISECONDS = 1500;

function say(message: Message): void {
  postMessage(message);
}

function isModel(it: Workload): it is ModelWorkload {
  return it.kind === "train" || it.kind === "predict";
}

async function run(): Promise<void> {
  for (const { workload: name } of tasks) {
    const workload = workloads.filter(isModel).find((it) => it.name === name);
    if (workload === undefined) throw new Error(`The bench has no workload ${name}.`);
    const onProgress = (share: number) => say({ type: "progress", workload: name, share });
    const rows = await measureWorkload(workload, [models, pureJs, pureJsF64], {
      milliseconds: MILLISECONDS,
      onProgress,
    });
    say({ type: "measured", rows });
  }
  say({ type: "done" });
}

run().catch((error: unknown) => {
  say({ type: "failed", message: error instanceof Error ? error.message : String(error) });
});
