// What every layer of a network gives for some rows of input, in few kernel calls.

import type { Network, PlacedLayer, PlacedNode } from "../model/network.ts";
import type { Pace } from "../model/pace.ts";
import type { Parameter } from "../model/parameters.ts";
import { forwardPlan } from "../model/train-plan.ts";
import { writeRows } from "../plan/plan.ts";
import type { Tensor } from "../plan/tensor.ts";
import { elementCount } from "../shape.ts";

/** Rows that one forward call takes at most. */
const ROWS = 4096;
/** As much memory as their values should take. */
const BYTES = 2 ** 27;

/** A layer, or the input, on several sets of rows. */
export interface LayerActivations {
  readonly name: string;
  readonly width: number;
  /** One array per part. */
  readonly values: readonly Float32Array[];
  /** Of a dense layer: what carries the values of the one before it here. */
  readonly dense: { readonly weight: Float32Array; readonly bias: Float32Array } | undefined;
}

/** Every layer's activations on several sets of rows. */
export async function activations(
  network: Network,
  parts: readonly Float32Array[],
  pace: Pace,
): Promise<LayerActivations[]> {
  const { inputs } = network;
  const total = parts.reduce((sum, part) => sum + part.length, 0) / inputs;
  const width = network.nodes.reduce((sum, it) => sum + elementCount(it.outputShape), inputs);
  const capacity = Math.max(1, Math.min(total, ROWS, Math.floor(BYTES / (4 * width))));
  const { plan, input, values: outputs } = forwardPlan(network, capacity, { keep: true });
  try {
    const layers: LayerActivations[] = [
      { name: "input", width: inputs, values: parts, dense: undefined },
    ];
    // Layers that pass their input on (flatten, dropout) show nothing of their own.
    const read = network.nodes.map((node) =>
      node.inputs.map((it) => outputs[it - network.graph.inputShapes.length] ?? input),
    );
    const shown = outputs
      .map((tensor, index) => ({ tensor, index }))
      .filter(({ tensor, index }) => !read[index]?.includes(tensor));
    await network.turn(() => {
      let below = input;
      for (const { tensor, index } of shown) {
        const values = parts.map((part) => new Float32Array((part.length / inputs) * tensor.cols));
        const { placed } = network.nodes[index] as PlacedNode;
        // Only of what stands right below, and whole.
        const dense = read[index]?.[0] === below ? denseOf(network, placed, below) : undefined;
        layers.push({ name: placed.name, width: tensor.cols, values, dense });
        below = tensor;
      }
    });
    for (const [index, part] of parts.entries()) {
      const rows = part.length / inputs;
      for (let at = 0; at < rows; at += capacity) {
        const count = Math.min(capacity, rows - at);
        writeRows(
          network.engine.arena.views.f32,
          input,
          part.subarray(at * inputs, (at + count) * inputs),
        );
        await network.turn(
          () => plan.forward(count),
          () => plan.settle(),
        );
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

function denseOf(
  network: Network,
  { layer, parameters, disabled }: PlacedLayer,
  below: Tensor,
): LayerActivations["dense"] {
  const [weight, bias] = parameters;
  if (layer.type !== "dense" || weight === undefined || weight.rows !== below.cols)
    return undefined;
  const read = (it: Parameter) =>
    network.parameters.read(it).map((x, i) => (disabled.has(i % it.cols) ? 0 : x));
  return { weight: read(weight), bias: bias ? read(bias) : new Float32Array(weight.cols) };
}
