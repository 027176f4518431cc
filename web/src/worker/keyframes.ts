// Saved models along a run: where to begin when an earlier step is to be seen again. Bounded; spread evenly
// over the steps. Where they lie decides how long that takes, never what comes out.

import type { SavedModel } from "layerwise";

export interface Keyframe {
  readonly step: number;
  /** The step at which the library's own count began: that of the last compile. */
  readonly origin: number;
  /** The model before what changes at this step. */
  readonly model: SavedModel;
}

export interface KeyframeLimits {
  readonly count: number;
  readonly bytes: number;
  /** Of the time of training. */
  readonly share: number;
}

const usual: KeyframeLimits = { count: 256, bytes: 32 * 1024 * 1024, share: 1 / 50 };

export class Keyframes {
  readonly #limits: KeyframeLimits;
  /** By rising step; the first one stays. */
  #frames: readonly Keyframe[];
  /** When the last one was made along the way, and the milliseconds that it took. */
  #madeAt = 0;
  #cost = 0;

  constructor(first: Keyframe, limits = usual) {
    this.#limits = limits;
    this.#frames = [first];
  }

  get steps(): readonly number[] {
    return this.#frames.map((it) => it.step);
  }

  get bytes(): number {
    return this.#frames.reduce((sum, it) => sum + bytesOf(it), 0);
  }

  /** Puts what `save` makes if it is worth its time: the way since the last one is long enough. */
  offer(step: number, save: () => Keyframe): void {
    const { count, share } = this.#limits;
    const last = this.#frames.at(-1)?.step ?? 0;
    const start = performance.now();
    // As wide as the gaps of a full set, evenly spread.
    const isFar = step - last >= Math.max(1, step / count);
    if (!isFar || start - this.#madeAt < this.#cost / share) return;
    this.put(save());
    this.#madeAt = performance.now();
    this.#cost = this.#madeAt - start;
  }

  put(frame: Keyframe): void {
    const others = this.#frames.filter((it) => it.step !== frame.step);
    const at = others.findIndex((it) => it.step > frame.step);
    this.#frames = at < 0 ? [...others, frame] : others.toSpliced(at, 0, frame);
    const { count, bytes } = this.#limits;
    while (this.#frames.length > 2 && (this.#frames.length > count || this.bytes > bytes)) {
      this.#frames = this.#frames.toSpliced(this.#leastNeeded(), 1);
    }
  }

  /** The last one up to `step`. */
  upTo(step: number): Keyframe {
    const [first] = this.#frames;
    const found = this.#frames.findLast((it) => it.step <= step) ?? first;
    if (found === undefined) throw new Error("there is no keyframe at the start");
    return found;
  }

  forgetAfter(step: number): void {
    this.#frames = this.#frames.filter((it, i) => i === 0 || it.step <= step);
  }

  /** Which one leaves the smallest gap: neither the first nor the last. */
  #leastNeeded(): number {
    const { steps } = this;
    const gap = (i: number) => (steps[i + 1] ?? 0) - (steps[i - 1] ?? 0);
    let least = 1;
    for (let i = 2; i < steps.length - 1; i++) if (gap(i) < gap(least)) least = i;
    return least;
  }
}

function bytesOf({ model }: Keyframe): number {
  return model.weights.byteLength + 2 * model.json.length;
}
