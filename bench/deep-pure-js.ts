// The contenders in plain JavaScript on networks of more than dense layers. Apart from pure-js.ts, which the
// page takes along.

import type { DeepWorkload } from "./deep-models.ts";
import type { Contender } from "./harness/contender.ts";
import { type Arithmetic, f32, f64 } from "./pure-js/arithmetic.ts";
import { convnet } from "./pure-js/convnet.ts";
import { PureJsDeep } from "./pure-js/deep.ts";
import { lstm } from "./pure-js/lstm.ts";
import { pureJs, pureJsF64 } from "./pure-js.ts";
import { deepData, type Workload } from "./workloads.ts";

export const allPureJs = withDeep(pureJs, f32);
export const allPureJsF64 = withDeep(pureJsF64, f64);

/** A network with weights of its own. */
export function deepPureJs(
  arithmetic: Arithmetic,
  workload: DeepWorkload,
  { shuffle = true }: { readonly shuffle?: boolean } = {},
): PureJsDeep {
  const options = { arithmetic, shuffle, seed: 42 };
  const body =
    workload.kind === "convnet"
      ? convnet({ ...options, ...workload, maximaOnly: arithmetic === f64 })
      : lstm({ ...options, ...workload });
  return new PureJsDeep(body, { ...options, ...workload });
}

function withDeep(contender: Contender<Workload>, arithmetic: Arithmetic): Contender<Workload> {
  return {
    name: contender.name,
    prepare(workload) {
      if (workload.kind !== "convnet" && workload.kind !== "lstm") {
        return contender.prepare(workload);
      }
      const { x, y } = deepData(workload);
      const { epochs, samples } = workload;
      const model = deepPureJs(arithmetic, workload);
      return {
        unitsPerCall: epochs * samples,
        run: () => {
          for (let epoch = 0; epoch < epochs; epoch++) model.trainEpoch(x, y);
        },
      };
    },
  };
}
