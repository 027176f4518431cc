// Runs training steps on a feed: within epochs, in slices that leave the event loop free, with a copy of
// the weights at hand in case a number stops being finite.

import { STATUS_LOSS_NOT_FINITE, STATUS_OK } from "../../assembly/abi.ts";
import { fail, type LayerwiseError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { splitSeed } from "../random.ts";
import type { Feed } from "./feed.ts";
import { FeedRun } from "./feed-run.ts";
import type { Compiled, Network, Position } from "./network.ts";
import { Pace } from "./pace.ts";
import type { ParameterSnapshot } from "./parameters.ts";
import { trainPlan } from "./train-plan.ts";

export interface TrainerOptions {
  readonly batchSize: number;
  /** Whether each epoch visits the samples in an order of its own. */
  readonly shuffle: boolean;
  /** Targets as the loss is to read them. */
  readonly targets: Float32Array;
  /** Whose run this one continues, if any: its last weights are worth going back to. */
  readonly after?: Trainer | undefined;
}

/** A point that training can go back to. */
interface Checkpoint {
  readonly parameters: ParameterSnapshot;
  readonly position: Position;
  /** Steps can be run again from here while the trainer's run has this number. */
  readonly run: number;
}

/** Checkpoints may cost this share of the time at most. */
const CHECKPOINT_SHARE = 1 / 50;

/** Trains a network on a feed, step by step, epoch by epoch. */
export class Trainer {
  readonly #run: FeedRun;
  readonly #shuffle: boolean;
  /** The epoch whose order is in memory. */
  #ordered = -1;
  /** The newest checkpoint, and the one before it. */
  #checkpoints: readonly Checkpoint[] = [];
  #checkpointAt = 0;
  #checkpointCost = 0;
  /** Counts what a replay could not repeat: other data, changes by hand. */
  #runNumber: number;
  readonly #threadsPace = new Pace("on threads");
  /** What the slice that threads have done came to. */
  #concluded: (() => number) | undefined;
  #revision: number;
  /** The position as this trainer left it. */
  #left: Position | undefined;

  constructor(network: Network, compiled: Compiled, feed: Feed, options: TrainerOptions) {
    const { batchSize, shuffle, targets, after } = options;
    const orderWords = shuffle ? feed.shape.capacity + 8 : 0;
    const makePlan = compiled.trainPlan ?? trainPlan;
    this.#run = new FeedRun(network, compiled, feed, makePlan, { batchSize, targets, orderWords });
    this.#shuffle = shuffle;
    this.#revision = network.revision;
    this.#runNumber = after ? after.#runNumber + 1 : 0;
    this.#checkpoints = after ? after.#checkpoints : [];
    this.resume();
  }

  /** Goes to where the network's training stands: an epoch cut short goes on where it stopped. */
  resume(): void {
    this.#run.renew();
    const { position } = this.network;
    const { step, epoch, cursor } = position;
    // Somebody else has trained since: a replay from an older checkpoint would not be the same run.
    if (this.#left !== undefined && position !== this.#left) this.#runNumber++;
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

  /** Loss and metrics of the epoch at hand, so far. */
  logs(): Record<string, number> {
    return this.#run.logs();
  }
  /** Starts the sums behind {@link logs} anew. */
  clearLogs(): void {
    this.#run.clear();
  }
  /** Whose epoch goes on here. */
  continueLogs(other: Trainer): void {
    this.#run.sums = other.#run.sums;
  }

  /**
   * Runs about a slice's worth of batches within the epoch at hand, `most` of them at most; one that
   * takes longer than a slice is run in pieces, with turns for the event loop. Returns those done.
   * @throws LayerwiseError `notFinite`; the weights are then those of the last step with a finite loss
   */
  advanceSlice(pace: Pace, most: number): Promise<number> {
    if (this.plan.threads < 2) return this.network.turn(() => this.#advanceHere(pace, most));
    this.#concluded = undefined;
    return this.network.turn(
      () => this.#advanceOnThreads(pace, most),
      () => {
        const done = this.plan.settle();
        if (done !== undefined) this.#concludeOnce(done);
      },
    );
  }

  #advanceHere(pace: Pace, most: number): number | Promise<number> {
    const piece = pace.pieceOf(this.plan.cost);
    if (piece !== undefined) return this.#advanceStep(pace, piece);
    const start = performance.now();
    this.#keepCheckpoint();
    const done = this.#conclude(this.plan.run(Math.min(most, pace.units)));
    pace.learn(done, start);
    return done;
  }

  async #advanceStep(pace: Pace, piece: number): Promise<number> {
    const start = performance.now();
    let rested = 0;
    await this.#advanceInPieces(piece, async () => {
      const before = performance.now();
      await pace.breathe();
      rested += performance.now() - before;
    });
    pace.learn(1, start + rested);
    return 1;
  }

  /** The same on threads; the caller's loop is free meanwhile. 0 if threads were lost before it began. */
  async #advanceOnThreads(pace: Pace, most: number): Promise<number> {
    const slice = this.#threadsPace;
    slice.begin();
    this.#keepCheckpoint();
    const start = performance.now();
    const dispatch = await this.plan.onThreads(Math.min(most, slice.units));
    if (dispatch === undefined) return this.#advanceHere(pace, most);
    try {
      const done = this.#concludeOnce(await dispatch.done)();
      slice.learn(done, start);
      pace.begin();
      return done;
    } catch (error) {
      if (!dispatch.begun) return 0;
      if (this.#concluded === undefined) this.#goBack();
      throw error;
    }
  }

  /** By who can't wait for the slice at hand, or else where it ends: what it came to. */
  #concludeOnce(done: number): () => number {
    this.#concluded ??= resultOf(() => this.#conclude(done));
    return this.#concluded;
  }

  /** After `done` steps: keeps where training stands, or puts the last good weights back. */
  #conclude(done: number): number {
    if (this.plan.status !== STATUS_OK) throw this.#recover();
    this.#savePosition();
    return done;
  }

  /** After a step that was left half done: to the newest checkpoint. */
  #goBack(): void {
    const { network, plan } = this;
    const [newest] = this.#checkpoints;
    if (newest === undefined) throw fail("internal", { what: "no checkpoint to go back to" });
    network.parameters.restore(newest.parameters);
    network.parameters.clearGradients();
    plan.status = STATUS_OK;
    this.#goTo(newest.position);
  }

  /** Runs one batch in pieces of about `pieceCost` operations, or of one op where that costs more. */
  async #advanceInPieces(pieceCost: number, breathe: () => Promise<void>): Promise<void> {
    this.#keepCheckpoint();
    const { plan } = this;
    if (!plan.beginStep()) return;
    const costOf = (index: number) => plan.ops[index]?.cost ?? 0;
    for (let from = 0; from < plan.ops.length && plan.status === STATUS_OK; ) {
      let to = from + 1;
      let cost = costOf(from);
      while (to < plan.ops.length && cost + costOf(to) <= pieceCost) cost += costOf(to++);
      plan.continueStep(from, to);
      from = to;
      // Not after the last one: nobody is to see a step that is done but not counted.
      if (from < plan.ops.length) await breathe();
    }
    plan.endStep();
    this.#conclude(1);
  }

  /** Ends the epoch at hand and begins the next one. */
  nextEpoch(): void {
    const { step, epoch } = this.network.position;
    this.#goTo({ step, epoch: epoch + 1, cursor: 0 });
  }

  /** Goes on with other samples in the same feed, as an epoch of their own. */
  refill(): void {
    this.plan.samples = this.#run.feed.samples;
    this.#runNumber++;
    this.#goTo({ ...this.network.position, cursor: 0 });
  }

  dispose(): void {
    this.#run.dispose();
  }

  #savePosition(): void {
    const { network, plan } = this;
    const { step, epoch } = network.position;
    // The kernel counts in 32 bits: of its count only what was added is taken.
    const done = (plan.step - step) | 0;
    network.position = { step: step + done, epoch, cursor: plan.cursor };
    network.parameters.clipScale = plan.clipScale;
    this.#left = network.position;
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
    this.#left = position;
  }

  #keepCheckpoint(): void {
    const now = performance.now();
    const { network } = this;
    if (network.revision !== this.#revision) this.#runNumber++;
    this.#revision = network.revision;
    const due = (now - this.#checkpointAt) * CHECKPOINT_SHARE >= this.#checkpointCost;
    const run = this.#runNumber;
    if (this.#checkpoints[0]?.run === run && !due) return;
    const newest = { parameters: network.parameters.snapshot(), position: network.position, run };
    this.#checkpoints = [newest, ...this.#checkpoints.slice(0, 1)];
    this.#checkpointAt = performance.now();
    this.#checkpointCost = this.#checkpointAt - now;
  }

  /** The newest checkpoint that step `step` can be reached from. */
  #checkpointFor(step: number): Checkpoint | undefined {
    return this.#checkpoints.find(
      ({ position, run }) =>
        position.step === step || (position.step < step && run === this.#runNumber),
    );
  }

  /** Trains again from a checkpoint to step `step`: the same bits as the first time. */
  #replay(step: number, checkpoint = this.#checkpointFor(step)): void {
    if (checkpoint === undefined) throw fail("internal", { what: "no checkpoint to go back to" });
    const { network, plan } = this;
    network.parameters.restore(checkpoint.parameters);
    plan.status = STATUS_OK;
    this.#goTo(checkpoint.position);
    while (network.position.step < step) {
      if (this.epochDone) this.nextEpoch();
      plan.run(step - network.position.step);
      if (plan.status !== STATUS_OK) throw fail("internal", { what: "a good step failed again" });
      this.#savePosition();
    }
    // What comes next is a batch, if it is the first of its epoch.
    if (this.epochDone) this.nextEpoch();
    // Those in memory may be of a step that failed.
    network.parameters.clearGradients();
  }

  /** After a step that failed: finds out where, then puts the last good weights back. */
  #recover(): LayerwiseError {
    const { network, plan } = this;
    const lossFailed = plan.status === STATUS_LOSS_NOT_FINITE;
    const { step: before, epoch } = network.position;
    const step = before + ((plan.step - before) | 0);
    if (network.revision !== this.#revision) {
      // Something was changed while the step ran in pieces: it can't be run again.
      const newest = this.#checkpoints[0];
      this.#replay(newest?.position.step ?? 0, newest);
      const [layer, role] = lossFailed ? ["loss", "mean"] : ["optimizer", "update"];
      return fail("notFinite", { layer, role, step, epoch });
    }
    this.#replay(step);
    const { layer, role } = this.#findNonFinite();
    // The weights that this step began with gave no finite loss: those of the step before did.
    this.#replay(lossFailed && this.#checkpointFor(step - 1) ? step - 1 : step);
    return fail("notFinite", { layer, role, step, epoch });
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

/** What `work` came to, to be had as often as asked for: its result, or its error. */
function resultOf<T>(work: () => T): () => T {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
