// What changes thirty times a second, looked at a few times a second, and only while it can be seen: faster
// nobody reads, but it costs.

import type { Attachment } from "svelte/attachments";
import { paced } from "../paced.ts";

export class Sampled<T> {
  /** As it was when it was looked at last. */
  current = $state.raw() as T;
  /** For the element in which it is shown. */
  readonly follow: Attachment<HTMLElement>;

  constructor(read: () => T, milliseconds: number) {
    this.current = read();
    const look = paced((it: T) => {
      this.current = it;
    }, milliseconds);
    this.follow = (element) => {
      let isVisible = $state.raw(false);
      const observer = new IntersectionObserver((entries) => {
        isVisible = entries.at(-1)?.isIntersecting ?? false;
      });
      observer.observe(element);
      $effect(() => {
        if (isVisible) look(read());
      });
      return () => observer.disconnect();
    };
  }
}
