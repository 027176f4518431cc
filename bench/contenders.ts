// Who takes part, in the order in which they are reported.

import { gemm, gemmCube } from "./convolutions.ts";
import { allPureJs, allPureJsF64 } from "./deep-pure-js.ts";
import type { Contender } from "./harness/contender.ts";
import { layerwise, layerwise2t, peak } from "./layerwise.ts";
import type { Workload } from "./workloads.ts";

export const contenders: readonly Contender<Workload>[] = [
  layerwise,
  layerwise2t,
  allPureJs,
  allPureJsF64,
  peak,
  gemm,
  gemmCube,
];
