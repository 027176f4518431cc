// The network of some settings, on the library's public API alone.

import { type ActivationName, dense, loadModel, type Sequential, sequential } from "layerwise";
import { lossesFor, lossOf, outputFor } from "../losses.ts";
import type { OptimizerSettings, Settings } from "../recipe.ts";
import type { RunData } from "./data.ts";
import { optimizerOf } from "./optimizer.ts";
import { refuse } from "./refusal.ts";

/**
 * A compiled model with its initial weights. Its hidden layers are named layer_1, layer_2, …, the last
 * one output; without hidden layers it is the linear classifier.
 * @throws LayerwiseError `invalidArgument` for a loss that doesn't fit the data, and as the library does
 */
export async function makeModel(settings: Settings, data: RunData): Promise<Sequential> {
  const { classes } = data.points;
  const loss = lossOf(settings.loss, { classes });
  const fitting = lossesFor({ classes });
  if (!fitting.includes(loss)) {
    const task = classes === 0 ? "quantities" : `${classes} classes`;
    throw refuse("loss", `one that fits ${task} (${fitting.join(", ")})`, loss);
  }
  const { l1, l2, initializer } = settings;
  const layer = (name: string, units: number, activation: ActivationName) =>
    dense({
      name,
      units,
      activation,
      kernelInitializer: initializer,
      kernelRegularizer: { l1, l2 },
    });
  const output = outputFor({ classes }, loss);
  const model = await sequential({
    inputShape: data.train.inputShape,
    seed: settings.seed,
    layers: [
      ...settings.layers.map(({ units, activation }, i) =>
        layer(`layer_${i + 1}`, units, activation),
      ),
      layer("output", output.units, output.activation),
    ],
  });
  compile(model, settings, data);
  return model;
}

/** The optimizer starts afresh; weights stay. */
export function compile(model: Sequential, settings: Settings, { points }: RunData): void {
  model.compile({
    optimizer: optimizerOf(settings.optimizer),
    loss: lossOf(settings.loss, points),
    metrics: [points.classes === 0 ? "r2" : "accuracy"],
  });
}

/** What is compiled in, but leaves the optimizer's state its meaning. */
export interface Tuning {
  readonly l1: number;
  readonly l2: number;
  /** Of the same kind: see shareState. */
  readonly optimizer: OptimizerSettings;
}

/** As much of model.json as tuning changes. */
interface ModelFile {
  readonly layers: readonly object[];
  readonly compiled: object;
}

/**
 * The same model under other penalties and options of its optimizer: the weights, the optimizer's state
 * and where training stands are kept.
 */
export function tuned(model: Sequential, { l1, l2, optimizer }: Tuning): Promise<Sequential> {
  const { json, weights } = model.save();
  const file: ModelFile = JSON.parse(json);
  const { name, options, learningRate } = optimizer;
  const kernelRegularizer = l1 > 0 || l2 > 0 ? { l1, l2 } : undefined;
  const changed = {
    ...file,
    // JSON leaves out what is undefined.
    layers: file.layers.map((it) => ({ ...it, kernelRegularizer })),
    compiled: { ...file.compiled, optimizer: { name, hyper: { ...options, learningRate } } },
  };
  return loadModel({ json: JSON.stringify(changed), weights });
}

/** Multiplications of one sample's way forward: one for each weight. */
export function multiplyAdds(model: Sequential): number {
  return Object.values(model.getWeights())
    .filter((it) => it.shape.length === 2)
    .reduce((sum, it) => sum + it.data.length, 0);
}
