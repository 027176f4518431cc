// How long the event loop waits: work is cut into slices of a few milliseconds, with a turn for the
// loop between them.

import { yieldToLoop } from "#platform";

/** A slice of work here; the loop is given a turn when one is used up. Well under 10 ms, to be safe. */
const SLICE_MS = 5;
/** A slice of work on threads, which leaves the loop free: long beside its start, short to wait for. */
const THREADS_SLICE_MS = 30;
/** So many operations fit into a slice on any machine: what is tried before anything is known. */
const SURELY_SHORT = 1e7;

/** Cuts a run of equal units of work into slices. */
export class Pace {
  #sliceStart = performance.now();
  #unitsPerMs = 0;
  readonly #sliceMs: number;

  constructor(where: "here" | "on threads" = "here") {
    this.#sliceMs = where === "here" ? SLICE_MS : THREADS_SLICE_MS;
  }

  /** How many units fit into what is left of the slice; 1 at least. */
  get units(): number {
    const left = this.#sliceMs - (performance.now() - this.#sliceStart);
    return Math.max(1, Math.floor(left * this.#unitsPerMs));
  }

  /**
   * Of a unit of `cost` operations that takes longer than a slice: the cost of the pieces that it should
   * be run in. Undefined: in one go.
   */
  pieceOf(cost: number): number | undefined {
    if (this.#unitsPerMs === 0) return cost > SURELY_SHORT ? SURELY_SHORT : undefined;
    const share = this.#unitsPerMs * this.#sliceMs;
    return share < 1 ? share * cost : undefined;
  }

  /** Learns from `units` that took since `start`. */
  learn(units: number, start: number): void {
    const ms = performance.now() - start;
    if (units > 0 && ms > 0.05) this.#unitsPerMs = units / ms;
    else if (this.#unitsPerMs === 0) this.#unitsPerMs = 1;
    else if (units > 0)
      this.#unitsPerMs = Math.min(this.#unitsPerMs * 2, units / Math.max(ms, 0.001));
  }

  /** Gives the loop a turn if the slice is used up; returns whether it did. */
  async breathe(): Promise<boolean> {
    if (!this.due) return false;
    await yieldToLoop();
    this.begin();
    return true;
  }

  /** Begins a slice: the loop has had its turn. */
  begin(): void {
    this.#sliceStart = performance.now();
  }

  /** Whether the slice is used up. */
  get due(): boolean {
    return performance.now() - this.#sliceStart >= this.#sliceMs;
  }
}
