// A model on its data, under the settings that hold where it stands: the present of a run. What was and
// what will be changed is the run's to know.

import { loadModel, type Sequential } from "layerwise";
import type { Change, Settings } from "../recipe.ts";
import { constantUntil, factorAt } from "../schedule.ts";
import type { RunData } from "./data.ts";
import type { Keyframe } from "./keyframes.ts";
import { compile, makeModel, tuned } from "./model.ts";
import { shareState } from "./optimizer.ts";
import { refuse } from "./refusal.ts";

/** Stands in for a rate of 0, which the library doesn't take: so small that no weight moves. */
const STANDSTILL = 1e-30;

export class Training {
  #model: Sequential;
  #data: RunData;
  #settings: Settings;
  /** The run's step at which the library's count began. */
  #origin: number;

  private constructor(model: Sequential, data: RunData, settings: Settings, origin: number) {
    this.#model = model;
    this.#data = data;
    this.#settings = settings;
    this.#origin = origin;
  }

  /** @throws LayerwiseError for settings that can't be trained */
  static async begin(settings: Settings, data: RunData): Promise<Training> {
    return Training.#bound(new Training(await makeModel(settings, data), data, settings, 0));
  }

  /** Goes on from a keyframe, under the settings before what changes there. */
  static async resume(keyframe: Keyframe, settings: Settings, data: RunData): Promise<Training> {
    const model = await loadModel(keyframe.model);
    return Training.#bound(new Training(model, data, settings, keyframe.origin));
  }

  static async #bound(training: Training): Promise<Training> {
    try {
      await training.#bind();
      return training;
    } catch (error) {
      training.dispose();
      throw error;
    }
  }

  get model(): Sequential {
    return this.#model;
  }
  get data(): RunData {
    return this.#data;
  }
  get settings(): Settings {
    return this.#settings;
  }
  get origin(): number {
    return this.#origin;
  }
  get step(): number {
    return this.#origin + this.#model.position.step;
  }
  get epoch(): number {
    return this.#model.position.epoch;
  }
  get epochSteps(): number {
    return Math.ceil(this.#data.train.samples / this.#batchSize);
  }
  get stepsToNextEpoch(): number {
    const left = this.#data.train.samples - this.#model.position.cursor;
    return Math.ceil(left / this.#batchSize);
  }
  get learningRate(): number {
    const { optimizer, schedule } = this.#settings;
    return optimizer.learningRate * factorAt(schedule, this.epoch);
  }

  /** Steps before the schedule may set another rate. */
  get steadySteps(): number {
    const until = constantUntil(this.#settings.schedule, this.epoch);
    return this.stepsToNextEpoch + (until - this.epoch - 1) * this.epochSteps;
  }

  /** Fewer where there are fewer samples. */
  get #batchSize(): number {
    return Math.min(this.#settings.batchSize, this.#data.train.samples);
  }

  /**
   * Trains `steps` batches at the rate as it is; returns the samples gone through.
   * @throws LayerwiseError `notFinite`; the training is then of no more use
   */
  async train(steps: number): Promise<number> {
    const { samples } = this.#data.train;
    const done = () => this.#model.position.epoch * samples + this.#model.position.cursor;
    const before = done();
    await this.#model.step(steps);
    return done() - before;
  }

  /** Sets the rate that the schedule has for the epoch. */
  setRate(): void {
    const learningRate = Math.max(this.learningRate, STANDSTILL);
    if (this.#model.hyper.learningRate !== learningRate) this.#model.setHyper({ learningRate });
  }

  /**
   * Makes a change, after which these settings hold and this data is trained on.
   * @throws LayerwiseError for what can't be done; the training is then of no more use
   */
  async apply(change: Change, settings: Settings, data: RunData): Promise<void> {
    const before = this.#settings;
    checkSameKind(this.#data, data);
    const keepsState = shareState(before.optimizer, settings.optimizer);
    const optimizer = keepsState ? settings.optimizer : before.optimizer;
    if (isTuned(before, { ...settings, optimizer })) {
      const model = await tuned(this.#model, { ...settings, optimizer });
      this.#model.dispose();
      this.#model = model;
    }
    if (!keepsState) {
      this.#origin = this.step;
      compile(this.#model, settings, data);
    }
    this.#settings = settings;
    this.#data = data;
    if (change.set || change.edits || change.data) await this.#bind();
    this.#takeInHand(change);
  }

  /** What was done to single parameters and units. */
  #takeInHand({ parameters, weights = [], units = [] }: Change): void {
    const model = this.#model;
    if (parameters) model.setWeights(parameters);
    for (const { name, index, value } of weights) model.weight(name).set(value, ...index);
    for (const { layer, unit, frozen, enabled } of units) {
      const it = model.unit(layer, unit);
      it.frozen = frozen;
      it.enabled = enabled;
    }
  }

  async #bind(): Promise<void> {
    await this.#model.step(0, { data: this.#data.train, batchSize: this.#batchSize });
  }

  save(): Keyframe {
    return { step: this.step, origin: this.#origin, model: this.#model.save() };
  }

  dispose(): void {
    this.#model.dispose();
  }
}

type Tuned = Pick<Settings, "l1" | "l2" | "optimizer">;

/** Whether more than the learning rate differs, which can be set without a rebuild. */
function isTuned(before: Tuned, after: Tuned): boolean {
  const options = (it: Tuned) => JSON.stringify(it.optimizer.options);
  return before.l1 !== after.l1 || before.l2 !== after.l2 || options(before) !== options(after);
}

/** The network stays, so what it reads and answers must. */
function checkSameKind(before: RunData, after: RunData): void {
  const kind = ({ points, train }: RunData) => {
    const answers = points.classes === 0 ? "quantities" : `${points.classes} classes`;
    return `${train.featureCount} inputs and ${answers}`;
  };
  const [required, got] = [kind(before), kind(after)];
  if (got !== required) {
    throw refuse("data", required, got, "Begin a new run with this data.");
  }
}
