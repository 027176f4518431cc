// A page at the other end of the trainer's loop: it gets messages as through a channel, copied or handed
// over, and keeps them.

import type { Frame, Request, Response } from "../../../web/src/protocol.ts";
import { Loop } from "../../../web/src/worker/loop.ts";

type Of<T extends Response["type"]> = Extract<Response, { readonly type: T }>;

export class Page {
  readonly responses: Response[] = [];
  /** Whether frames are drawn as soon as they come. */
  draws = true;
  #notify: () => void = () => {};
  readonly #loop = new Loop((response, transfer) => {
    this.responses.push(structuredClone(response, { transfer: [...transfer] }));
    this.#notify();
    if (response.type === "frame" && this.draws) {
      setTimeout(() => this.send({ type: "seen" }));
    }
  });

  send(...requests: readonly Request[]): void {
    for (const it of requests) this.#loop.receive(structuredClone(it));
  }

  all<T extends Response["type"]>(type: T): readonly Of<T>[] {
    return this.responses.filter((it): it is Of<T> => it.type === type);
  }

  /** Forgets what has come, to wait for the next. */
  clear(): void {
    this.responses.length = 0;
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  /** The first frame, now or later, of which that is true. */
  async frame(holds: (frame: Frame) => boolean = () => true): Promise<Frame> {
    const found = () => this.all("frame").find((it) => holds(it.frame))?.frame;
    await this.until(() => found() !== undefined);
    const frame = found();
    if (frame === undefined) throw new Error("there is no such frame");
    return frame;
  }

  /** The first message of that kind, now or later. */
  async next<T extends Response["type"]>(type: T): Promise<Of<T>> {
    await this.until(() => this.all(type).length > 0);
    const [first] = this.all(type);
    if (first === undefined) throw new Error(`there is no ${type}`);
    return first;
  }
}
