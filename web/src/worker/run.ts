// A run: a recipe, and where it stands. It goes to any step, forward by training, back from a keyframe and
// by training again; the bits at a step are a function of the recipe alone, whatever the way there. It knows
// neither the worker nor the page.
//
// Where it stands, the changes made before that step hold already, and so does the schedule's rate.

import { LayerwiseError, type Sequential } from "layerwise";
import type { Measure, Score } from "../protocol.ts";
import { type Change, type Recipe, type Settings, settingsAt, withChange } from "../recipe.ts";
import { loadSource, makeData, type RunData } from "./data.ts";
import { hashWeights } from "./hash.ts";
import { type Keyframe, type KeyframeLimits, Keyframes } from "./keyframes.ts";
import { Pace, type Signal, turn } from "./pace.ts";
import { Training } from "./training.ts";
import { notFinite, whereOf } from "./trouble.ts";

export class Run {
  #recipe: Recipe;
  #training: Training;
  #end = 0;
  #samples = 0;
  /** The data last made, and the settings or the change that it follows from. */
  #data: { readonly cause: object; readonly data: RunData };
  readonly #keyframes: Keyframes;
  readonly #pace = new Pace();

  private constructor(recipe: Recipe, training: Training, limits: KeyframeLimits | undefined) {
    this.#recipe = recipe;
    this.#training = training;
    this.#data = { cause: recipe.start, data: training.data };
    this.#keyframes = new Keyframes(training.save(), limits);
  }

  /** A run at its beginning. @throws LayerwiseError for a recipe that can't be begun */
  static async open(recipe: Recipe, limits?: KeyframeLimits): Promise<Run> {
    await loadSource(recipe.start.data);
    for (const { data } of recipe.changes) if (data) await loadSource(data);
    const run = new Run(recipe, await Training.begin(recipe.start, makeData(recipe.start)), limits);
    try {
      await run.#arrive();
      return run;
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  get recipe(): Recipe {
    return this.#recipe;
  }
  /** As they hold at this step. */
  get settings(): Settings {
    return this.#training.settings;
  }
  get model(): Sequential {
    return this.#training.model;
  }
  get data(): RunData {
    return this.#training.data;
  }
  get step(): number {
    return this.#training.step;
  }
  get epoch(): number {
    return this.#training.epoch;
  }
  get epochSteps(): number {
    return this.#training.epochSteps;
  }
  get stepsToNextEpoch(): number {
    return this.#training.stepsToNextEpoch;
  }
  /** As the schedule has it now. */
  get learningRate(): number {
    return this.#training.learningRate;
  }
  /** The furthest step that was trained. */
  get end(): number {
    return this.#end;
  }
  /** Samples gone through since the run was opened, those gone through again among them. */
  get samples(): number {
    return this.#samples;
  }
  get keyframes(): Pick<Keyframes, "steps" | "bytes"> {
    return this.#keyframes;
  }

  /** SHA-256 of all weights. */
  hash(): Promise<string> {
    return hashWeights(this.model);
  }

  /** Loss and metric on both parts of the data. */
  async score(): Promise<Pick<Measure, "train" | "test">> {
    const { train, test } = this.data;
    return { train: await this.#scoreOn(train), test: await this.#scoreOn(test) };
  }

  async #scoreOn(part: RunData["train"]): Promise<Score> {
    const { loss = Number.NaN, accuracy, r2 } = await this.model.evaluate(part);
    return { loss, metric: accuracy ?? r2 ?? Number.NaN };
  }

  /**
   * Trains exactly so many steps.
   * @throws LayerwiseError `notFinite`, in the run's own count, or what is wrong with a change on the way; the
   * run then stands at the step before
   */
  async advance(steps: number): Promise<void> {
    const target = this.step + steps;
    while (this.step < target) {
      const { step } = this;
      const change = this.#recipe.changes.find((it) => it.step > step)?.step ?? target;
      const next = Math.min(target, change, step + this.#training.steadySteps);
      try {
        this.#samples += await this.#training.train(next - step);
        await this.#arrive();
      } catch (error) {
        throw await this.#recover(error, next);
      }
    }
    this.#end = Math.max(this.#end, target);
    // Where something was changed already, the model is no longer the one before the change.
    if (this.#recipe.changes.some((it) => it.step === target)) return;
    this.#keyframes.offer(target, () => this.#training.save());
  }

  /** Trains for some milliseconds, `most` steps at most, then lets messages in. */
  async slice(most: number): Promise<void> {
    const steps = Math.min(most, this.#pace.steps);
    const start = performance.now();
    await this.advance(steps);
    this.#pace.learn(steps, performance.now() - start);
    await turn();
  }

  /**
   * Goes to a step, trained before or not. Ends early, between two steps, once the signal says so.
   * @throws LayerwiseError as {@link advance}
   */
  async seek(step: number, { signal }: { readonly signal?: Signal } = {}): Promise<void> {
    // Not from one at the step itself: the gradients to be seen there are those of the step before it.
    const keyframe = this.#keyframes.upTo(step - 1);
    if (step < this.step || keyframe.step > this.step) await this.#resume(keyframe);
    while (this.step < step && !signal?.aborted) await this.slice(step - this.step);
  }

  /**
   * Changes something where the run stands, and forgets what came later.
   * @throws LayerwiseError for what can't be done; the run is then as it was
   */
  async change(change: Omit<Change, "step">): Promise<Change> {
    if (change.data) await loadSource(change.data);
    const { step } = this;
    const made = { ...change, step };
    const [before, end] = [this.#recipe, this.#end];
    const isFirst = before.changes.every((it) => it.step !== step);
    const keyframe = isFirst ? this.#training.save() : this.#keyframes.upTo(step);
    try {
      this.#recipe = withChange(before, made);
      // Several at one step are made as one, as they will be whenever the run comes here again.
      if (isFirst) await this.#arrive();
      else await this.#return(step, keyframe);
    } catch (error) {
      this.#recipe = before;
      await this.#return(step, keyframe);
      this.#end = end;
      throw error;
    }
    this.#keyframes.forgetAfter(step);
    this.#keyframes.put(keyframe);
    this.#end = step;
    return made;
  }

  dispose(): void {
    this.#training.dispose();
  }

  /** Makes the changes that belong to the step, and sets the epoch's rate. */
  async #arrive(): Promise<void> {
    const { step } = this;
    const change = this.#recipe.changes.find((it) => it.step === step);
    if (change) {
      await this.#training.apply(change, settingsAt(this.#recipe, step), this.#dataAt(step));
    }
    this.#training.setRate();
  }

  /** Comes to a step from a keyframe up to it, as if for the first time. */
  async #return(step: number, keyframe = this.#keyframes.upTo(step)): Promise<void> {
    await this.#resume(keyframe);
    await this.advance(step - this.step);
  }

  async #resume(keyframe: Keyframe): Promise<void> {
    const before = keyframe.step - 1;
    const settings = settingsAt(this.#recipe, before);
    const training = await Training.resume(keyframe, settings, this.#dataAt(before));
    this.#training.dispose();
    this.#training = training;
    await this.#arrive();
  }

  /** After an error on the way to step `next`: stands at the step before the one that failed. */
  async #recover(error: unknown, next: number): Promise<unknown> {
    const where = error instanceof LayerwiseError ? whereOf(error) : undefined;
    const failed = where ? this.#training.origin + where.step : next;
    const last = Math.max(0, failed - 1);
    await this.#return(last);
    this.#end = last;
    return where ? notFinite({ ...where, step: failed }) : error;
  }

  /** The data before step `step` is trained. */
  #dataAt(step: number): RunData {
    const { start, changes } = this.#recipe;
    const cause =
      changes.findLast((it) => it.step <= step && (it.data !== undefined || it.edits)) ?? start;
    if (this.#data.cause !== cause) {
      this.#data = { cause, data: makeData(settingsAt(this.#recipe, step)) };
    }
    return this.#data.data;
  }
}
