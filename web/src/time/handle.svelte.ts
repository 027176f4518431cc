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
    let way: number | undefined;
    // A frame at rest is an answer. Frames that play come from before the drag, or from after it. One on a long
    // way lets the hand go elsewhere.
    $effect(() => {
      const { frame } = session;
      if (!frame) return;
      untrack(() => {
        if (!frame.playing) this.#seeker.answered();
        const isLeft = way === this.held && frame.seeking === undefined;
        const isOver = frame.step === this.held || (frame.playing && this.#seeker.idle) || isLeft;
        if (isOver) this.held = undefined;
        way = frame.seeking;
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
