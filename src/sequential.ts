/// <reference lib="esnext.disposable" preserve="true" />
// The public model: layers in a row, or a graph of them. Thin: each method hands over to the file that does
// the work.

import { saveFolder } from "#platform";
import type { Dataset } from "./data/dataset.ts";
import { fail } from "./errors.ts";
import { type ModelSource, type SavedModel, saveNetwork } from "./io/save.ts";
import type { Layer } from "./layers/layer.ts";
import type { SymbolicTensor } from "./layers/symbolic.ts";
import type { Lens, LensOptions } from "./lens/lens.ts";
import { type HeadOptions, resolveHeads } from "./model/compile.ts";
import type { Several, TrainingData } from "./model/data.ts";
import { type FitOptions, fit, type History } from "./model/fit.ts";
import type { BatchStream, StreamFitOptions } from "./model/fit-stream.ts";
import { applyGraph, copyLayers, type OneOrMore, traceGraph } from "./model/graph.ts";
import { learningRateOf, setHyper } from "./model/hyper.ts";
import { networks } from "./model/inside.ts";
import type { NdArray } from "./model/nd-array.ts";
import { chain, type DataMemory, Network, outputsOf, type Position } from "./model/network.ts";
import { Predictor } from "./model/predict.ts";
import type { Session } from "./model/session.ts";
import { checkStep, type StepOptions, type StepResult } from "./model/step.ts";
import { summary } from "./model/summary.ts";
import { Unit } from "./model/unit.ts";
import {
  averagesAsArrays,
  gradientsAsArrays,
  type ModelWeights,
  Weight,
  weightsAsArrays,
  writeWeights,
} from "./model/weights.ts";
import {
  type HyperOptions,
  hyperOptions,
  type Optimizer,
  type OptimizerName,
  resolveOptimizer,
} from "./optimizers/index.ts";
import { checkOptions, checkThat, isRecord } from "./options.ts";
import { Engine, engine as sharedEngine } from "./runtime/engine.ts";
import type { NestedNumbers } from "./shape.ts";

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** Shape of one sample: [2] for points of the plane. */
  readonly inputShape: readonly number[];
  readonly layers: readonly Layer[];
  /** Fixes the initial weights, the order of samples, dropout. A whole number ≥ 0; default 0. */
  readonly seed?: number;
  /** Where it runs. Default: the engine that all models share. */
  readonly engine?: Engine;
}

/** How a model learns: see {@link Model.compile}. */
export interface CompileOptions extends HeadOptions {
  readonly optimizer: OptimizerName | Optimizer;
}

/**
 * A model of layers in a row, its weights drawn from the seed.
 *
 * ```ts
 * const model = await sequential({ inputShape: [2], seed: 42, layers: [dense(8, "tanh"), dense(1, "sigmoid")] });
 * ```
 * @throws LayerwiseError `invalidArgument`, `shapeMismatch`, `outOfMemory`
 */
export async function sequential(options: SequentialOptions): Promise<Sequential> {
  checkOptions("sequential", options, ["inputShape", "layers", "seed", "engine"]);
  const { inputShape, layers, seed = 0 } = options;
  const areLayers =
    Array.isArray(layers) &&
    [...layers].every(
      (it) => isRecord(it) && "emit" in it && outputsOf(it as unknown as Layer) < 2,
    );
  const required = "an array of layers, as dense() and others return them";
  checkThat(
    areLayers,
    "sequential: layers",
    required,
    layers,
    "Layers of several outputs need model().",
  );
  const engine = await engineOf("sequential", options.engine);
  return new Model(new Network(engine, "sequential", chain(inputShape, layers), seed));
}

/** Options of {@link model}. */
export interface ModelOptions<Outputs extends OneOrMore = OneOrMore> {
  /** What {@link input} returned: one, or several. */
  readonly inputs: OneOrMore;
  /** What layers' `apply` returned: one, or several. */
  readonly outputs: Outputs;
  /** Fixes the initial weights, the order of samples, dropout. A whole number ≥ 0; default 0. */
  readonly seed?: number;
  /** Where it runs. Default: the engine that all models share. */
  readonly engine?: Engine;
}

/** What `predict` gives: an array of them if the outputs were given as one. */
export type PredictionOf<Outputs> = Outputs extends SymbolicTensor ? NdArray : readonly NdArray[];

/**
 * A model of a graph of layers, between inputs and outputs. A layer that is applied several times has its
 * weights once.
 *
 * ```ts
 * const x = input({ shape: [2] });
 * const h = dense(8, "tanh").apply(x);
 * const net = await model({ inputs: x, outputs: dense(1, "sigmoid").apply(add().apply(h, dense(8).apply(h))) });
 * ```
 * @throws LayerwiseError `invalidArgument`, `shapeMismatch`, `outOfMemory`
 */
export async function model<const Outputs extends OneOrMore>(
  options: ModelOptions<Outputs>,
): Promise<Model<PredictionOf<Outputs>>> {
  const where = "model";
  checkOptions(where, options, ["inputs", "outputs", "seed", "engine"]);
  const { inputs, outputs, seed = 0 } = options;
  const graph = traceGraph(where, inputs, outputs);
  const engine = await engineOf(where, options.engine);
  return new Model(new Network(engine, where, graph, seed));
}

/**
 * A model that was saved: from a folder (Node), or from what `save()` returned.
 * @throws LayerwiseError `fileUnreadable`, `modelFormat`, `safetensorsFormat`, … before anything is allocated for it
 */
export async function loadModel<Prediction extends NdArray | readonly NdArray[] = NdArray>(
  source: ModelSource,
  options: { readonly engine?: Engine } = {},
): Promise<Model<Prediction>> {
  checkOptions("loadModel", options, ["engine"]);
  const { loadNetwork, readSaved } = await import("./io/load.ts");
  const saved = await readSaved(source);
  return new Model(loadNetwork(await engineOf("loadModel", options.engine), saved));
}

async function engineOf(where: string, given: Engine | undefined): Promise<Engine> {
  const isEngine = given === undefined || given instanceof Engine;
  checkThat(isEngine, `${where}: engine`, "what engine() resolves to", given, "Await engine().");
  return given ?? sharedEngine();
}

/** What a model owns in linear memory. Knows nothing of the model, so that it can outlive it. */
class Core {
  readonly network: Network;
  readonly predictor: Predictor;
  session: Session | undefined;

  constructor(network: Network) {
    this.network = network;
    network.save = saveNetwork;
    this.predictor = new Predictor(network);
  }

  dispose(): void {
    if (this.network.disposed) return;
    this.network.checkUnused("dispose");
    this.session?.dispose();
    this.predictor.dispose();
    this.network.dispose();
  }
}

/** Gives back the memory of models that were dropped without dispose(). */
const dropped = new FinalizationRegistry<Core>((core) => core.dispose());

/** A model of layers in a row. */
export type Sequential = Model;

/**
 * Layers that can be trained, looked into, saved. Made by {@link sequential} or {@link model}. `Prediction`
 * is what `predict` gives: an array for each output, if there are several.
 */
export class Model<Prediction extends NdArray | readonly NdArray[] = NdArray> {
  readonly #core: Core;
  #copies: readonly Layer[] | undefined;
  /**
   * Whether its layers learn where it is used as a layer of another model, by {@link apply}. They do, unless
   * this is set to false before.
   */
  trainable = true;
  /** Calls that have not ended: they keep the model from being garbage. */
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: counting is what keeps `this` alive
  #pending = 0;

  /** @internal */
  constructor(network: Network) {
    this.#core = new Core(network);
    networks.set(this, network);
    dropped.register(this, this.#core, this);
  }

  get #network(): Network {
    return this.#core.network;
  }

  get inputShape(): readonly number[] {
    return this.#network.inputShape;
  }
  get outputShape(): readonly number[] {
    return this.#network.outputShape;
  }
  get seed(): number {
    return this.#network.seed;
  }
  /** Trainable numbers. */
  get parameterCount(): number {
    return this.#network.parameters.count;
  }
  /** Steps and epochs done, samples of the epoch at hand already used. */
  get position(): Position {
    return this.#network.position;
  }
  /** What was kept of the training data: normalization, names of classes and features. */
  get data(): DataMemory {
    return this.#network.data;
  }
  /** The layers' names, types, output shapes, and the activation that each ends in, if any. */
  get layers(): readonly {
    readonly name: string;
    readonly type: string;
    readonly outputShape: readonly number[];
    readonly activation: string | undefined;
  }[] {
    return this.#network.layers.map(({ name, layer, outputShape }) => ({
      name,
      type: layer.type,
      outputShape,
      activation: layer.finalActivation,
    }));
  }

  /** Layers, shapes, parameters, bytes, and the ops of the plans: forward and, once compiled, training. */
  summary(): string {
    return summary(this.#network);
  }

  /**
   * Settles how the model learns. Its weights stay; the optimizer starts afresh.
   * @throws LayerwiseError `unknownName`, `invalidArgument`, `busy`, `disposed`
   */
  compile(options: CompileOptions): void {
    const where = "compile";
    const network = this.#network;
    network.checkIdle(where);
    checkOptions(where, options, ["optimizer", "loss", "lossWeights", "metrics"]);
    const optimizer = resolveOptimizer(`${where}: optimizer`, options.optimizer);
    const heads = resolveHeads(where, network, options);
    network.parameters.attach(optimizer);
    // A bound data set belongs to the plan of the old settings.
    this.#core.session?.dispose();
    this.#core.session = undefined;
    network.compiled = { optimizer, heads };
    // An optimizer corrects its averages by the steps that it has made itself.
    network.position = { ...network.position, step: 0 };
    network.revision++;
  }

  /**
   * Trains on a Dataset or `{ x, y }`, or on a stream of them, one step each.
   * Yields to the event loop every few milliseconds.
   * @throws LayerwiseError `notFinite` if a NaN arises: it names layer and step, the model keeps the last
   * good weights; `busy`, `notCompiled`, `disposed`, and what is wrong with data or options
   */
  fit(data: TrainingData, options?: FitOptions): Promise<History>;
  fit(stream: BatchStream | (() => BatchStream), options?: StreamFitOptions): Promise<History>;
  async fit(
    data: TrainingData | BatchStream | (() => BatchStream),
    options?: FitOptions,
  ): Promise<History> {
    const network = this.#network;
    if (!isStream(data)) return this.#held(fit(network, data, options));
    network.checkCompiled("fit");
    const work = async () => {
      const { fitStream } = await import("./model/fit-stream.ts");
      return fitStream(network, data, options);
    };
    return this.#held(network.exclusively("fit", work));
  }

  /**
   * Trains `n` batches, across epochs. The data is bound by the first call that gives it, and stays.
   * @throws LayerwiseError as fit; `invalidArgument` if no data was ever given
   */
  async step(n: number, options: StepOptions = {}): Promise<StepResult> {
    const network = this.#network;
    const compiled = network.checkCompiled("step");
    network.checkIdle("step");
    checkStep(n, options);
    const { data } = options;
    const work = async () => {
      if (data !== undefined) {
        const { Session } = await import("./model/session.ts");
        const session = new Session(network, compiled, { ...options, data });
        this.#core.session?.dispose();
        this.#core.session = session;
      }
      const { session } = this.#core;
      if (session) return session.step(n);
      throw fail("invalidArgument", { where: "step", required: "data, the first time", got: data });
    };
    return this.#held(network.exclusively("step", work));
  }

  /** The mean loss, penalties included, and each metric. @throws LayerwiseError as fit */
  async evaluate(data: TrainingData): Promise<Record<string, number>> {
    const network = this.#network;
    network.checkCompiled("evaluate");
    const work = async () => (await import("./model/evaluate.ts")).evaluate(network, data);
    return this.#held(network.reading("evaluate", work));
  }

  /**
   * Outputs for new samples, [samples × …outputShape]; of several inputs in their order or by name.
   * @throws LayerwiseError `shapeMismatch`, …
   */
  async predict(x: Dataset | NestedNumbers | Several): Promise<Prediction> {
    const outputs = await this.#held(this.#core.predictor.predict(x));
    return (this.#network.graph.outputsListed ? outputs : outputs[0]) as Prediction;
  }

  /**
   * Its layers once more, as part of another graph: what they give when they are applied to `values`. They
   * start from copies of the weights as they are now; applied twice they are the same layers.
   * @throws LayerwiseError `shapeMismatch`, `invalidArgument`, `disposed`
   */
  apply(...values: readonly SymbolicTensor[] | [readonly SymbolicTensor[]]): SymbolicTensor {
    const network = this.#network;
    network.checkSettled("apply");
    this.#copies ??= copyLayers(network, this.trainable);
    const [first, ...more] = applyGraph(network.graph, this.#copies, values.flat());
    const required = "a model of one output to be applied as a layer";
    checkThat(more.length === 0, "apply", required, `${more.length + 1} outputs`);
    return first as SymbolicTensor;
  }

  /** What each layer has learned. Does not disturb training. */
  async lens(data: TrainingData, options?: LensOptions): Promise<Lens> {
    const network = this.#network;
    return this.#held(import("./lens/lens.ts").then((it) => it.lens(network, data, options)));
  }

  /** The optimizer's options as they are now, by their own names. @throws LayerwiseError `notCompiled` */
  get hyper(): HyperOptions {
    return hyperOptions(this.#network.checkCompiled("hyper").optimizer);
  }

  /**
   * Changes the optimizer's options between steps, without a rebuild: `setHyper({ learningRate: 0.001 })`.
   * A number for the learning rate ends a schedule.
   * @throws LayerwiseError `invalidArgument`, also for a change that needs compile; `unknownName`, `notCompiled`
   */
  setHyper(change: Partial<HyperOptions>): void {
    setHyper("setHyper", this.#network, change);
  }

  /**
   * The learning rate of the last step, rounded to f32: what a schedule made of it, if there is one.
   * @throws LayerwiseError `notCompiled`
   */
  get learningRate(): number {
    this.#network.checkCompiled("learningRate");
    this.#network.checkSettled("learningRate");
    return learningRateOf(this.#network);
  }

  /** One parameter, to read and write single numbers of: `model.weight("dense_1.weight").set(0.5, 0, 3)`. */
  weight(name: string): Weight {
    return new Weight(this.#network, name);
  }

  /**
   * One unit of a dense layer, to freeze it or to switch it off: `model.unit("dense_1", 3).enabled = false`.
   * @throws LayerwiseError `unknownName`, `invalidArgument`, `disposed`
   */
  unit(layer: string, index: number): Unit {
    return new Unit(this.#network, layer, index);
  }

  /** Copies of all parameters by name: "dense_1.weight", "dense_1.bias", … */
  getWeights(): Record<string, NdArray> {
    this.#network.checkSettled("getWeights");
    return weightsAsArrays(this.#network);
  }

  /**
   * Copies of the gradients that the last training step used, clipped if the optimizer clips, by the names
   * of the parameters. Zeros before the first step since compile, and after a step that failed. Read them
   * between steps or in a callback: in the midst of a long step some may be of it already.
   * @throws LayerwiseError `notCompiled`, `disposed`
   */
  getGradients(): Record<string, NdArray> {
    this.#network.checkCompiled("getGradients");
    this.#network.checkSettled("getGradients");
    return gradientsAsArrays(this.#network);
  }

  /**
   * Copies of the weights' moving averages, which the optimizer's emaMomentum keeps, by the names of the
   * parameters: `model.setWeights(model.averagedWeights())`.
   * @throws LayerwiseError `invalidArgument` if none are kept; `notCompiled`, `disposed`
   */
  averagedWeights(): Record<string, NdArray> {
    this.#network.checkSettled("averagedWeights");
    return averagesAsArrays(this.#network);
  }

  /**
   * Overwrites parameters by name; others stay.
   * @throws LayerwiseError `unknownName`, `shapeMismatch`, `nanInData`
   */
  setWeights(weights: ModelWeights): void {
    writeWeights(this.#network, weights);
  }

  /**
   * Back to the initial weights of the same seed: the next run is the same run again. Units stay frozen or
   * switched off.
   */
  reset(): void {
    this.#network.reset();
  }

  /**
   * The whole model with optimizer state and where training stands, so that training goes on to the same
   * bits: written to a folder as model.json and weights.safetensors (Node), or returned as text and bytes.
   */
  save(): SavedModel;
  save(folder: string): Promise<void>;
  save(folder?: string): SavedModel | Promise<void> {
    this.#network.checkSettled("save");
    const saved = saveNetwork(this.#network);
    return folder === undefined ? saved : saveFolder(folder, saved);
  }

  async #held<T>(work: Promise<T>): Promise<T> {
    this.#pending++;
    try {
      return await work;
    } finally {
      this.#pending--;
    }
  }

  /** Gives the model's memory back. Without it that happens when the model is garbage. */
  dispose(): void {
    this.#core.dispose();
    dropped.unregister(this);
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function isStream(data: unknown): data is BatchStream | (() => BatchStream) {
  if (typeof data === "function") return true;
  return (
    typeof data === "object" &&
    data !== null &&
    (Symbol.asyncIterator in data || Symbol.iterator in data)
  );
}
