// fit: epochs over a data set or a stream of batches, with validation, callbacks and a way to stop.

import type { Dataset } from "../data/dataset.ts";
import type { Normalization } from "../data/normalize.ts";
import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { Callback, Logs, TrainingControl } from "./callbacks.ts";
import { asDataset, asTrained, type TrainingData, targetsOf, weightsOf } from "./data.ts";
import { Evaluator } from "./evaluator.ts";
import { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { rowsAtOnce } from "./predict.ts";
import { Trainer } from "./trainer.ts";

export interface FitOptions {
  /** How many (more) epochs. Default: 1. */
  readonly epochs?: number;
  /** Samples per step. Default: 32, or all samples if there are fewer. */
  readonly batchSize?: number;
  /** A new order each epoch, drawn from the model's seed. Default: true. */
  readonly shuffle?: boolean;
  /** Held-out data, evaluated after each epoch. */
  readonly validationData?: TrainingData;
  /** Share of the data, its end, to hold out instead. In (0, 1). */
  readonly validationSplit?: number;
  /** Weight of each class's samples in the loss: { 0: 1, 1: 10 }. */
  readonly classWeight?: Readonly<Record<number, number>>;
  readonly callbacks?: Callback | readonly Callback[];
  /** Ends training at the next slice; what was learned stays. */
  readonly signal?: AbortSignal;
}

const FIT_OPTIONS = [
  "epochs",
  "batchSize",
  "shuffle",
  "validationData",
  "validationSplit",
  "classWeight",
  "callbacks",
  "signal",
];

/** What happened, epoch by epoch. */
export interface History {
  /** Numbers of the epochs, counted from the model's first. */
  readonly epoch: readonly number[];
  /** A value per epoch: loss, each metric, and valLoss, valAccuracy, … */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Why it ended. */
  readonly stopped: "epochs" | "callback" | "signal";
}

/** Rows for a trainer, checked. */
export interface Prepared {
  readonly dataset: Dataset;
  readonly targets: Float32Array;
  readonly weights: Float32Array | undefined;
}

export interface PrepareOptions {
  readonly classWeight?: FitOptions["classWeight"] | undefined;
  /** For what comes unnormalized. Default: the model's. */
  readonly normalization?: Normalization | undefined;
}

/** Checks data against model and loss; changes nothing. */
export function prepare(
  where: string,
  network: Network,
  compiled: Compiled,
  data: TrainingData,
  { classWeight, normalization = network.data.normalization }: PrepareOptions = {},
): Prepared {
  const dataset = asTrained(network, asDataset(where, network, data), normalization);
  const targets = targetsOf(where, network, compiled, dataset);
  return { dataset, targets, weights: weightsOf(where, network, dataset, classWeight) };
}

/** A feed that holds what was prepared. */
export function feedOf(network: Network, { dataset, targets, weights }: Prepared): Feed {
  const { samples, features, targetWidth } = dataset;
  const shape = {
    capacity: samples,
    inputs: network.inputs,
    targets: targetWidth,
    weighted: weights !== undefined,
  };
  const feed = new Feed(network.engine, shape);
  feed.fill({ samples, features, targets, weights });
  return feed;
}

/** The batch size to use: as asked for, never larger than the data. */
export function batchSizeFor(where: string, asked: number | undefined, samples: number): number {
  if (asked === undefined) return Math.min(32, samples);
  checkInteger(where, "batchSize", asked, 1);
  if (asked > samples) throw fail("batchTooLarge", { where, batchSize: asked, samples });
  return asked;
}

/** Trains on a data set that fits in memory. */
export async function fit(
  network: Network,
  data: TrainingData,
  options: FitOptions = {},
): Promise<History> {
  const where = "fit";
  const compiled = network.checkCompiled(where);
  network.checkIdle(where);
  checkOptions(where, options, FIT_OPTIONS);
  const epochs = checkInteger(where, "epochs", options.epochs ?? 1, 0);
  const { train, validation } = holdOut(where, network, compiled, data, options);
  const batchSize = batchSizeFor(where, options.batchSize, train.dataset.samples);
  return network.exclusively(where, async () => {
    const feed = feedOf(network, train);
    let trainer: Trainer | undefined;
    let validator: Validator | undefined;
    try {
      const { shuffle = true } = options;
      trainer = new Trainer(network, compiled, feed, {
        batchSize,
        shuffle,
        targets: train.targets,
      });
      validator = validation && new Validator(network, compiled, validation);
      remember(network, train.dataset);
      const loop = new Loop(network, options);
      return await loop.run(epochs, trainer, validator);
    } finally {
      validator?.dispose();
      trainer?.dispose();
      feed.dispose();
    }
  });
}

function holdOut(
  where: string,
  network: Network,
  compiled: Compiled,
  data: TrainingData,
  options: FitOptions,
) {
  const { validationData, validationSplit: share, classWeight } = options;
  if (share === undefined) {
    const train = prepare(where, network, compiled, data, { classWeight });
    // The model is about to take over the training set's normalization.
    const { normalization } = train.dataset;
    const at = `${where}: validationData`;
    const validation =
      validationData && prepare(at, network, compiled, validationData, { normalization });
    return { train, validation };
  }
  const dataset = asDataset(where, network, data);
  // As in Keras: the last samples, before any shuffling.
  const kept = Math.floor(dataset.samples * (1 - share));
  if (!(share > 0 && share < 1 && kept > 0 && kept < dataset.samples)) {
    const required = "a share between 0 and 1 that leaves samples on both sides";
    throw fail("invalidArgument", { where: `${where}: validationSplit`, required, got: share });
  }
  if (validationData) {
    const required = "validationData or validationSplit, not both";
    throw fail("invalidArgument", { where, required, got: share });
  }
  return {
    train: prepare(where, network, compiled, dataset.slice(0, kept), { classWeight }),
    validation: prepare(where, network, compiled, dataset.slice(kept)),
  };
}

/** Keeps with the model what predictions on new data need. */
export function remember(network: Network, dataset: Dataset): void {
  const { data } = network;
  network.data = {
    normalization: dataset.normalization,
    classNames: dataset.classNames ?? data.classNames,
    featureNames: dataset.featureNames ?? data.featureNames,
    schema: dataset.schema ?? data.schema,
  };
}

/** Evaluates the same held-out data again and again. */
export class Validator {
  readonly #feed: Feed;
  readonly #evaluator: Evaluator;

  constructor(network: Network, compiled: Compiled, prepared: Prepared) {
    this.#feed = feedOf(network, prepared);
    try {
      const batchSize = Math.min(rowsAtOnce(network), prepared.dataset.samples);
      this.#evaluator = new Evaluator(network, compiled, this.#feed, {
        batchSize,
        targets: prepared.targets,
      });
    } catch (error) {
      this.#feed.dispose();
      throw error;
    }
  }

  async run(pace: Pace): Promise<Record<string, number>> {
    this.#evaluator.begin();
    for (let done = false; !done; ) {
      const start = performance.now();
      const units = pace.units;
      done = this.#evaluator.advance(units);
      if (!done) pace.learn(units, start);
      if (pace.due) await pace.breathe();
    }
    return this.#evaluator.logs();
  }

  dispose(): void {
    this.#evaluator.dispose();
    this.#feed.dispose();
  }
}

/** The loop around epochs, batches and callbacks that both kinds of fit share. */
export class Loop {
  readonly #network: Network;
  readonly #callbacks: readonly Callback[];
  readonly #signal: AbortSignal | undefined;
  readonly #pace = new Pace();
  readonly #validationPace = new Pace();
  readonly #control: TrainingControl;
  readonly #epochs: number[] = [];
  readonly #history: Record<string, number[]> = {};
  #logs: Logs = {};
  #stopped = false;

  constructor(
    network: Network,
    { callbacks = [], signal }: Pick<FitOptions, "callbacks" | "signal">,
  ) {
    this.#network = network;
    this.#callbacks = Array.isArray(callbacks) ? callbacks : [callbacks];
    this.#signal = signal;
    this.#control = {
      stop: () => {
        this.#stopped = true;
      },
      snapshot: () => network.parameters.snapshot(),
      restore: (snapshot) => {
        network.parameters.restore(snapshot);
        network.revision++;
      },
    };
  }

  /** Whether a callback or the signal has asked to end. */
  get ended(): boolean {
    return this.#stopped || this.#signal?.aborted === true;
  }

  async run(epochs: number, trainer: Trainer, validator: Validator | undefined): Promise<History> {
    await this.begin();
    for (let i = 0; i < epochs && !this.ended; i++) {
      const { epoch } = this.#network.position;
      await this.beginEpoch(epoch);
      trainer.clearLogs();
      await this.train(trainer);
      // A signal ends within the epoch: it stays open, and a later fit goes on with it.
      if (!trainer.epochDone) break;
      const logs = trainer.logs();
      trainer.nextEpoch();
      if (validator) addValidation(logs, await validator.run(this.#validationPace));
      await this.endEpoch(epoch, logs);
    }
    return this.end();
  }

  /** Runs the trainer to the end of its epoch, or until something asks to end. */
  async train(trainer: Trainer): Promise<void> {
    const pace = this.#pace;
    const perBatch = this.#callbacks.filter((it) => it.onBatchEnd);
    let batch = 0;
    const most = perBatch.length > 0 ? 1 : Number.POSITIVE_INFINITY;
    while (!trainer.epochDone && !this.ended) {
      await trainer.advanceSlice(pace, most);
      for (const it of perBatch) {
        await it.onBatchEnd?.(batch, { loss: trainer.plan.batchLoss }, this.#control);
      }
      batch++;
      if (pace.due) await pace.breathe();
    }
  }

  async begin(): Promise<void> {
    for (const it of this.#callbacks) await it.onTrainBegin?.(this.#control);
  }

  async beginEpoch(epoch: number): Promise<void> {
    for (const it of this.#callbacks) await it.onEpochBegin?.(epoch, this.#control);
  }

  async endEpoch(epoch: number, logs: Logs): Promise<void> {
    this.#logs = logs;
    this.#epochs.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.#history[name] ??= [];
      this.#history[name].push(value);
    }
    for (const it of this.#callbacks) await it.onEpochEnd?.(epoch, logs, this.#control);
  }

  async end(): Promise<History> {
    for (const it of this.#callbacks) await it.onTrainEnd?.(this.#logs, this.#control);
    const stopped = this.#signal?.aborted ? "signal" : this.#stopped ? "callback" : "epochs";
    return { epoch: this.#epochs, history: this.#history, stopped };
  }
}

/** loss → valLoss, accuracy → valAccuracy. */
export function addValidation(logs: Record<string, number>, validation: Logs): void {
  for (const [name, value] of Object.entries(validation)) {
    logs[`val${name.charAt(0).toUpperCase()}${name.slice(1)}`] = value;
  }
}
