// The contender `pure-js`: bench/pure-js on each workload.

import type { Contender } from "./harness/contender.ts";
import { gemm } from "./pure-js/gemm.ts";
import { PureJsMlp } from "./pure-js/mlp.ts";
import { grid, type Network, trainingData, uniform, type Workload } from "./workloads.ts";

/** Rows that the lens sends through the network at a time; found to be best. */
const LENS_BATCH = 32;

export const pureJs: Contender<Workload> = {
  name: "pure-js",
  prepare(workload) {
    switch (workload.kind) {
      case "gemm": {
        const { transpose, m, n, k } = workload;
        const a = uniform(m * k, 1);
        const b = uniform(k * n, 2);
        const c = new Float32Array(m * n);
        return { unitsPerCall: 1, run: () => gemm(transpose, m, n, k, a, b, c) };
      }
      case "train": {
        const { x, y } = trainingData(workload);
        const model = network(workload.network, workload.batchSize);
        const { epochs, samples } = workload;
        return {
          unitsPerCall: epochs * samples,
          run: () => {
            for (let epoch = 0; epoch < epochs; epoch++) model.trainEpoch(x, y);
          },
        };
      }
      case "predict": {
        const { batchSize } = workload;
        const model = network(workload.network, batchSize);
        const x = uniform(batchSize * (workload.network.sizes[0] ?? 0), 1);
        return { unitsPerCall: batchSize, run: () => model.predict(x) };
      }
      case "lens": {
        const model = network(workload.network, LENS_BATCH);
        const points = grid(workload.side);
        return { unitsPerCall: 1, run: () => model.maps(points) };
      }
      default:
        return workload satisfies never;
    }
  },
};

function network(network: Network, batchSize: number): PureJsMlp {
  const { sizes, hidden, output, loss, optimizer } = network;
  const activations = [...sizes.slice(2).map(() => hidden), output];
  return new PureJsMlp({ sizes, activations, loss, optimizer, batchSize, seed: 42 });
}
