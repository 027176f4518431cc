// Loss and metrics of a network on given data, as often as asked for: forward passes, batch by batch.

import { STATUS_OK } from "../../assembly/abi.ts";
import type { Feed } from "./feed.ts";
import { FeedRun } from "./feed-run.ts";
import type { Compiled, Network } from "./network.ts";
import type { Pace } from "./pace.ts";
import { rowsAtOnce } from "./predict.ts";
import { feedOf, type Prepared } from "./prepare.ts";
import { evaluatePlan } from "./train-plan.ts";

export class Evaluator {
  readonly #feed: Feed;
  readonly #run: FeedRun;

  constructor(network: Network, compiled: Compiled, prepared: Prepared) {
    this.#feed = feedOf(network, prepared);
    try {
      this.#run = new FeedRun(network, compiled, this.#feed, evaluatePlan, {
        batchSize: Math.min(rowsAtOnce(network), prepared.dataset.samples),
        targets: prepared.targets,
        orderWords: 0,
      });
    } catch (error) {
      this.#feed.dispose();
      throw error;
    }
  }

  /** Goes through all samples, with turns for the event loop. */
  async run(pace: Pace): Promise<Record<string, number>> {
    const { plan } = this.#run;
    plan.cursor = 0;
    this.#run.clear();
    let finite = true;
    while (plan.cursor < this.#feed.samples) {
      const start = performance.now();
      const done = plan.run(pace.units);
      pace.learn(done, start);
      if (plan.status !== STATUS_OK) {
        // Here a loss that is not finite is a result, not a failure.
        finite = false;
        plan.status = STATUS_OK;
        plan.cursor += plan.rows;
      }
      if (pace.due) await pace.breathe();
    }
    const logs = this.#run.logs();
    return finite ? logs : { ...logs, loss: Number.NaN };
  }

  dispose(): void {
    this.#run.dispose();
    this.#feed.dispose();
  }
}
