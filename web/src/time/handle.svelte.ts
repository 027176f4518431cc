// The timeline's handle: where it is held while it is dragged, until the run stands there.

import { untrack } from "svelte";
import type { Session } from "../session.svelte.ts";
import { Seeker } from "./seeker.ts";

export class Handle {
  readonly #session: Session;
  readonly #seeker: Seeker;
  /** Undefined where the run stands. */
  held = $state.raw<number>();

  constructor(session: Session) {
    this.#session = session;
    this.#seeker = new Seeker((step) => session.seek(step));
  }

  /** Takes the run to a step, or to the end of what was trained. */
  moveTo(step: number): void {
    const session = this.#session;
    const wanted = Math.min(session.frame?.end ?? 0, Math.max(0, step));
    if (session.playing) session.pause();
    this.held = wanted;
    this.#seeker.want(wanted);
  }

  /** Listens for what becomes of it: an attachment of the element that it is in. */
  readonly follow = (): void => {
    const session = this.#session;
    // A frame at rest is an answer. Frames that play come from before the drag, or from after it.
    $effect(() => {
      const { frame } = session;
      if (!frame) return;
      untrack(() => {
        if (!frame.playing) this.#seeker.answered();
        if (frame.step === this.held || (frame.playing && this.#seeker.idle)) this.held = undefined;
      });
    });
    // None will come.
    $effect(() => {
      void session.trouble;
      void session.recipe;
      untrack(() => {
        this.held = undefined;
        this.#seeker.answered();
      });
    });
  };
}
