// Training under the caller's control, batch by batch: what model.step runs on, and what the page steps
// through. The data stays in linear memory between calls.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { TrainingData } from "./data.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { batchSizeFor, feedOf, prepare, remember } from "./prepare.ts";
import { Trainer } from "./trainer.ts";

export interface StepOptions {
  /** What to train on; kept for later calls. Needed the first time. */
  readonly data?: TrainingData;
  /** Default: 32, or all samples if there are fewer. Kept for later calls. */
  readonly batchSize?: number;
  /** Default: true. Kept for later calls. */
  readonly shuffle?: boolean;
}

/** Where training stands after some steps. */
export interface StepResult {
  /** The last batch's loss. */
  readonly loss: number;
  /** Steps since the model was compiled, whole epochs since it began. */
  readonly step: number;
  readonly epoch: number;
}

/**
 * Checks what step was given.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkStep(steps: number, options: StepOptions): void {
  const where = "step";
  checkInteger(where, "the number of batches", steps, 0);
  checkOptions(where, options, ["data", "batchSize", "shuffle"]);
  const { data, batchSize, shuffle } = options;
  if (data !== undefined || (batchSize === undefined && shuffle === undefined)) return;
  const required = "batchSize and shuffle together with the data they are for";
  throw fail("invalidArgument", { where, required, got: options });
}

/** A data set bound to a model for stepping. */
export class Session {
  readonly #feed: Feed;
  readonly #trainer: Trainer;
  readonly #pace = new Pace();
  /** The last batch's. */
  #loss = 0;

  constructor(
    network: Network,
    compiled: Compiled,
    options: StepOptions & { readonly data: TrainingData },
  ) {
    const where = "step";
    const prepared = prepare(where, network, compiled, options.data);
    const batchSize = batchSizeFor(where, options.batchSize, prepared.dataset.samples);
    this.#feed = feedOf(network, prepared);
    try {
      const { shuffle = true } = options;
      this.#trainer = new Trainer(network, compiled, this.#feed, {
        batchSize,
        shuffle,
        targets: prepared.targets,
      });
      remember(network, prepared.dataset);
    } catch (error) {
      this.#feed.dispose();
      throw error;
    }
  }

  /**
   * Trains `steps` batches, across epochs.
   * @throws LayerwiseError `notFinite`
   */
  async step(steps: number): Promise<StepResult> {
    const trainer = this.#trainer;
    const pace = this.#pace;
    trainer.resume();
    for (let left = steps; left > 0; ) {
      if (trainer.epochDone) trainer.nextEpoch();
      left -= await trainer.advanceSlice(pace, left);
      if (pace.due) await pace.breathe();
    }
    if (trainer.epochDone) trainer.nextEpoch();
    if (steps > 0) this.#loss = trainer.plan.batchLoss;
    const { step, epoch } = trainer.network.position;
    return { loss: this.#loss, step, epoch };
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#feed.dispose();
  }
}
