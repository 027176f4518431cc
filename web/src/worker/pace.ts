// How long the worker is deaf: training is cut into slices of a few milliseconds, with a turn for messages
// between them.

/** Short enough that a click is answered at once, long enough that the cuts cost nothing. */
const SLICE_MS = 10;

/** Says when work is to be left, between two steps. */
export interface Signal {
  readonly aborted: boolean;
}

/** How many steps fit into a slice: learned from those before. */
export class Pace {
  #stepsPerMs = 0;

  get steps(): number {
    return Math.max(1, Math.floor(this.#stepsPerMs * SLICE_MS));
  }

  learn(steps: number, ms: number): void {
    const measured = steps / Math.max(ms, 0.001);
    // A few steps say little about many: a call costs as much as some of them.
    const isLong = ms >= SLICE_MS / 4 || steps >= this.steps;
    if (isLong || measured > this.#stepsPerMs) this.#stepsPerMs = measured;
  }
}

/** A signal after some milliseconds. */
export function lapsed(ms: number): Signal {
  const end = performance.now() + ms;
  return {
    get aborted() {
      return performance.now() > end;
    },
  };
}

/** One that says so if any of these does. */
export function either(...signals: readonly Signal[]): Signal {
  return {
    get aborted() {
      return signals.some((it) => it.aborted);
    },
  };
}

/** Lets messages in. Not by a timer: nested ones wait 4 ms. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
