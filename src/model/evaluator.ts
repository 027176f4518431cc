// Loss and metrics of a network on given data, as often as asked for: forward passes, batch by batch.

import { STATUS_OK } from "../../assembly/abi.ts";
import type { Feed } from "./feed.ts";
import { FeedRun } from "./feed-run.ts";
import type { Compiled, Network } from "./network.ts";
import { Pace } from "./pace.ts";
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
    const { plan, network } = this.#run;
    plan.cursor = 0;
    const slice = new Pace("on threads");
    this.#run.clear();
    let finite = true;
    while (plan.cursor < this.#feed.samples) {
      await network.turn(
        () => (plan.threads > 1 ? this.#onThreads(slice) : this.#here(pace)),
        () => plan.settle(),
      );
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

  #here(pace: Pace): void {
    const start = performance.now();
    pace.learn(this.#run.plan.run(pace.units), start);
  }

  async #onThreads(slice: Pace): Promise<void> {
    slice.begin();
    const start = performance.now();
    const { plan } = this.#run;
    const dispatch = await plan.onThreads(slice.units);
    try {
      slice.learn(dispatch ? await dispatch.done : plan.run(1), start);
    } catch (error) {
      // Else threads were lost before it began: it is done again.
      if (dispatch?.begun !== false) throw error;
    }
  }

  dispose(): void {
    this.#run.dispose();
    this.#feed.dispose();
  }
}
