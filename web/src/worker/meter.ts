// How fast it trains: samples a second over the last second, or since it began.

const WINDOW_MS = 1000;

interface Mark {
  readonly time: number;
  /** Samples gone through in all. */
  readonly samples: number;
}

export class Meter {
  #marks: readonly Mark[] = [];

  restart(mark: Mark): void {
    this.#marks = [mark];
  }

  mark(mark: Mark): void {
    // Of those before the window one is kept: the window begins there.
    const begin = this.#marks.findLastIndex((it) => it.time <= mark.time - WINDOW_MS);
    this.#marks = [...this.#marks.slice(Math.max(0, begin)), mark];
  }

  get samplesPerSecond(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.time === first.time) return 0;
    return ((last.samples - first.samples) / (last.time - first.time)) * 1000;
  }
}
