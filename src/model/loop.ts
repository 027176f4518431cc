// The loop around epochs, batches and callbacks that both kinds of fit share.

import { fail } from "../errors.ts";
import type { Callback, Logs, TrainingControl } from "./callbacks.ts";
import type { Evaluator } from "./evaluator.ts";
import type { FitOptions, History } from "./fit.ts";
import { learningRateOf, setHyper } from "./hyper.ts";
import type { Network } from "./network.ts";
import { Pace } from "./pace.ts";
import type { Trainer } from "./trainer.ts";

/** Runs epochs, keeps their history, calls callbacks, and ends when a callback or the signal asks. */
export class Loop {
  readonly #network: Network;
  readonly #callbacks: readonly Callback[];
  readonly #signal: AbortSignal | undefined;
  readonly #pace = new Pace();
  readonly #validationPace = new Pace();
  readonly #control: TrainingControl;
  readonly #epochs: number[] = [];
  readonly #history: Record<string, number[]> = {};
  #logs: Logs = {};
  #stopped = false;

  constructor(
    network: Network,
    { callbacks = [], signal }: Pick<FitOptions, "callbacks" | "signal">,
  ) {
    this.#network = network;
    this.#callbacks = Array.isArray(callbacks) ? callbacks : [callbacks];
    this.#signal = signal;
    this.#control = {
      stop: () => {
        this.#stopped = true;
      },
      snapshot: () => {
        network.checkSettled("snapshot");
        return network.parameters.snapshot();
      },
      restore: (snapshot) => {
        network.checkSettled("restore");
        network.parameters.restore(snapshot);
        network.revision++;
      },
      get learningRate() {
        network.checkSettled("learningRate");
        return learningRateOf(network);
      },
      set learningRate(learningRate) {
        setHyper("learningRate", network, { learningRate });
      },
      save: () => {
        network.checkSettled("save");
        if (network.save) return network.save(network);
        throw fail("internal", { what: "a model that nobody can save" });
      },
    };
  }

  /** Whether a callback or the signal has asked to end. */
  get ended(): boolean {
    return this.#stopped || this.#signal?.aborted === true;
  }

  async run(epochs: number, trainer: Trainer, evaluator: Evaluator | undefined): Promise<History> {
    await this.begin();
    for (let i = 0; i < epochs && !this.ended; i++) {
      const { epoch } = this.#network.position;
      await this.beginEpoch(epoch);
      trainer.clearLogs();
      await this.train(trainer);
      // A signal ends within the epoch: it stays open, and a later fit goes on with it.
      if (!trainer.epochDone) break;
      const logs = trainer.logs();
      trainer.nextEpoch();
      if (evaluator) addValidation(logs, await evaluator.run(this.#validationPace));
      await this.endEpoch(epoch, logs);
    }
    return this.end();
  }

  /** Runs the trainer to the end of its epoch, or until something asks to end. */
  async train(trainer: Trainer): Promise<void> {
    const pace = this.#pace;
    const perBatch = this.#callbacks.filter((it) => it.onBatchEnd);
    let batch = 0;
    const most = perBatch.length > 0 ? 1 : Number.POSITIVE_INFINITY;
    while (!trainer.epochDone && !this.ended) {
      if ((await trainer.advanceSlice(pace, most)) === 0) continue;
      for (const it of perBatch) {
        await it.onBatchEnd?.(batch, { loss: trainer.plan.batchLoss }, this.#control);
      }
      batch++;
      if (pace.due) await pace.breathe();
    }
  }

  async begin(): Promise<void> {
    for (const it of this.#callbacks) await it.onTrainBegin?.(this.#control);
  }

  async beginEpoch(epoch: number): Promise<void> {
    for (const it of this.#callbacks) await it.onEpochBegin?.(epoch, this.#control);
  }

  async endEpoch(epoch: number, logs: Logs): Promise<void> {
    this.#logs = logs;
    this.#epochs.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.#history[name] ??= [];
      this.#history[name].push(value);
    }
    for (const it of this.#callbacks) await it.onEpochEnd?.(epoch, logs, this.#control);
  }

  async end(): Promise<History> {
    for (const it of this.#callbacks) await it.onTrainEnd?.(this.#logs, this.#control);
    const stopped = this.#signal?.aborted ? "signal" : this.#stopped ? "callback" : "epochs";
    return { epoch: this.#epochs, history: this.#history, stopped };
  }
}

/** loss → valLoss, accuracy → valAccuracy. */
export function addValidation(logs: Record<string, number>, validation: Logs): void {
  for (const [name, value] of Object.entries(validation)) {
    logs[`val${name.charAt(0).toUpperCase()}${name.slice(1)}`] = value;
  }
}
