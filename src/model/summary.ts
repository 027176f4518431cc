// What a model is made of, as text.

import { PlanBuilder } from "../plan/builder.ts";
import { printPlan } from "../plan/print.ts";
import { fixedTensor } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import type { Compiled, Network } from "./network.ts";
import { emitForward, measuresOf, targetWidths, trainOps } from "./train-plan.ts";

/** Samples in a batch of the training plan: fit's default. */
const BATCH = 32;

/** A table of layers, totals, the ops of the forward plan and, if compiled, those of training. */
export function summary(network: Network): string {
  network.checkUsable("summary");
  const rows = network.layers.map(({ name, layer, outputShape, parameters }) => {
    const f = layer.finalActivation;
    const count = parameters.reduce((sum, it) => sum + it.rows * it.cols, 0);
    return [
      name,
      f && f !== layer.type ? `${layer.type} (${f})` : layer.type,
      formatShape(outputShape),
      count.toLocaleString("en"),
      (count * 4).toLocaleString("en"),
    ];
  });
  const head = ["layer", "type", "output shape", "parameters", "bytes"];
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i >= 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ");
  const { count } = network.parameters;
  const builder = new PlanBuilder(1);
  emitForward(network, builder);
  return [
    line(head),
    widths.map((width) => "─".repeat(width)).join("  "),
    line(["input", "", formatShape(network.inputShape), "0", "0"]),
    ...rows.map(line),
    "",
    `${count.toLocaleString("en")} parameters, ${(count * 4).toLocaleString("en")} bytes`,
    "",
    "forward plan",
    printPlan(builder.ops),
    ...(network.compiled ? trainingLines(network, network.compiled) : []),
  ].join("\n");
}

/** The training plan as fit would run it; nothing is allocated. */
function trainingLines(network: Network, compiled: Compiled): readonly string[] {
  const width = targetWidths(network, compiled).reduce((sum, it) => sum + it, 0);
  const ops = trainOps(network, compiled, {
    feed: {
      x: fixedTensor("features", 1, network.inputs, 0),
      y: fixedTensor("targets", 1, width, 0),
      weights: undefined,
    },
    batchSize: BATCH,
    targets: new Float32Array(0),
    metricSums: measuresOf(compiled).map(({ name, words }) =>
      fixedTensor(`${name}.sums`, 1, words * 2, 0),
    ),
  });
  return ["", `training plan, batches of ${BATCH}`, printPlan(ops)];
}
