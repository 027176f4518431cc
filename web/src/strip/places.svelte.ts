// Where the layers' blocks stand within their row: measured when something changes its size, and only then.

import type { Attachment } from "svelte/attachments";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export class Places {
  /** By layer. */
  all = $state.raw<readonly (Place | undefined)[]>([]);
  #row: HTMLElement | undefined;
  readonly #blocks: (HTMLElement | undefined)[] = [];
  readonly #observer = new ResizeObserver(() => this.#measure());

  /** For the row. */
  readonly within: Attachment<HTMLElement> = (row) => {
    this.#row = row;
    this.#observer.observe(row);
    return () => {
      this.#observer.disconnect();
      this.#row = undefined;
    };
  };

  /** For the block of a layer. */
  readonly of =
    (layer: number): Attachment<HTMLElement> =>
    (block) => {
      // Its column changes its size whenever the block moves, the block when units come or go.
      const watched = [block, block.parentElement].filter((it) => it !== null);
      this.#blocks[layer] = block;
      for (const it of watched) this.#observer.observe(it);
      return () => {
        this.#blocks[layer] = undefined;
        for (const it of watched) this.#observer.unobserve(it);
      };
    };

  #measure(): void {
    if (!this.#row) return;
    const { left, top } = this.#row.getBoundingClientRect();
    this.all = this.#blocks.map((block) => {
      const box = block?.getBoundingClientRect();
      return box && { x: box.left - left, y: box.top - top };
    });
  }
}
