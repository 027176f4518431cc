// Greedy layer-wise pretraining: a stack of dense layers, each of which has first learned, without labels, to
// keep what the one below it says. Trains small models of one layer after another and throws them away.

import { type Activation, type ActivationName, resolveActivation } from "./activations/index.ts";
import { Dataset } from "./data/dataset.ts";
import { fromArrays } from "./data/from-arrays.ts";
import { fail } from "./errors.ts";
import { dense } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { flatten } from "./layers/flatten.ts";
import { defineLayer, type Layer } from "./layers/layer.ts";
import type { FitOptions, History } from "./model/fit.ts";
import type { Optimizer, OptimizerName } from "./optimizers/index.ts";
import { checkInteger, checkName, checkOptions, checkThat } from "./options.ts";
import { type RbmOptions, rbm } from "./rbm.ts";
import type { Engine } from "./runtime/engine.ts";
import { sequential } from "./sequential.ts";
import { elementCount, formatShape, isNumericArray, type NestedNumbers } from "./shape.ts";

export interface GreedyPretrainingOptions extends Pick<FitOptions, "batchSize" | "signal"> {
  /** Shape of one sample. Default: that of a data set. */
  readonly inputShape?: readonly number[];
  /** Units of each layer, from the lowest. */
  readonly layers: readonly number[];
  /** Samples; targets are not looked at. */
  readonly data: Dataset | NestedNumbers;
  /**
   * What each layer is while it learns alone: the encoder of an autoencoder, or the hidden units of a
   * restricted Boltzmann machine, which reads numbers from 0 to 1. Default: "autoencoder".
   */
  readonly method?: "autoencoder" | "rbm";
  /** For each layer. Default: 10. */
  readonly epochs?: number;
  /** Default: "adam" for autoencoders, that of {@link rbm} for machines. */
  readonly optimizer?: OptimizerName | Optimizer;
  /** Of an autoencoder's layers. Default: "sigmoid", which a machine's layers have always. */
  readonly activation?: ActivationName | Activation;
  /**
   * What the lowest autoencoder's reconstruction ends in: "sigmoid" is for numbers from 0 to 1. Those above
   * end in "sigmoid" if the layers do, else they are linear. Default: "linear".
   */
  readonly reconstruction?: "linear" | "sigmoid";
  /** Part of an autoencoder's input that is zeroed while it learns, in [0, 1). Default: 0. */
  readonly corruption?: number;
  /** Of the lowest machine; see {@link rbm}. Default: "bernoulli". */
  readonly visibleUnits?: RbmOptions["visibleUnits"];
  /** Fixes all that is drawn. Default: 0. */
  readonly seed?: number;
  /** Where it runs. Default: the engine that all models share. */
  readonly engine?: Engine;
}

/** What {@link greedyPretraining} returns. */
export interface GreedyPretraining {
  /**
   * Dense layers that start from what was learned, behind a `flatten` if samples are no plain rows: the lower
   * part of a model.
   */
  readonly layers: readonly Layer[];
  /** How each layer learned; the losses are mean squared errors of reconstructions. */
  readonly histories: readonly History[];
}

const METHODS = ["autoencoder", "rbm"] as const;
const KEYS: readonly (keyof GreedyPretrainingOptions)[] = [
  "inputShape",
  "layers",
  "data",
  "method",
  "epochs",
  "batchSize",
  "signal",
  "optimizer",
  "activation",
  "reconstruction",
  "corruption",
  "visibleUnits",
  "seed",
  "engine",
];
const ONLY_FOR = {
  autoencoder: ["activation", "reconstruction", "corruption"],
  rbm: ["visibleUnits"],
} as const;

/**
 * Trains layers one by one on data without labels, each on the codes of those below: as autoencoders
 * (Bengio et al., "Greedy layer-wise training of deep networks", NeurIPS 2006) or restricted Boltzmann
 * machines (Hinton, Osindero & Teh, "A fast learning algorithm for deep belief nets", 2006).
 *
 * ```ts
 * const { layers } = await greedyPretraining({ layers: [128, 64], data: unlabeled, method: "rbm" });
 * const model = await sequential({ inputShape, layers: [...layers, dense(10, "softmax")] });
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`, `shapeMismatch`, and as fit does
 */
export async function greedyPretraining(
  options: GreedyPretrainingOptions,
): Promise<GreedyPretraining> {
  const where = "greedyPretraining";
  checkOptions(where, options, KEYS);
  const { layers: widths, epochs = 10 } = options;
  const method = checkName(where, "method", options.method ?? "autoencoder", METHODS);
  const areWidths = Array.isArray(widths) && widths.length > 0;
  checkThat(areWidths, where, "layers as an array of the units of each", widths);
  for (const units of widths) checkInteger(where, "units of each layer", units, 1, 1_000_000);
  checkInteger(where, "epochs", epochs, 0);
  for (const other of METHODS) {
    if (other === method) continue;
    for (const key of ONLY_FOR[other]) {
      checkThat(options[key] === undefined, where, `no ${key} for ${method}`, options[key]);
    }
  }
  const { shape, features } = samplesOf(where, options);

  const layers: Layer[] = shape.length > 1 ? [flatten({ name: "pretrained_input" })] : [];
  const histories: History[] = [];
  const train = method === "rbm" ? machine : autoencoder;
  let codes = fromRows(features, elementCount(shape));
  for (const [index, units] of widths.entries()) {
    const name = `pretrained_${index + 1}`;
    const last = index === widths.length - 1;
    const step = await train({ options, codes, units, index, name, epochs, last });
    layers.push(step.layer);
    histories.push(step.history);
    codes = step.codes;
  }
  return { layers, histories };
}

interface Step {
  readonly options: GreedyPretrainingOptions;
  /** What the layers below make of the data. */
  readonly codes: Dataset;
  readonly units: number;
  readonly index: number;
  readonly name: string;
  readonly epochs: number;
  /** Nobody asks for its codes. */
  readonly last: boolean;
}

interface Trained {
  readonly layer: Layer;
  readonly history: History;
  readonly codes: Dataset;
}

async function machine(step: Step): Promise<Trained> {
  const { options, codes, units, index, name } = step;
  const { optimizer, visibleUnits } = options;
  const it = await rbm({
    inputShape: codes.inputShape,
    units,
    ...(optimizer !== undefined && { optimizer }),
    ...(index === 0 && visibleUnits !== undefined && { visibleUnits }),
    ...common(step),
  });
  try {
    const history = await it.fit(codes, fitOptions(step));
    const next = step.last ? codes : fromRows((await it.transform(codes)).data, units);
    return { layer: it.layer({ name }), history, codes: next };
  } finally {
    it.dispose();
  }
}

async function autoencoder(step: Step): Promise<Trained> {
  const { options, codes, units, index, name } = step;
  const { optimizer = "adam", corruption = 0, activation: given = "sigmoid" } = options;
  const activation = resolveActivation("greedyPretraining: activation", given);
  const above = activation.name === "sigmoid" ? "sigmoid" : "linear";
  const { reconstruction = "linear" } = options;
  checkName("greedyPretraining", "reconstruction", reconstruction, ["linear", "sigmoid"]);
  const width = codes.featureCount;
  const encoder = dense({ units, activation, name });
  const model = await sequential({
    inputShape: [width],
    layers: [
      ...(corruption === 0 ? [] : [dropout(corruption)]),
      encoder,
      dense({ units: width, activation: index === 0 ? reconstruction : above, name: "decoder" }),
    ],
    ...common(step),
  });
  try {
    model.compile({ optimizer, loss: "meanSquaredError" });
    const pairs = new Dataset({ ...codes, targets: codes.features });
    const history = await model.fit(pairs, fitOptions(step));
    const weights = model.getWeights();
    const initial = {
      weight: weights[`${name}.weight`]?.data ?? new Float32Array(0),
      bias: weights[`${name}.bias`]?.data ?? new Float32Array(0),
    };
    const layer = defineLayer({ ...encoder, initial });
    return { layer, history, codes: step.last ? codes : await codesOf(layer, codes, options) };
  } finally {
    model.dispose();
  }
}

async function codesOf(
  layer: Layer,
  below: Dataset,
  { engine }: GreedyPretrainingOptions,
): Promise<Dataset> {
  const { inputShape } = below;
  const model = await sequential({ inputShape, layers: [layer], ...(engine && { engine }) });
  try {
    const { data, shape } = await model.predict(below);
    return fromRows(data, shape[1] ?? 1);
  } finally {
    model.dispose();
  }
}

/** Layers draw from seeds of their own. */
function common({ options: { seed = 0, engine }, index }: Step) {
  return { seed: seed + index, ...(engine && { engine }) };
}

function fitOptions({ options: { batchSize, signal }, epochs }: Step) {
  return { epochs, ...(batchSize !== undefined && { batchSize }), ...(signal && { signal }) };
}

function fromRows(features: Float32Array, width: number): Dataset {
  return new Dataset({ features, inputShape: [width], task: "regression" });
}

function samplesOf(where: string, { data, inputShape }: GreedyPretrainingOptions) {
  const typed = isNumericArray(data) && inputShape !== undefined;
  const dataset =
    data instanceof Dataset ? data : fromArrays({ features: data, ...(typed && { inputShape }) });
  const shape = inputShape ?? dataset.inputShape;
  if (elementCount(shape) !== dataset.featureCount) {
    throw fail("shapeMismatch", {
      where,
      expected: `samples of the shape ${formatShape(shape)}`,
      got: formatShape(dataset.inputShape),
    });
  }
  return { shape, features: dataset.features };
}
