// Seeks while a handle is dragged: one request is on its way at a time, and then the newest position only.

export class Seeker {
  readonly #send: (step: number) => void;
  /** On its way. */
  #sent: number | undefined;
  /** Wanted since. */
  #wanted: number | undefined;

  constructor(send: (step: number) => void) {
    this.#send = send;
  }

  /** Nothing is on its way. */
  get idle(): boolean {
    return this.#sent === undefined;
  }

  want(step: number): void {
    if (this.#sent === undefined) {
      this.#sent = step;
      this.#send(step);
    } else {
      this.#wanted = step;
    }
  }

  /** An answer came, or it is clear that none will. */
  answered(): void {
    const [sent, next] = [this.#sent, this.#wanted];
    this.#sent = undefined;
    this.#wanted = undefined;
    if (next !== undefined && next !== sent) this.want(next);
  }
}
