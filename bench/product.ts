// A single product as a plan of one op, run by the kernel's plan executor: what the library's models are
// made of, without a model.

import * as abi from "../assembly/abi.ts";
import { PlanBuilder } from "../src/plan/builder.ts";
import { writeOp } from "../src/plan/op.ts";
import { fixedTensor, stride } from "../src/plan/tensor.ts";
import type { Engine } from "../src/runtime/engine.ts";
import type { Runner } from "./harness/contender.ts";
import { type GemmWorkload, uniform } from "./workloads.ts";

/** Which way through the gemm; "planned" is the planner's choice (src/plan/cost.ts). */
export type Path = "planned" | "packed" | "unpacked";

/** Floats of scratch that either way needs: packed blocks as large as they get, or all of a transposed B. */
function scratchFloats({ n, k }: GemmWorkload): number {
  return 384 * (512 + 120) + k * stride(n);
}

export interface ProductOptions {
  /** Default: "planned". */
  readonly path?: Path;
  /** Default: 1, on the caller's own. */
  readonly threads?: number;
}

export async function product(
  engine: Engine,
  workload: GemmWorkload,
  { path = "planned", threads = 1 }: ProductOptions = {},
): Promise<Runner> {
  const { arena, kernel } = engine;
  const { name, transpose, m, n, k } = workload;
  const transposeA = transpose === "tn";
  const transposeB = transpose === "nt";
  const blocks: number[] = [];
  const allocate = (bytes: number) => {
    const address = arena.allocate(bytes);
    blocks.push(address);
    return address;
  };
  const matrix = (label: string, rows: number, cols: number) => {
    const address = allocate(rows * stride(cols) * 4);
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
  const room = scratchFloats(workload);
  const scratch = fixedTensor("scratch", 1, room, allocate(room * 4 * threads));
  const unpacked = op.flags | abi.FLAG_UNPACKED;
  const flags = { planned: op.flags, unpacked, packed: unpacked ^ abi.FLAG_UNPACKED }[path];
  const record = allocate(abi.OP_BYTES);
  const plan = allocate(abi.PLAN_BYTES);
  // The view is taken after the last allocation: memory may have grown.
  const { view } = engine;
  const wide = engine.wideTilesFor(Number.POSITIVE_INFINITY);
  writeOp(view, record, { ...op, flags, scratch }, { wide });
  view.setInt32(plan + abi.PLAN_OPS, record, true);
  view.setInt32(plan + abi.PLAN_OP_COUNT, 1, true);
  const pool = threads > 1 ? await engine.pool() : undefined;
  return {
    unitsPerCall: 1,
    run:
      pool === undefined
        ? () => kernel.runOps(plan, 0, 1, 0, 1)
        : () => pool.dispatch({ plan, steps: 0, patience: 10_000 }, threads).done,
    dispose: () => {
      for (const address of blocks) arena.free(address);
    },
  };
}
