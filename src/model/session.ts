// Training under the caller's control, batch by batch: what model.step runs on, and what the page steps
// through. The data stays in linear memory between calls.

import type { TrainingData } from "./data.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { batchSizeFor, feedOf, prepare, remember } from "./prepare.ts";
import type { StepOptions, StepResult } from "./step.ts";
import { Trainer } from "./trainer.ts";

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
