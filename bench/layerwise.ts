// The contenders `layerwise` and `peak`. The one file of the bench that knows the library: models through
// the public API, single products through the kernel's plan executor.

import * as abi from "../assembly/abi.ts";
import { PlanBuilder } from "../src/plan/builder.ts";
import { writeOp } from "../src/plan/op.ts";
import { fixedTensor, stride } from "../src/plan/tensor.ts";
import { createEngine } from "../src/runtime/engine.ts";
import type { Contender, Runner } from "./harness/contender.ts";
import { type GemmWorkload, gemmFlops, uniform, type Workload } from "./workloads.ts";

/** Shared by the single products; models have the engine of the library. */
const engine = createEngine();

/** Products through OP_GEMM. */
export const layerwise: Contender<Workload> = {
  name: "layerwise",
  prepare: (workload) => (workload.kind === "gemm" ? product(workload) : undefined),
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
    const { arena, kernel } = await engine;
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

/** A plan of one op, run by the plan executor. */
async function product({ name, transpose, m, n, k }: GemmWorkload): Promise<Runner> {
  const it = await engine;
  const { arena, kernel } = it;
  const transposeA = transpose === "tn";
  const transposeB = transpose === "nt";
  const matrix = (label: string, rows: number, cols: number) => {
    const address = arena.allocate(rows * stride(cols) * 4);
    for (let row = 0; row < rows; row++) {
      arena.views.f32.set(uniform(cols, row + 1), (address >> 2) + row * stride(cols));
    }
    return fixedTensor(label, rows, cols, address);
  };
  const builder = new PlanBuilder(1);
  builder.gemm({
    layer: name,
    role: "product",
    a: transposeA ? matrix("a", k, m) : matrix("a", m, k),
    b: transposeB ? matrix("b", n, k) : matrix("b", k, n),
    c: matrix("c", m, n),
    transposeA,
    transposeB,
  });
  const [op] = builder.ops;
  if (op === undefined) throw new Error("bench: the builder made no op");
  const scratch = op.scratch && { ...op.scratch, address: arena.allocate(op.scratch.bytes) };
  const record = arena.allocate(abi.OP_BYTES);
  const plan = arena.allocate(abi.PLAN_BYTES);
  // The view is taken after the last allocation: memory may have grown.
  const { view } = it;
  writeOp(view, record, { ...op, ...(scratch && { scratch }) });
  view.setInt32(plan + abi.PLAN_OPS, record, true);
  view.setInt32(plan + abi.PLAN_OP_COUNT, 1, true);
  const blocks = [op.a, op.b, op.c, scratch].flatMap((tensor) => tensor?.address ?? []);
  return {
    unitsPerCall: 1,
    run: () => kernel.runOps(plan, 0, 1, 0, 1),
    dispose: () => {
      for (const address of [...blocks, record, plan]) arena.free(address);
    },
  };
}
