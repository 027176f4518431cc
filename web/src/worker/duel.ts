// The linear classifier beside the network: a run of the same recipe without hidden layers, so with the same
// data, seed, order of batches, optimizer and schedule.

import type { Change, Recipe } from "../recipe.ts";
import type { Signal } from "./pace.ts";
import { Run } from "./run.ts";

export class Duel {
  #run: Run | undefined;
  /** Beyond this step it can't go: it is not tried again with each frame. */
  #failure: { readonly step: number; readonly error: unknown } | undefined;

  /**
   * The linear classifier at the step where the network stands; undefined while it is on its way there.
   * @throws LayerwiseError as the run's seek does
   */
  async beside(run: Pick<Run, "recipe" | "step">, signal: Signal): Promise<Run | undefined> {
    if (this.#failure && run.step > this.#failure.step) throw this.#failure.error;
    try {
      this.#run ??= await Run.open(linear(run.recipe));
      await this.#run.seek(run.step, { signal });
    } catch (error) {
      this.#failure = { step: this.#run?.step ?? -1, error };
      throw error;
    }
    return this.#run.step === run.step ? this.#run : undefined;
  }

  /** Follows the network in a change that it has made where it stands. */
  async follow(change: Change): Promise<void> {
    // From elsewhere it would have to train first: it begins anew when it is looked at.
    if (this.#run?.step !== change.step) return this.close();
    this.#failure = undefined;
    try {
      await this.#run.change(withoutHidden(change));
    } catch {
      // What is wrong with it comes to light when it is looked at.
      this.close();
    }
  }

  close(): void {
    this.#run?.dispose();
    this.#run = undefined;
    this.#failure = undefined;
  }
}

function linear({ start, changes }: Recipe): Recipe {
  return { start: { ...start, layers: [] }, changes: changes.map(withoutHidden) };
}

/** What was done to single weights and units has no counterpart. */
function withoutHidden({ weights: _, units: __, parameters: ___, ...change }: Change): Change {
  return change;
}
