// Runs training steps on a feed: within epochs, in slices that leave the event loop free, with a copy of
// the weights at hand in case a number stops being finite.

import { STATUS_LOSS_NOT_FINITE, STATUS_OK } from "../../assembly/abi.ts";
import { fail, type LayerwiseError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { fixedTensor } from "../plan/tensor.ts";
import { splitSeed } from "../random.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Network, Position } from "./network.ts";
import type { ParameterSnapshot } from "./parameters.ts";
import { evaluatePlan, type FeedPlanOptions, trainPlan } from "./train-plan.ts";

export interface TrainerOptions {
  readonly batchSize: number;
  /** Whether each epoch visits the samples in an order of its own. */
  readonly shuffle: boolean;
  /** Targets as the loss is to read them. */
  readonly targets: Float32Array;
}

/** A point that training can go back to. */
interface Checkpoint {
  readonly parameters: ParameterSnapshot;
  readonly position: Position;
}

/** Checkpoints may cost this share of the time at most. */
const CHECKPOINT_SHARE = 1 / 50;

/** A feed with its metrics, run over by one plan: training or evaluation. */
class FeedRun {
  readonly plan: Plan;
  readonly network: Network;
  readonly compiled: Compiled;
  readonly feed: Feed;
  /** Address of the order, then of the metrics' sums. */
  readonly #block: number;
  readonly #sums: number;
  readonly #words: number;

  constructor(
    network: Network,
    compiled: Compiled,
    feed: Feed,
    makePlan: (network: Network, compiled: Compiled, options: FeedPlanOptions) => Plan,
    {
      batchSize,
      targets,
      orderWords,
    }: Pick<TrainerOptions, "batchSize" | "targets"> & { readonly orderWords: number },
  ) {
    this.network = network;
    this.compiled = compiled;
    this.feed = feed;
    this.#words = compiled.metrics.reduce((sum, it) => sum + it.words, 0);
    const { arena } = network.engine;
    const orderBytes = Math.ceil(orderWords / 2) * 8;
    this.#block = arena.allocate(orderBytes + this.#words * 8);
    this.#sums = this.#block + orderBytes;
    let next = this.#sums;
    const metricSums = compiled.metrics.map(({ name, words }) => {
      const tensor = fixedTensor(`${name}.sums`, 1, words * 2, next);
      next += words * 8;
      return tensor;
    });
    const order = orderWords > 0 ? this.#block : 0;
    try {
      this.plan = makePlan(network, compiled, { feed, batchSize, targets, metricSums, order });
    } catch (error) {
      arena.free(this.#block);
      throw error;
    }
  }

  get orderAddress(): number {
    return this.#block;
  }

  clear(): void {
    this.plan.clearLoss();
    const start = this.#sums / 8;
    this.network.engine.arena.views.f64.fill(0, start, start + this.#words);
  }

  /** Loss and metrics since {@link clear}. */
  logs(): Record<string, number> {
    const { f64 } = this.network.engine.arena.views;
    const logs: Record<string, number> = { loss: this.plan.loss };
    let at = this.#sums / 8;
    for (const { name, words, result } of this.compiled.metrics) {
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

/** Trains a network on a feed, step by step, epoch by epoch. */
export class Trainer {
  readonly batchSize: number;
  readonly #run: FeedRun;
  readonly #shuffle: boolean;
  /** The epoch whose order is in memory. */
  #ordered = -1;
  /** The newest checkpoint, and the one before it. */
  #checkpoints: readonly Checkpoint[] = [];
  #checkpointAt = 0;
  #checkpointCost = 0;
  #revision = -1;

  constructor(network: Network, compiled: Compiled, feed: Feed, options: TrainerOptions) {
    const { batchSize, shuffle, targets } = options;
    const orderWords = shuffle ? feed.shape.capacity + 8 : 0;
    this.#run = new FeedRun(network, compiled, feed, trainPlan, { batchSize, targets, orderWords });
    this.#shuffle = shuffle;
    this.batchSize = batchSize;
    this.resume();
  }

  /** Goes to where the network's training stands: an epoch cut short goes on where it stopped. */
  resume(): void {
    const { position } = this.network;
    const { step, epoch, cursor } = position;
    // Others may have trained since: a replay from an older checkpoint would not be the same run.
    this.#checkpoints = [];
    // A cursor past these samples belongs to another data set.
    this.#goTo(cursor < this.#run.feed.samples ? position : { step, epoch: epoch + 1, cursor: 0 });
  }

  get network(): Network {
    return this.#run.network;
  }
  get plan(): Plan {
    return this.#run.plan;
  }
  /** Whether all samples of the epoch at hand have been used. */
  get epochDone(): boolean {
    return this.plan.cursor >= this.#run.feed.samples;
  }
  /** Batches left in the epoch at hand. */
  get batchesLeft(): number {
    return Math.ceil((this.#run.feed.samples - this.plan.cursor) / this.batchSize);
  }

  /** Loss and metrics of the epoch at hand, so far. */
  logs(): Record<string, number> {
    return this.#run.logs();
  }
  /** Starts the sums behind {@link logs} anew. */
  clearLogs(): void {
    this.#run.clear();
  }

  /**
   * Runs up to `steps` batches within the epoch at hand; returns those done.
   * @throws LayerwiseError `notFinite`; the weights are then those of the last step with a finite loss
   */
  advance(steps: number): number {
    this.#keepCheckpoint();
    const done = this.plan.run(steps);
    if (this.plan.status !== STATUS_OK) throw this.#recover();
    this.#savePosition();
    return done;
  }

  /**
   * Runs one batch in pieces of about `pieceCost` operations, with a turn for the event loop between
   * them: for steps that take longer than the loop may wait.
   * @throws LayerwiseError `notFinite`, as {@link advance}
   */
  async advanceInPieces(pieceCost: number, breathe: () => Promise<void>): Promise<void> {
    this.#keepCheckpoint();
    const { plan } = this;
    if (!plan.beginStep()) return;
    for (let from = 0; from < plan.ops.length && plan.status === STATUS_OK; ) {
      let to = from;
      for (let cost = 0; to < plan.ops.length && (to === from || cost < pieceCost); to++) {
        cost += plan.ops[to]?.cost ?? 0;
      }
      plan.continueStep(from, to);
      from = to;
      await breathe();
    }
    if (!plan.endStep()) throw this.#recover();
    this.#savePosition();
  }

  /** Ends the epoch at hand and begins the next one. */
  nextEpoch(): void {
    const { step, epoch } = this.network.position;
    this.#goTo({ step, epoch: epoch + 1, cursor: 0 });
  }

  /** Goes on with other samples in the same feed, as an epoch of their own. */
  refill(): void {
    this.plan.samples = this.#run.feed.samples;
    this.#checkpoints = [];
    this.#goTo({ ...this.network.position, cursor: 0 });
  }

  dispose(): void {
    this.#run.dispose();
  }

  #savePosition(): void {
    const { network, plan } = this;
    network.position = { step: plan.step, epoch: network.position.epoch, cursor: plan.cursor };
  }

  #goTo(position: Position): void {
    const { network, plan } = this;
    if (this.#shuffle && this.#ordered !== position.epoch) {
      const [low, high] = splitSeed("seed", network.seed);
      const { kernel } = network.engine;
      kernel.shuffle(this.#run.orderAddress, this.#run.feed.samples, low, high, position.epoch);
      this.#ordered = position.epoch;
    }
    plan.step = position.step;
    plan.cursor = position.cursor;
    network.position = position;
  }

  #keepCheckpoint(): void {
    const now = performance.now();
    const { network } = this;
    // What the user changed by hand since, a replay would not know of.
    if (network.revision !== this.#revision) this.#checkpoints = [];
    this.#revision = network.revision;
    const due = (now - this.#checkpointAt) * CHECKPOINT_SHARE >= this.#checkpointCost;
    if (this.#checkpoints.length > 0 && !due) return;
    const newest = { parameters: network.parameters.snapshot(), position: network.position };
    this.#checkpoints = [newest, ...this.#checkpoints.slice(0, 1)];
    this.#checkpointAt = performance.now();
    this.#checkpointCost = this.#checkpointAt - now;
  }

  /** Trains again from a checkpoint to step `step`: the same bits as the first time. */
  #replay(step: number): void {
    const checkpoint =
      this.#checkpoints.find((it) => it.position.step <= step) ?? this.#checkpoints.at(-1);
    if (checkpoint === undefined) throw fail("internal", { what: "no checkpoint to go back to" });
    this.network.parameters.restore(checkpoint.parameters);
    this.plan.status = STATUS_OK;
    this.#goTo(checkpoint.position);
    while (this.plan.step < step) {
      if (this.plan.run(step - this.plan.step) === 0) this.nextEpoch();
      this.#savePosition();
    }
  }

  /** After a step that failed: finds out where, then puts the last good weights back. */
  #recover(): LayerwiseError {
    const { plan } = this;
    const lossFailed = plan.status === STATUS_LOSS_NOT_FINITE;
    const failed = plan.step;
    this.#replay(failed);
    const { layer, role } = this.#findNonFinite();
    // The weights that this step began with gave no finite loss: those of the step before did.
    const oldest = this.#checkpoints.at(-1)?.position.step ?? 0;
    this.#replay(lossFailed ? Math.max(oldest, failed - 1) : failed);
    return fail("notFinite", { layer, role, step: failed, epoch: this.network.position.epoch });
  }

  /** Runs the step at hand op by op until one writes something that is not finite. */
  #findNonFinite(): { layer: string; role: string } {
    const { plan } = this;
    plan.beginStep();
    for (const [index, op] of plan.ops.entries()) {
      plan.status = STATUS_OK;
      plan.continueStep(index, index + 1);
      const bad = op.writes.some((it) =>
        plan.hasNonFinite(it, it.perSample ? it.rows * plan.rows : it.rows),
      );
      if (bad || plan.status !== STATUS_OK) return { layer: op.layer, role: op.role };
    }
    throw fail("internal", { what: "a step that failed did not fail again" });
  }
}

/** Loss and metrics of a network on a feed. */
export class Evaluator {
  readonly #run: FeedRun;
  #finite = true;

  constructor(
    network: Network,
    compiled: Compiled,
    feed: Feed,
    options: Omit<TrainerOptions, "shuffle">,
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
