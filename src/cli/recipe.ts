// What is trained when nothing else is asked for: layers, epochs, batch size and learning rate from the
// data's facts alone. The rules for files were chosen on validation parts cut from training parts;
// held-out data chose nothing, and stops nothing.

import type { ActivationName } from "../activations/index.ts";
import type { DatasetName } from "../data/datasets/index.ts";
import { type Dataset, dense, type Layer, type LossName, type MetricName } from "../index.ts";
import type { LayerSpec } from "./args.ts";

/** How a network is built and trained. */
export interface Recipe {
  readonly layers: readonly { readonly units: number; readonly activation: ActivationName }[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** The penalty l2·Σw² on weights. */
  readonly l2: number;
}

/** What the user chose of it. */
export interface Wishes {
  readonly layers: readonly LayerSpec[] | undefined;
  readonly epochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
}

/** The facts that a recipe is made from. */
export interface Facts {
  /** The name of a generated data set; undefined for a file. */
  readonly generated: DatasetName | undefined;
  /** Samples to train on. */
  readonly samples: number;
  readonly features: number;
}

/** Shapes that take more than two layers of eight. */
const wide: Partial<Record<DatasetName, number>> = {
  spiral: 16,
  checkerboard: 32,
  hills: 16,
  sine: 16,
};

/** The recipe for data with these facts, and with these wishes. */
export function recipeFor(facts: Facts, wishes: Wishes): Recipe {
  const usual = facts.generated === undefined ? fileRecipe(facts) : planeRecipe(facts.generated);
  const activation = usual.layers[0]?.activation ?? "tanh";
  return {
    layers: wishes.layers?.map((it) => ({ activation, ...defined(it) })) ?? usual.layers,
    epochs: wishes.epochs ?? usual.epochs,
    // A wish beyond the data is left to `fit` to refuse.
    batchSize: wishes.batchSize ?? Math.min(usual.batchSize, facts.samples),
    learningRate: wishes.learningRate ?? usual.learningRate,
    l2: usual.l2,
  };
}

function defined({ units, activation }: LayerSpec) {
  return activation === undefined ? { units } : { units, activation };
}

function planeRecipe(name: DatasetName): Recipe {
  const units = wide[name] ?? 8;
  const layer = { units, activation: "tanh" } as const;
  return { layers: [layer, layer], epochs: 200, batchSize: 16, learningRate: 0.01, l2: 0 };
}

/**
 * Few features: two equal layers of tanh, wider with more samples. Many: relu, twice as wide as the
 * input at first, then half of that. The penalty fades as data grows.
 */
function fileRecipe({ samples, features }: Facts): Recipe {
  const few = features < 16;
  const width = few
    ? samples < 1000
      ? 16
      : samples < 10_000
        ? 32
        : 64
    : Math.min(256, 2 ** Math.ceil(Math.log2(2 * features)));
  const layers = few
    ? [width, width].map((units) => ({ units, activation: "tanh" as const }))
    : [width, width / 2].map((units) => ({ units, activation: "relu" as const }));
  return {
    layers,
    epochs: Math.min(100, Math.max(20, Math.round(100_000 / samples))),
    batchSize: samples < 500 ? 16 : samples < 20_000 ? 32 : 128,
    learningRate: 0.003,
    l2: 0.1 / samples,
  };
}

/** Output layer, loss and metrics that a task asks for. */
export interface Goal {
  readonly units: number;
  readonly activation: ActivationName;
  readonly loss: LossName;
  readonly metrics: readonly MetricName[];
}

/** Two classes: one sigmoid. More: a softmax. Quantities: linear outputs. */
export function goalOf(data: Pick<Dataset, "task" | "classes" | "targetWidth">): Goal {
  if (data.task === "regression") {
    const metrics = ["r2", "meanAbsoluteError"] as const;
    return { units: data.targetWidth, activation: "linear", loss: "meanSquaredError", metrics };
  }
  const metrics = ["accuracy"] as const;
  return data.classes === 2
    ? { units: 1, activation: "sigmoid", loss: "binaryCrossentropy", metrics }
    : {
        units: data.classes,
        activation: "softmax",
        loss: "sparseCategoricalCrossentropy",
        metrics,
      };
}

/** The name of the last layer. */
export const OUTPUT = "output";

/** The layers of recipe and goal. */
export function buildLayers({ layers, l2 }: Recipe, goal: Goal): Layer[] {
  const penalty = l2 > 0 ? { kernelRegularizer: l2 } : {};
  const hidden = layers.map(({ units, activation }, i) =>
    dense({
      name: `dense_${i + 1}`,
      units,
      activation,
      ...(isRelu(activation) && { kernelInitializer: "heNormal" as const }),
      ...penalty,
    }),
  );
  // Targets of a regression get their own units back at the end, so its last weights have no penalty.
  const { units, activation } = goal;
  const last = { name: OUTPUT, units, activation };
  return [...hidden, dense(activation === "linear" ? last : { ...last, ...penalty })];
}

function isRelu(activation: ActivationName): boolean {
  return activation === "relu" || activation === "relu6" || activation === "leakyRelu";
}
