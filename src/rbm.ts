// The public restricted Boltzmann machine: learns what data looks like, without labels. A network of one
// layer that is trained another way than by a gradient from above.

import { STREAM_GIBBS } from "../assembly/abi.ts";
import type { Dataset } from "./data/dataset.ts";
import { fail } from "./errors.ts";
import { type ModelSource, type SavedModel, saveNetwork } from "./io/save.ts";
import { dense } from "./layers/dense.ts";
import { defineLayer, type Layer } from "./layers/layer.ts";
import {
  type RestrictedBoltzmannOptions,
  restrictedBoltzmann,
} from "./layers/restricted-boltzmann.ts";
import { resolveHeads } from "./model/compile.ts";
import { contrastivePlan, GibbsSampler, partsOf } from "./model/contrastive.ts";
import { asFeatures } from "./model/data.ts";
import { Feed } from "./model/feed.ts";
import type { FitOptions, History } from "./model/fit.ts";
import { networks } from "./model/inside.ts";
import { Loop } from "./model/loop.ts";
import { NdArray } from "./model/nd-array.ts";
import { chain, Network } from "./model/network.ts";
import { Predictor } from "./model/predict.ts";
import { batchSizeFor } from "./model/prepare.ts";
import { Trainer } from "./model/trainer.ts";
import { weightsAsArrays } from "./model/weights.ts";
import { type Optimizer, type OptimizerName, resolveOptimizer, sgd } from "./optimizers/index.ts";
import { checkInteger, checkOptions } from "./options.ts";
import { exp, log } from "./portable-math.ts";
import { RandomStream, subStream } from "./random.ts";
import { type Engine, engine as sharedEngine } from "./runtime/engine.ts";
import type { NestedNumbers } from "./shape.ts";

export interface RbmOptions extends Omit<RestrictedBoltzmannOptions, "name"> {
  /** Shape of one sample. */
  readonly inputShape: readonly number[];
  /** Default: sgd({ learningRate: 0.1, momentum: 0.5 }). */
  readonly optimizer?: OptimizerName | Optimizer;
  /** Fixes the initial weights and every draw. Default 0. */
  readonly seed?: number;
  /** Where it runs. Default: the engine that all models share. */
  readonly engine?: Engine;
}

/** What `fit` of a machine takes. */
export type RbmFitOptions = Pick<
  FitOptions,
  "epochs" | "batchSize" | "shuffle" | "callbacks" | "signal"
>;

/**
 * A restricted Boltzmann machine (Smolensky 1986; Hinton 2002): `units` hidden units, each 0 or 1, joined to
 * every visible one. It is trained by contrastive divergence with `k` Gibbs steps, from the data or, with
 * `chains`, from chains of samples that go on. Visible units are probabilities or bits from 0 to 1, or, if
 * `visibleUnits` is "gaussian", numbers standardized to a variance of 1.
 * @throws LayerwiseError `invalidArgument`, `unknownName`, `outOfMemory`
 */
export async function rbm(options: RbmOptions): Promise<Rbm> {
  const keys = [
    "inputShape",
    "units",
    "visibleUnits",
    "chains",
    "k",
    "optimizer",
    "seed",
    "engine",
  ];
  checkOptions("rbm", options, keys);
  const { inputShape, optimizer, seed = 0, engine, ...layer } = options;
  const made = resolveOptimizer(
    "rbm: optimizer",
    optimizer ?? sgd({ learningRate: 0.1, momentum: 0.5 }),
  );
  const graph = chain(inputShape, [restrictedBoltzmann({ ...layer, name: "rbm" })]);
  const network = new Network(engine ?? (await sharedEngine()), "rbm", graph, seed);
  network.parameters.attach(made);
  return new Rbm(network, made);
}

/** A machine that was saved. @throws LayerwiseError as loadModel; `modelFormat` if it is no machine */
export async function loadRbm(
  source: ModelSource,
  options: { readonly engine?: Engine } = {},
): Promise<Rbm> {
  checkOptions("loadRbm", options, ["engine"]);
  const { loadNetwork, readSaved } = await import("./io/load.ts");
  const network = loadNetwork(options.engine ?? (await sharedEngine()), await readSaved(source));
  const [only] = network.layers;
  if (only?.layer.type === "restrictedBoltzmann" && network.compiled) {
    return new Rbm(network, network.compiled.optimizer);
  }
  network.dispose();
  const required = "a restricted Boltzmann machine, as rbm() makes it";
  throw fail("modelFormat", { path: "layers", required, got: only?.layer.type });
}

/** Made by {@link rbm}. Its memory is given back by `dispose`. */
export class Rbm {
  readonly #network: Network;
  readonly #predictor: Predictor;

  /** @internal */
  constructor(network: Network, optimizer: Optimizer) {
    this.#network = network;
    networks.set(this, network);
    this.#predictor = new Predictor(network);
    const heads = resolveHeads("rbm", network, { loss: "meanSquaredError" });
    network.compiled = { optimizer, heads, trainPlan: contrastivePlan };
  }

  /** Copies of its weight [visible × hidden], hiddenBias, visibleBias, and its chains if it has any. */
  getWeights(): Record<string, NdArray> {
    this.#network.checkSettled("getWeights");
    const all = Object.entries(weightsAsArrays(this.#network));
    // Of one layer: its name says nothing.
    return Object.fromEntries(all.map(([name, it]) => [name.slice(name.indexOf(".") + 1), it]));
  }

  /**
   * Trains on samples; targets are not looked at. The loss in the history is the mean squared error of
   * reconstructions by one Gibbs step.
   * @throws LayerwiseError `notFinite`, `busy`, `disposed`, and what is wrong with data or options
   */
  async fit(x: Dataset | NestedNumbers, options: RbmFitOptions = {}): Promise<History> {
    const where = "fit";
    const network = this.#network;
    const compiled = network.checkCompiled(where);
    network.checkIdle(where);
    checkOptions(where, options, ["epochs", "batchSize", "shuffle", "callbacks", "signal"]);
    const epochs = checkInteger(where, "epochs", options.epochs ?? 1, 0);
    const { features, samples } = this.#visible(where, x);
    const batchSize = batchSizeFor(where, options.batchSize, samples);
    return network.exclusively(where, async () => {
      const shape = { capacity: samples, inputs: network.inputs, targets: 0, weighted: false };
      const feed = new Feed(network.engine, shape);
      let trainer: Trainer | undefined;
      try {
        feed.fill({ samples, features, targets: undefined, weights: undefined });
        const { shuffle = true } = options;
        const targets = new Float32Array(0);
        trainer = new Trainer(network, compiled, feed, { batchSize, shuffle, targets });
        return await new Loop(network, options).run(epochs, trainer, undefined);
      } finally {
        trainer?.dispose();
        feed.dispose();
      }
    });
  }

  /** Probabilities of the hidden units, [samples × units]. */
  async transform(x: Dataset | NestedNumbers): Promise<NdArray> {
    this.#visible("transform", x);
    const [hidden] = await this.#predictor.predict(x);
    return hidden as NdArray;
  }

  /** Visible units after `steps` (default 1) Gibbs steps from x: probabilities or means. */
  async reconstruct(
    x: Dataset | NestedNumbers,
    options: { readonly steps?: number; readonly seed?: number } = {},
  ): Promise<NdArray> {
    checkOptions("reconstruct", options, ["steps", "seed"]);
    const { features, samples } = this.#visible("reconstruct", x);
    return this.#gibbs("reconstruct", features, samples, options.steps ?? 1, options.seed);
  }

  /**
   * `count` samples that the machine believes in: visible probabilities or means after `steps` (default
   * 1,000) Gibbs steps from noise. The same seed (default 0) gives the same ones.
   */
  async sample(
    count: number,
    options: { readonly steps?: number; readonly seed?: number } = {},
  ): Promise<NdArray> {
    const where = "sample";
    checkOptions(where, options, ["steps", "seed"]);
    checkInteger(where, "the number of samples", count, 1, 1_000_000);
    const { seed = 0 } = options;
    const network = this.#network;
    const random = new RandomStream(seed, subStream(STREAM_GIBBS, 3000));
    const { visibleUnits } = partsOf(network).config;
    const noise = new Float32Array(count * network.inputs).map(() =>
      visibleUnits === "gaussian" ? random.normal() : random.uniform() < 0.5 ? 0 : 1,
    );
    return this.#gibbs(where, noise, count, options.steps ?? 1000, seed);
  }

  /**
   * The free energy of each sample: minus the log of its probability, but for a constant that nobody knows.
   */
  async freeEnergy(x: Dataset | NestedNumbers): Promise<Float64Array> {
    const { features, samples } = this.#visible("freeEnergy", x);
    const energy = this.#energy();
    const width = this.#network.inputs;
    return Float64Array.from({ length: samples }, (_, i) =>
      energy(features.subarray(i * width, (i + 1) * width)),
    );
  }

  /**
   * Of each sample an estimate of its log-likelihood, the pseudo-likelihood: how probable each bit is, given
   * all others, by the log and summed. For one bit of each sample, drawn by `seed`, times their number, as
   * scikit-learn has it. Bernoulli units only.
   */
  async scoreSamples(
    x: Dataset | NestedNumbers,
    { seed = 0 }: { readonly seed?: number } = {},
  ): Promise<Float64Array> {
    const where = "scoreSamples";
    const { visibleUnits } = partsOf(this.#network).config;
    if (visibleUnits !== "bernoulli") {
      throw fail("invalidArgument", {
        where,
        required: "Bernoulli visible units",
        got: visibleUnits,
      });
    }
    const { features, samples } = this.#visible(where, x);
    const energy = this.#energy();
    const width = this.#network.inputs;
    const random = new RandomStream(seed, subStream(STREAM_GIBBS, 3001));
    return Float64Array.from({ length: samples }, (_, i) => {
      const v = features.slice(i * width, (i + 1) * width);
      const before = energy(v);
      const bit = Math.min(width - 1, Math.floor(random.uniform() * width));
      v[bit] = 1 - (v[bit] ?? 0);
      return -width * softplus(before - energy(v));
    });
  }

  /**
   * A dense layer that computes what `transform` gives, and starts from the weights as they are now: for
   * a stack that is trained layer by layer and then fine-tuned as an ordinary model.
   */
  layer(options: { readonly name?: string; readonly trainable?: boolean } = {}): Layer {
    checkOptions("layer", options, ["name", "trainable"]);
    const { weight, hiddenBias } = this.#parameters();
    const { units } = partsOf(this.#network).config;
    return defineLayer({
      ...dense({ ...options, units, activation: "sigmoid" }),
      initial: { weight, bias: hiddenBias },
    });
  }

  /** The machine as model.json and weights, with where training stands: see {@link loadRbm}. */
  save(): SavedModel {
    this.#network.checkSettled("save");
    return saveNetwork(this.#network);
  }

  dispose(): void {
    if (this.#network.disposed) return;
    this.#network.checkUnused("dispose");
    this.#predictor.dispose();
    this.#network.dispose();
  }

  /** Checked against what visible units can be. */
  #visible(where: string, x: Dataset | NestedNumbers): Dataset {
    const network = this.#network;
    network.checkUsable(where);
    const dataset = asFeatures(where, network, x);
    const { visibleUnits } = partsOf(network).config;
    if (visibleUnits === "gaussian") return dataset;
    const bad = dataset.features.findIndex((it) => !(it >= 0 && it <= 1));
    if (bad < 0) return dataset;
    throw fail("invalidArgument", {
      where,
      required: "numbers from 0 to 1 for Bernoulli visible units",
      got: dataset.features[bad],
      remedy:
        'Scale the data, or standardize it and make the machine with visibleUnits: "gaussian".',
    });
  }

  async #gibbs(
    where: string,
    from: Float32Array,
    rows: number,
    steps: number,
    seed = 0,
  ): Promise<NdArray> {
    const network = this.#network;
    checkInteger(where, "steps", steps, 1, 1_000_000);
    return network.reading(where, async () => {
      const sampler = new GibbsSampler(network, rows, seed);
      try {
        return new NdArray(await sampler.run(from, steps), [rows, ...network.inputShape]);
      } finally {
        sampler.dispose();
      }
    });
  }

  #parameters() {
    const network = this.#network;
    network.checkSettled("weights");
    const read = (name: string) => {
      const parameter = network.parameters.list.find((it) => it.spec.name === name);
      return parameter ? network.parameters.read(parameter) : new Float32Array(0);
    };
    return {
      weight: read("weight"),
      hiddenBias: read("hiddenBias"),
      visibleBias: read("visibleBias"),
    };
  }

  /** F(v) = −v·b − Σ softplus(c + v·W); of Gaussian units ½‖v − b‖² in the place of −v·b. */
  #energy(): (v: Float32Array) => number {
    const { weight, hiddenBias, visibleBias } = this.#parameters();
    const { units, visibleUnits } = partsOf(this.#network).config;
    return (v) => {
      const z = Float64Array.from(hiddenBias);
      let energy = 0;
      v.forEach((x, i) => {
        const b = visibleBias[i] ?? 0;
        energy += visibleUnits === "gaussian" ? ((x - b) * (x - b)) / 2 : -x * b;
        if (x === 0) return;
        for (let j = 0; j < units; j++) z[j] = (z[j] ?? 0) + x * (weight[i * units + j] ?? 0);
      });
      return z.reduce((sum, it) => sum - softplus(it), energy);
    };
  }
}

/** log(1 + eˣ) */
function softplus(x: number): number {
  return Math.max(x, 0) + log(1 + exp(-Math.abs(x)));
}
