// A plan over a feed with what belongs to it in linear memory: the order of the samples, the sums behind
// the metrics. Training and evaluation are both one.

import type { Plan } from "../plan/plan.ts";
import { fixedTensor } from "../plan/tensor.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";
import { type FeedPlanOptions, type Measure, measuresOf } from "./train-plan.ts";

export interface FeedRunOptions {
  readonly batchSize: number;
  /** Targets as the loss is to read them. */
  readonly targets: Float32Array;
  /** Room for the order of samples; 0: as they come. */
  readonly orderWords: number;
}

/** Loss and metrics, not yet divided. */
export interface Sums {
  readonly loss: readonly [sum: number, rows: number];
  readonly metrics: Float64Array;
}

/** A feed with its metrics, run over by one plan: training or evaluation. */
export class FeedRun {
  /** Another one after {@link renew}. */
  plan: Plan;
  readonly network: Network;
  readonly compiled: Compiled;
  readonly feed: Feed;
  /** Address of the order, then of the metrics' sums. */
  readonly #block: number;
  readonly #sums: number;
  readonly #words: number;
  readonly #measures: readonly Measure[];
  readonly #makePlan: () => Plan;
  /** Of the network's units, when the plan was made. */
  #unitRevision: number;

  constructor(
    network: Network,
    compiled: Compiled,
    feed: Feed,
    makePlan: (network: Network, compiled: Compiled, options: FeedPlanOptions) => Plan,
    { batchSize, targets, orderWords }: FeedRunOptions,
  ) {
    this.network = network;
    this.compiled = compiled;
    this.feed = feed;
    this.#measures = measuresOf(compiled);
    this.#words = this.#measures.reduce((sum, it) => sum + it.words, 0);
    const { arena } = network.engine;
    const orderBytes = Math.ceil(orderWords / 2) * 8;
    this.#block = arena.allocate(orderBytes + this.#words * 8);
    this.#sums = this.#block + orderBytes;
    let next = this.#sums;
    const metricSums = this.#measures.map(({ name, words }) => {
      const tensor = fixedTensor(`${name}.sums`, 1, words * 2, next);
      next += words * 8;
      return tensor;
    });
    const order = orderWords > 0 ? this.#block : 0;
    const options = { feed, batchSize, targets, metricSums, order };
    this.#makePlan = () => makePlan(network, compiled, options);
    this.#unitRevision = network.unitRevision;
    try {
      this.plan = this.#makePlan();
    } catch (error) {
      arena.free(this.#block);
      throw error;
    }
  }

  get orderAddress(): number {
    return this.#block;
  }

  /** Makes another plan if units were frozen or switched off since this one was made. */
  renew(): void {
    const { unitRevision } = this.network;
    if (this.#unitRevision === unitRevision) return;
    const before = this.plan;
    this.plan = this.#makePlan();
    this.#unitRevision = unitRevision;
    before.dispose();
  }

  clear(): void {
    this.sums = { loss: [0, 0], metrics: new Float64Array(this.#words) };
  }

  /** What {@link logs} is made of. Another run of the same model can go on with it. */
  get sums(): Sums {
    const start = this.#sums / 8;
    const { f64 } = this.network.engine.arena.views;
    return { loss: this.plan.lossSums, metrics: f64.slice(start, start + this.#words) };
  }
  set sums({ loss, metrics }) {
    this.plan.lossSums = loss;
    this.network.engine.arena.views.f64.set(metrics, this.#sums / 8);
  }

  /** Loss and metrics since {@link clear}. */
  logs(): Record<string, number> {
    const { f64 } = this.network.engine.arena.views;
    const logs: Record<string, number> = { loss: this.plan.loss };
    let at = this.#sums / 8;
    for (const { name, words, result } of this.#measures) {
      logs[name] = result(f64.subarray(at, at + words));
      at += words;
    }
    return logs;
  }

  dispose(): void {
    this.plan.dispose();
    this.network.engine.arena.free(this.#block);
  }
}
