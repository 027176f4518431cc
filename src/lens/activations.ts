// What every layer of a network gives for some rows of input, in few kernel calls.

import type { Network } from "../model/network.ts";
import type { Pace } from "../model/pace.ts";
import type { Parameter } from "../model/parameters.ts";
import { forwardPlan } from "../model/train-plan.ts";
import { writeRows } from "../plan/plan.ts";
import { elementCount } from "../shape.ts";
import { nodeNames } from "./look.ts";

/** Rows that one forward call takes at most, and numbers that all layers give for them. */
const ROWS = 4096;
const NUMBERS = 2 ** 23;

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
  const perRow = network.nodes.reduce((sum, it) => sum + elementCount(it.outputShape), 0);
  const capacity = Math.min(total, ROWS, Math.max(1, Math.floor(NUMBERS / perRow)));
  const { plan, input, values: outputs } = forwardPlan(network, capacity, { keep: true });
  try {
    const layers: LayerActivations[] = [
      { name: "input", width: inputs, values: parts, dense: undefined },
    ];
    // Layers that pass their input on (flatten, dropout) show nothing of their own.
    const shown = outputs
      .map((tensor, index) => ({ tensor, index }))
      .filter(({ tensor, index }) => ![input, ...outputs.slice(0, index)].includes(tensor));
    const names = nodeNames(network);
    await network.turn(() => {
      shown.forEach(({ tensor, index }, place) => {
        const values = parts.map((part) => new Float32Array((part.length / inputs) * tensor.cols));
        // Of a graph a layer may read another one than that which is shown before it.
        const [below] = network.nodes[index]?.inputs ?? [];
        const from = network.nodes.findIndex((it) => it.first === below);
        const read = from < 0 ? input : outputs[from];
        const single = network.graph.inputShapes.length === 1;
        const folds = read === (shown[place - 1]?.tensor ?? input) && (single || place > 0);
        const dense = folds && read ? denseOf(network, index, read.cols) : undefined;
        layers.push({ name: names[index] ?? "", width: tensor.cols, values, dense });
      });
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

/** Of a dense layer that sees all of the `width` numbers at once. */
function denseOf(network: Network, index: number, width: number): LayerActivations["dense"] {
  const { layer, parameters, disabled } = network.nodes[index]?.placed ?? {};
  const [weight, bias] = parameters ?? [];
  if (layer?.type !== "dense" || weight === undefined || weight.rows !== width) return undefined;
  const read = (it: Parameter) =>
    network.parameters.read(it).map((x, i) => (disabled?.has(i % it.cols) ? 0 : x));
  return { weight: read(weight), bias: bias ? read(bias) : new Float32Array(weight.cols) };
}
