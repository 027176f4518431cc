// Convolutions on their own: the ops of one pass of a conv2d layer as a plan, and beside them products of as
// many operations, for a convolution is one that reads its operand through windows.

import { conv2d } from "../src/index.ts";
import { emitNetwork } from "../src/model/emit.ts";
import { chain, Network } from "../src/model/network.ts";
import { resolveOptimizer } from "../src/optimizers/index.ts";
import { PlanBuilder } from "../src/plan/builder.ts";
import { Plan, writeRows } from "../src/plan/plan.ts";
import type { Engine } from "../src/runtime/engine.ts";
import { elementCount } from "../src/shape.ts";
import type { Contender, Runner } from "./harness/contender.ts";
import { engineWith } from "./models.ts";
import { product } from "./product.ts";
import { type ConvWorkload, gemmFlops, productOf, uniform, type Workload } from "./workloads.ts";

/** The product that the convolution is, its windows laid out as rows before the time is taken. */
export const gemm: Contender<Workload> = {
  name: "gemm",
  prepare: async (workload) =>
    workload.kind === "conv" ? product(await engineWith(1), productOf(workload)) : undefined,
};

/** A product of as many operations, its sides equal: as fast as products get. */
export const gemmCube: Contender<Workload> = {
  name: "gemm-cube",
  async prepare(workload) {
    if (workload.kind !== "conv") return undefined;
    const flops = gemmFlops(productOf(workload));
    const side = Math.round(Math.cbrt(flops / 2));
    const cube = { ...productOf(workload), m: side, n: side, k: side };
    const runner = await product(await engineWith(1), cube);
    return { ...runner, unitsPerCall: gemmFlops(cube) / flops };
  },
};

/** The ops of one pass. */
export async function convolution(engine: Engine, workload: ConvWorkload): Promise<Runner> {
  const { pass, side, channels, filters, padding, batchSize } = workload;
  const inputShape = [side, side, channels];
  const layer = conv2d({ filters, kernelSize: 3, padding });
  const network = new Network(engine, "bench", chain(inputShape, [layer]), 1);
  network.parameters.attach(resolveOptimizer("bench", "sgd"));
  const builder = new PlanBuilder(batchSize);
  const x = builder.tensor("x", elementCount(inputShape), { keep: true });
  const dy = builder.tensor("dy", elementCount(network.outputShapes[0] ?? []), { keep: true });
  const { backward } = emitNetwork(network, builder, [x], { training: true, inputGradients: true });
  backward([dy]);
  const ops = builder.ops.filter(({ role }) => role === pass);
  const plan = new Plan(engine, ops, { batch: batchSize });
  // The other one of the two is not of this pass.
  const given = pass === "forward" ? [x] : pass === "input gradient" ? [dy] : [x, dy];
  for (const tensor of given) {
    writeRows(engine.arena.views.f32, tensor, uniform(batchSize * tensor.cols, 1));
  }
  return {
    unitsPerCall: 1,
    run: () => plan.forward(batchSize),
    dispose: () => {
      plan.dispose();
      network.dispose();
    },
  };
}
