// fit: epochs over a data set, with validation, callbacks and a way to stop.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { Callback } from "./callbacks.ts";
import { asDataset, type TrainingData } from "./data.ts";
import type { Evaluator } from "./evaluator.ts";
import { Loop } from "./loop.ts";
import type { Compiled, Network } from "./network.ts";
import { batchSizeFor, feedOf, prepare, remember } from "./prepare.ts";
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
    let evaluator: Evaluator | undefined;
    try {
      const { shuffle = true } = options;
      trainer = new Trainer(network, compiled, feed, {
        batchSize,
        shuffle,
        targets: train.targets,
      });
      if (validation) {
        const { Evaluator } = await import("./evaluator.ts");
        evaluator = new Evaluator(network, compiled, validation);
      }
      remember(network, train.dataset);
      const loop = new Loop(network, options);
      return await loop.run(epochs, trainer, evaluator);
    } finally {
      evaluator?.dispose();
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
  const kept = dataset.samples - Math.round(dataset.samples * share);
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
