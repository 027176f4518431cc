// How many steps are due: playing at a speed, or as fast as it goes.

import type { Speed } from "../protocol.ts";

/** What is not caught up within this time is let go: a slow machine plays slower, not longer. */
const PATIENCE_MS = 250;

export class Drive {
  readonly #speed: Speed;
  #time: number;
  /** Steps due and not yet made. */
  #due = 0;

  constructor(speed: Speed, now: number) {
    this.#speed = speed;
    this.#time = now;
  }

  get isFull(): boolean {
    return this.#speed === "full";
  }

  /** Whole steps to be made now, in epochs of so many steps. */
  stepsDue(now: number, epochSteps: number): number {
    if (this.#speed === "full") return Number.POSITIVE_INFINITY;
    const perMs = (this.#speed * epochSteps) / 1000;
    const most = Math.max(1, perMs * PATIENCE_MS);
    this.#due = Math.min(most, this.#due + (now - this.#time) * perMs);
    this.#time = now;
    return Math.floor(this.#due);
  }

  made(steps: number): void {
    this.#due -= steps;
  }

  /** Milliseconds until the next step is due. */
  wait(epochSteps: number): number {
    if (this.#speed === "full") return 0;
    return ((1 - this.#due) / (this.#speed * epochSteps)) * 1000;
  }
}
