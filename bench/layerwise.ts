// The contenders `layerwise` and `peak`: models through the public API, as a user would call it; single
// products and units' maps through what lies below it.

import {
  adam,
  dense,
  engine,
  fromArrays,
  type Sequential,
  type SequentialOptions,
  sequential,
  sgd,
} from "../src/index.ts";
import { Network as NetworkCore } from "../src/model/network.ts";
import { forwardPlan } from "../src/model/train-plan.ts";
import { writeRows } from "../src/plan/plan.ts";
import type { Tensor } from "../src/plan/tensor.ts";
import type { Contender, Runner } from "./harness/contender.ts";
import { product } from "./product.ts";
import {
  activationsOf,
  gemmFlops,
  grid,
  inputsOf,
  type LensWorkload,
  type MapsWorkload,
  type Network,
  type TrainWorkload,
  trainingData,
  uniform,
  type Workload,
} from "./workloads.ts";

export const layerwise: Contender<Workload> = {
  name: "layerwise",
  async prepare(workload) {
    switch (workload.kind) {
      case "gemm":
        return product(await engine(), workload);
      case "train":
        return train(workload);
      case "predict": {
        const { network, batchSize } = workload;
        const model = await compiled(network);
        const x = uniform(batchSize * inputsOf(network), 1);
        return {
          unitsPerCall: batchSize,
          run: () => model.predict(x),
          dispose: () => model.dispose(),
        };
      }
      case "maps":
        return maps(workload);
      case "lens": {
        const model = await compiled(workload.network);
        const data = dataset(workload);
        const { side: resolution } = workload;
        return {
          unitsPerCall: 1,
          run: () => model.lens(data, { resolution }),
          dispose: () => model.dispose(),
        };
      }
      default:
        return workload satisfies never;
    }
  },
};

/** Depth of the panels: as deep as the gemm's own blocks, both in the L1 cache. */
const PEAK_DEPTH = 256;

/**
 * How many such products the micro-kernel alone could do a second: the kernel's `peak` on cached panels,
 * without packing, edges or epilogue.
 */
export const peak: Contender<Workload> = {
  name: "peak",
  async prepare(workload) {
    if (workload.kind !== "gemm") return undefined;
    const { arena, kernel } = await engine();
    const a = arena.allocate(PEAK_DEPTH * 64);
    const b = arena.allocate(PEAK_DEPTH * 64);
    const c = arena.allocate(1024);
    arena.views.f32.set(uniform(PEAK_DEPTH * 16, 1), a >> 2);
    arena.views.f32.set(uniform(PEAK_DEPTH * 16, 2), b >> 2);
    const repeats = 64;
    return {
      unitsPerCall: (kernel.peakFlops() * PEAK_DEPTH * repeats) / gemmFlops(workload),
      run: () => kernel.peak(a, b, c, PEAK_DEPTH, repeats),
      dispose: () => {
        for (const address of [a, b, c]) arena.free(address);
      },
    };
  },
};

function architecture(network: Network): SequentialOptions {
  const activations = activationsOf(network);
  return {
    inputShape: [inputsOf(network)],
    seed: 42,
    layers: network.sizes.slice(1).map((units, i) => dense(units, activations[i] ?? "linear")),
  };
}

/** A network as a model, ready to train. */
export async function compiled(network: Network): Promise<Sequential> {
  const model = await sequential(architecture(network));
  const { optimizer, loss } = network;
  const make = { sgd, adam }[optimizer.name];
  model.compile({ optimizer: make({ learningRate: optimizer.learningRate }), loss });
  return model;
}

/** What a workload trains on. */
export function dataset(workload: TrainWorkload | LensWorkload) {
  const { x: features, y: targets } = trainingData(workload);
  const { network } = workload;
  const classes = network.output === "softmax" ? (network.sizes.at(-1) ?? 0) : 2;
  return fromArrays({ features, targets, inputShape: [inputsOf(network)], classes });
}

async function train(workload: TrainWorkload): Promise<Runner> {
  const { epochs, batchSize, samples } = workload;
  const model = await compiled(workload.network);
  const data = dataset(workload);
  return {
    unitsPerCall: epochs * samples,
    run: () => model.fit(data, { epochs, batchSize, shuffle: true }),
    dispose: () => model.dispose(),
  };
}

/** The forward pass of the lens, and its units' maps: model.lens has probes to train besides. */
async function maps({ network, side }: MapsWorkload): Promise<Runner> {
  const { inputShape, seed = 0, layers } = architecture(network);
  const core = new NetworkCore(await engine(), { inputShape, seed, layers });
  const points = grid(side);
  const rows = side * side;
  const { plan, input, outputs } = forwardPlan(core, rows, { keep: true });
  const { arena } = core.engine;
  return {
    unitsPerCall: 1,
    run: () => {
      const { f32 } = arena.views;
      writeRows(f32, input, points);
      plan.runOps(0, plan.ops.length, rows);
      return outputs.map((tensor) => transposed(f32, tensor, rows));
    },
    dispose: () => {
      plan.dispose();
      core.dispose();
    },
  };
}

/** [rows×cols] → [cols×rows], out of linear memory. */
function transposed(f32: Float32Array, { address, cols, ld }: Tensor, rows: number): Float32Array {
  const out = new Float32Array(rows * cols);
  for (let j = 0; j < cols; j++) {
    const from = (address >> 2) + j;
    for (let i = 0; i < rows; i++) out[j * rows + i] = f32[from + i * ld] as number;
  }
  return out;
}
