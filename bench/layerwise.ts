// The contenders `layerwise`, `layerwise-2t` and `peak`: models by the public API (models.ts), single products and units'
// maps by what lies below it.

import { chain, Network as NetworkCore } from "../src/model/network.ts";
import { forwardPlan } from "../src/model/train-plan.ts";
import { writeRows } from "../src/plan/plan.ts";
import type { Tensor } from "../src/plan/tensor.ts";
import { convolution } from "./convolutions.ts";
import { trainDeep } from "./deep-models.ts";
import type { Contender, Runner } from "./harness/contender.ts";
import { architecture, engineWith, models, modelsOn } from "./models.ts";
import { product } from "./product.ts";
import { gemmFlops, grid, type MapsWorkload, uniform, type Workload } from "./workloads.ts";

const onTwo = modelsOn("layerwise-2t", 2);

/** On one thread. */
export const layerwise: Contender<Workload> = {
  name: models.name,
  async prepare(workload) {
    switch (workload.kind) {
      case "gemm":
        return product(await engineWith(1), workload);
      case "maps":
        return maps(workload);
      case "convnet":
      case "lstm":
        return trainDeep(workload, await engineWith(1));
      case "conv":
        return convolution(await engineWith(1), workload);
      default:
        return models.prepare(workload);
    }
  },
};

/** Below this a product is not worth a second thread. */
const SHARED_SIDE = 256;

/** On two threads, where the library would take them. */
export const layerwise2t: Contender<Workload> = {
  name: onTwo.name,
  async prepare(workload) {
    if (workload.kind === "gemm") {
      if (Math.min(workload.m, workload.n) < SHARED_SIDE) return undefined;
      return product(await engineWith(2), workload, { threads: 2 });
    }
    if (workload.kind === "convnet" || workload.kind === "lstm") {
      return trainDeep(workload, await engineWith(2));
    }
    return workload.kind === "train" || workload.kind === "predict"
      ? onTwo.prepare(workload)
      : undefined;
  },
};

/** Depth of the panels: as deep as the gemm's own blocks, both in the L1 cache. */
const PEAK_DEPTH = 384;

/**
 * How many such products the micro-kernel alone could do a second: the kernel's `peak` on cached panels,
 * without packing, edges or epilogue.
 */
export const peak: Contender<Workload> = {
  name: "peak",
  async prepare(workload) {
    if (workload.kind !== "gemm") return undefined;
    const on = await engineWith(1);
    const { arena, kernel } = on;
    const wide = on.wideTilesFor(Number.POSITIVE_INFINITY) ? 1 : 0;
    const a = arena.allocate(PEAK_DEPTH * 64);
    const b = arena.allocate(PEAK_DEPTH * 64);
    const c = arena.allocate(1024);
    arena.views.f32.set(uniform(PEAK_DEPTH * 16, 1), a >> 2);
    arena.views.f32.set(uniform(PEAK_DEPTH * 16, 2), b >> 2);
    const repeats = 64;
    return {
      unitsPerCall: (kernel.peakFlops(wide) * PEAK_DEPTH * repeats) / gemmFlops(workload),
      run: () => kernel.peak(a, b, c, PEAK_DEPTH, repeats, wide),
      dispose: () => {
        for (const address of [a, b, c]) arena.free(address);
      },
    };
  },
};

/** The forward pass of the lens, and its units' maps: model.lens has probes to train besides. */
async function maps({ network, side }: MapsWorkload): Promise<Runner> {
  const { inputShape, seed = 0, layers } = architecture(network);
  const core = new NetworkCore(await engineWith(1), "lens", chain(inputShape, layers), seed);
  const points = grid(side);
  const rows = side * side;
  const { plan, input, outputs } = forwardPlan(core, rows, { keep: true });
  const { arena } = core.engine;
  return {
    unitsPerCall: 1,
    run: () => {
      const { f32 } = arena.views;
      writeRows(f32, input, points);
      plan.forward(rows);
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
