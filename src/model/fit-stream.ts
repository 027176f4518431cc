// fit on a stream: batches that come one by one from an (async) iterable, for data that is made on the
// way or does not fit in memory.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { TrainingData } from "./data.ts";
import { Evaluator } from "./evaluator.ts";
import { Feed } from "./feed.ts";
import type { FitOptions, History } from "./fit.ts";
import { addValidation, Loop } from "./loop.ts";
import type { Compiled, Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { type Prepared, prepare, remember } from "./prepare.ts";
import { variantOf } from "./train-plan.ts";
import { Trainer } from "./trainer.ts";

/** Batches that come one after another. */
export type BatchStream = AsyncIterable<TrainingData> | Iterable<TrainingData>;

/** Options that make sense for a stream: each batch is one step, in the order it comes. */
export type StreamFitOptions = Pick<
  FitOptions,
  "epochs" | "validationData" | "classWeight" | "callbacks" | "signal"
>;

/**
 * Trains on every batch of the stream once per epoch, one step each. For more than one epoch pass a
 * function that makes the stream, or an iterable that can be gone through again.
 * The caller has the network to itself.
 * @throws LayerwiseError `emptyData` if an epoch has no batch; those of fit
 */
export async function fitStream(
  network: Network,
  stream: BatchStream | (() => BatchStream),
  options: StreamFitOptions = {},
): Promise<History> {
  const where = "fit";
  const compiled = network.checkCompiled(where);
  checkOptions(where, options, ["epochs", "validationData", "classWeight", "callbacks", "signal"]);
  const epochs = checkInteger(where, "epochs", options.epochs ?? 1, 0);
  const { validationData } = options;
  const held = () =>
    validationData && prepare(`${where}: validationData`, network, compiled, validationData);
  // For its errors only: how the stream is normalized shows with its first batch.
  held();
  const before = network.position;
  const loop = new Loop(network, options);
  const runner = new StreamRunner(network, compiled);
  let evaluator: Evaluator | undefined;
  try {
    await loop.begin();
    for (let i = 0; i < epochs && !loop.ended; i++) {
      const { epoch } = network.position;
      await loop.beginEpoch(epoch);
      runner.trainer?.clearLogs();
      let batches = 0;
      for await (const batch of typeof stream === "function" ? stream() : stream) {
        const prepared = prepare(`${where}: batch ${batches}`, network, compiled, batch, options);
        const trainer = runner.trainerFor(prepared);
        await loop.train(trainer);
        if (!trainer.epochDone) break;
        batches++;
        if (loop.ended) break;
      }
      if (loop.ended) break;
      const { trainer } = runner;
      if (batches === 0 || trainer === undefined) {
        throw fail("emptyData", { where: `${where}: epoch ${i + 1} of the stream` });
      }
      network.position = { step: network.position.step, epoch: epoch + 1, cursor: 0 };
      const logs = trainer.logs();
      const validation = evaluator ? undefined : held();
      if (validation) evaluator = new Evaluator(network, compiled, validation);
      if (evaluator) addValidation(logs, await evaluator.run(new Pace()));
      await loop.endEpoch(epoch, logs);
    }
    return await loop.end();
  } finally {
    // Nobody can go on in the middle of a stream.
    if (network.position !== before) network.position = { ...network.position, cursor: 0 };
    evaluator?.dispose();
    runner.dispose();
  }
}

/** A feed and a trainer that grow to the largest batch seen. */
class StreamRunner {
  readonly #network: Network;
  readonly #compiled: Compiled;
  #feed: Feed | undefined;
  #trainer: Trainer | undefined;
  /** Constants of the plan's loss that depend on the targets: whether hinge reads 0/1. */
  #variant = "";

  constructor(network: Network, compiled: Compiled) {
    this.#network = network;
    this.#compiled = compiled;
  }

  trainerFor({ dataset, targets, weights }: Prepared): Trainer {
    const { samples, features, targetWidth } = dataset;
    const rows = { samples, features, targets, weights };
    const variant = variantOf(this.#network, this.#compiled, targets);
    const fits =
      this.#feed !== undefined &&
      this.#variant === variant &&
      this.#feed.shape.capacity >= samples &&
      this.#feed.shape.weighted === (weights !== undefined);
    if (fits && this.#feed && this.#trainer) {
      this.#feed.fill(rows);
      this.#trainer.refill();
      return this.#trainer;
    }
    const after = this.#trainer;
    const feedBefore = this.#feed;
    this.#variant = variant;
    this.#network.position = { ...this.#network.position, cursor: 0 };
    const weighted = weights !== undefined;
    const feed = new Feed(this.#network.engine, {
      capacity: samples,
      inputs: this.#network.inputs,
      targets: targetWidth,
      weighted,
    });
    feed.fill(rows);
    // Each batch is one step: the plan's batch is the feed.
    const options = { batchSize: samples, shuffle: false, targets, after };
    let trainer: Trainer;
    try {
      trainer = new Trainer(this.#network, this.#compiled, feed, options);
    } catch (error) {
      feed.dispose();
      throw error;
    }
    if (after) trainer.continueLogs(after);
    after?.dispose();
    feedBefore?.dispose();
    this.#feed = feed;
    this.#trainer = trainer;
    remember(this.#network, dataset);
    return trainer;
  }

  get trainer(): Trainer | undefined {
    return this.#trainer;
  }

  dispose(): void {
    this.#trainer?.dispose();
    this.#feed?.dispose();
  }
}
