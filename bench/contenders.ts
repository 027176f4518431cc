// Who takes part, in the order in which they are reported.

import type { Contender } from "./harness/contender.ts";
import { layerwise, layerwise2t, peak } from "./layerwise.ts";
import { pureJs, pureJsF64 } from "./pure-js.ts";
import type { Workload } from "./workloads.ts";

export const contenders: readonly Contender<Workload>[] = [
  layerwise,
  layerwise2t,
  pureJs,
  pureJsF64,
  peak,
];
