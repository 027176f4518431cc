// What every layer of a network gives for some rows of input, in few kernel calls.

import type { Network } from "../model/network.ts";
import type { Pace } from "../model/pace.ts";
import { forwardPlan } from "../model/train-plan.ts";
import { writeRows } from "../plan/plan.ts";

/** Rows that one forward call takes at most. */
const ROWS = 4096;

/** A layer, or the input, on several sets of rows. */
export interface LayerActivations {
  readonly name: string;
  readonly width: number;
  /** One array per part. */
  readonly values: readonly Float32Array[];
}

/** Every layer's activations on several sets of rows. */
export async function activations(
  network: Network,
  parts: readonly Float32Array[],
  pace: Pace,
): Promise<LayerActivations[]> {
  const { inputs } = network;
  const total = parts.reduce((sum, part) => sum + part.length, 0) / inputs;
  const capacity = Math.min(total, ROWS);
  const { plan, input, outputs } = forwardPlan(network, capacity, { keep: true });
  try {
    const layers: { name: string; width: number; values: Float32Array[] }[] = [
      { name: "input", width: inputs, values: [...parts] },
    ];
    // Layers that pass their input on (flatten, dropout) show nothing of their own.
    const shown = outputs
      .map((tensor, index) => ({ tensor, index }))
      .filter(({ tensor, index }) => tensor !== (outputs[index - 1] ?? input));
    for (const { tensor, index } of shown) {
      const values = parts.map((part) => new Float32Array((part.length / inputs) * tensor.cols));
      layers.push({ name: network.layers[index]?.name ?? "", width: tensor.cols, values });
    }
    for (const [index, part] of parts.entries()) {
      const rows = part.length / inputs;
      for (let at = 0; at < rows; at += capacity) {
        const count = Math.min(capacity, rows - at);
        writeRows(
          network.engine.arena.views.f32,
          input,
          part.subarray(at * inputs, (at + count) * inputs),
        );
        plan.runOps(0, plan.ops.length, count);
        shown.forEach(({ tensor }, layer) => {
          layers[layer + 1]?.values[index]?.set(plan.read(tensor, count), at * tensor.cols);
        });
        if (pace.due) await pace.breathe();
      }
    }
    return layers;
  } finally {
    plan.dispose();
  }
}
