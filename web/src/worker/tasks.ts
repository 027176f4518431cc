// What the page has asked for and what has not been done yet, in order.

import type { Request } from "../protocol.ts";
import type { Signal } from "./pace.ts";

/** Requests that wait for their turn. */
export type Task = Exclude<Request, { readonly type: "seen" | "look" }>;

/** A way that has taken so long already is not worth finishing when another one is asked for. */
const LONG_MS = 100;
/** What goes on from where the run stands. */
const goesOn = ["play", "advance", "change"] as const;

export class Tasks {
  #waiting: readonly Task[] = [];
  /** The run that was asked for last; others are of the past. */
  #run = 0;
  /** When something came last that goes on from where the run stands. */
  #wentOnAt = 0;

  add(task: Task): void {
    if (task.type === "open") {
      this.#run = task.run;
      // What was asked of the run before is of no interest any more.
      this.#waiting = this.#waiting.filter((it) => it.type === "ask");
    } else if (task.type !== "ask" && task.run !== this.#run) {
      return;
    } else if (task.type === "seek" && this.#waiting.at(-1)?.type === "seek") {
      this.#waiting = this.#waiting.slice(0, -1);
    }
    if (goesOn.some((it) => it === task.type)) this.#wentOnAt = performance.now();
    this.#waiting = [...this.#waiting, task];
  }

  take(): Task | undefined {
    const [first, ...others] = this.#waiting;
    this.#waiting = others;
    return first;
  }

  has(...types: readonly Task["type"][]): boolean {
    return this.#waiting.some((it) => types.includes(it.type));
  }

  /**
   * A signal to leave a way to some step that begins now: at once for another run or a pause; for another step
   * once it has taken long. Short ways end, so that a hand on the timeline sees the places that it passes.
   * What goes on from a place and came at once with the way there is meant for its end; what comes when the way
   * is long already is meant for where it stands then.
   */
  leave(): Signal {
    const start = performance.now();
    const isLeft = () =>
      this.has("open", "pause") ||
      (this.has("seek") && performance.now() - start > LONG_MS) ||
      (this.has(...goesOn) && this.#wentOnAt - start > LONG_MS);
    return {
      get aborted() {
        return isLeft();
      },
    };
  }
}
