// What a model is made of, as text.

import { PlanBuilder } from "../plan/builder.ts";
import { printPlan } from "../plan/print.ts";
import { formatShape } from "../shape.ts";
import { emitNetwork } from "./emit.ts";
import type { Network } from "./network.ts";

/** A table of layers, totals, and the ops of the forward plan. */
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
    ];
  });
  const head = ["layer", "type", "output shape", "parameters"];
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ");
  const { count } = network.parameters;
  const builder = new PlanBuilder(1);
  const input = builder.tensor("input", network.inputs);
  emitNetwork(network, builder, input, { training: false, logits: false, keep: false });
  return [
    line(head),
    widths.map((width) => "─".repeat(width)).join("  "),
    line(["input", "", formatShape(network.inputShape), "0"]),
    ...rows.map(line),
    "",
    `${count.toLocaleString("en")} parameters, ${(count * 4).toLocaleString("en")} bytes`,
    "",
    "forward plan",
    printPlan(builder.ops),
  ].join("\n");
}
