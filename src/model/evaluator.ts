// Evaluates a network on a feed: forward passes, batch by batch, as the caller has time for.

import { STATUS_OK } from "../../assembly/abi.ts";
import type { Feed } from "./feed.ts";
import { FeedRun, type FeedRunOptions } from "./feed-run.ts";
import type { Compiled, Network } from "./network.ts";
import { evaluatePlan } from "./train-plan.ts";

/** Loss and metrics of a network on a feed. */
export class Evaluator {
  readonly #run: FeedRun;
  #finite = true;

  constructor(
    network: Network,
    compiled: Compiled,
    feed: Feed,
    options: Omit<FeedRunOptions, "orderWords">,
  ) {
    this.#run = new FeedRun(network, compiled, feed, evaluatePlan, { ...options, orderWords: 0 });
  }

  /** Goes back to the first sample. */
  begin(): void {
    this.#run.plan.cursor = 0;
    this.#run.plan.status = STATUS_OK;
    this.#finite = true;
    this.#run.clear();
  }

  /** Runs up to `batches` batches; returns whether all samples have been used. */
  advance(batches: number): boolean {
    const { plan, feed } = this.#run;
    plan.run(batches);
    if (plan.status !== STATUS_OK) {
      // Here a loss that is not finite is a result, not a failure.
      this.#finite = false;
      plan.status = STATUS_OK;
      plan.cursor += plan.rows;
    }
    return plan.cursor >= feed.samples;
  }

  logs(): Record<string, number> {
    const logs = this.#run.logs();
    return this.#finite ? logs : { ...logs, loss: Number.NaN };
  }

  dispose(): void {
    this.#run.dispose();
  }
}
