// The part of the terminal that is redrawn in place. Knows nothing of what it shows.

import { widthOf } from "./text.ts";

/** What a screen writes to: standard output, or a test's list. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
/** Between them a terminal that knows them shows nothing half done. Others ignore them. */
const BEGIN_FRAME = "\u001b[?2026h";
const END_FRAME = "\u001b[?2026l";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** Lines that take the place of the lines before. Each is overwritten, never cleared first: no flicker. */
export class Screen {
  readonly #output: Output;
  #widths: readonly number[] = [];
  #open = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows lines, none wider than the terminal, in place of those shown last. */
  draw(lines: readonly string[]): void {
    const up = this.#height();
    const body = lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join("");
    const start = `${BEGIN_FRAME}${HIDE_CURSOR}${up > 0 ? `\u001b[${up}A` : ""}\r`;
    this.#output.write(`${start}${body}${CLEAR_BELOW}${END_FRAME}`);
    this.#widths = lines.map(widthOf);
    this.#open = true;
  }

  /** Leaves the lines where they are and gives the cursor back. Harmless when called again. */
  release(): void {
    if (this.#open) this.#output.write(SHOW_CURSOR);
    this.#open = false;
    this.#widths = [];
  }

  /** Lines that the last frame takes now: a terminal made narrower wraps them. */
  #height(): number {
    const columns = this.#output.columns ?? Number.POSITIVE_INFINITY;
    return this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  }
}
