// Keeps a large map up to date: asks for it as what it shows changes, one question at a time and not too often.

import type { Attachment } from "svelte/attachments";
import type { LargeMap, MapAddress, Trouble } from "../protocol.ts";
import type { Session } from "../session.svelte.ts";

const RESOLUTION = 192;
/** Milliseconds between two questions. */
const PAUSE = 500;

export class Enlarged {
  map = $state.raw<LargeMap>();
  /** Why there is none. */
  trouble = $state.raw<string>();

  /** As long as it is attached, the map follows the session's frames. */
  follow(session: Session, address: MapAddress): Attachment {
    return () => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let last = Number.NEGATIVE_INFINITY;
      let isAsking = false;
      let isStale = false;
      let ended = false;
      const plan = () => {
        isStale = true;
        if (isAsking || timer !== undefined) return;
        timer = setTimeout(ask, Math.max(0, last + PAUSE - performance.now()));
      };
      const ask = async () => {
        timer = undefined;
        last = performance.now();
        isStale = false;
        isAsking = true;
        try {
          const map = await session.ask("enlarge", { ...address, resolution: RESOLUTION });
          if (ended) return;
          this.map = map;
          this.trouble = undefined;
        } catch (refusal) {
          if (!ended) this.trouble = (refusal as Trouble).message;
        }
        isAsking = false;
        if (isStale && !ended) plan();
      };
      $effect(() => {
        if (session.frame) plan();
      });
      return () => {
        ended = true;
        clearTimeout(timer);
      };
    };
  }
}
