// The contenders `pure-js` and `pure-js-f64`: bench/pure-js on each workload.

import type { Contender, Runner } from "./harness/contender.ts";
import { type Arithmetic, f32, f64 } from "./pure-js/arithmetic.ts";
import { PureJsMlp } from "./pure-js/mlp.ts";
import {
  activationsOf,
  grid,
  inputsOf,
  type Network,
  trainingData,
  uniform,
  type Workload,
} from "./workloads.ts";

/** Rows that the lens sends through the network at a time; found to be best. */
const LENS_BATCH = 32;

export const pureJs: Contender<Workload> = {
  name: "pure-js",
  prepare: (workload) => prepare(f32, workload),
};

export const pureJsF64: Contender<Workload> = {
  name: "pure-js-f64",
  prepare: (workload) => prepare(f64, workload),
};

/** A network with weights of its own. */
export function mlp(
  arithmetic: Arithmetic,
  network: Network,
  options: { readonly batchSize: number; readonly shuffle?: boolean },
): PureJsMlp {
  const { sizes, loss, optimizer } = network;
  const activations = activationsOf(network);
  return new PureJsMlp({ arithmetic, sizes, activations, loss, optimizer, seed: 42, ...options });
}

function prepare(arithmetic: Arithmetic, workload: Workload): Runner | undefined {
  switch (workload.kind) {
    case "gemm": {
      const { transpose, m, n, k } = workload;
      const a = uniform(m * k, 1);
      const b = uniform(k * n, 2);
      const c = new Float32Array(m * n);
      return { unitsPerCall: 1, run: () => arithmetic.gemm(transpose, m, n, k, a, b, c) };
    }
    case "train": {
      const { x, y } = trainingData(workload);
      const { epochs, samples, batchSize } = workload;
      const model = mlp(arithmetic, workload.network, { batchSize });
      return {
        unitsPerCall: epochs * samples,
        run: () => {
          for (let epoch = 0; epoch < epochs; epoch++) model.trainEpoch(x, y);
        },
      };
    }
    case "predict": {
      const { batchSize } = workload;
      const model = mlp(arithmetic, workload.network, { batchSize });
      const x = uniform(batchSize * inputsOf(workload.network), 1);
      return { unitsPerCall: batchSize, run: () => model.predict(x) };
    }
    case "maps": {
      const model = mlp(arithmetic, workload.network, { batchSize: LENS_BATCH });
      const points = grid(workload.side);
      return { unitsPerCall: 1, run: () => model.maps(points) };
    }
    case "lens":
    case "conv":
      return undefined;
    case "convnet":
    case "lstm":
      // Of another file (deep-pure-js.ts), which the page has no need of.
      return undefined;
    default:
      return workload satisfies never;
  }
}
