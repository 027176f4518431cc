// Edits on their way to the worker: shown at once, sent a few times a second, one message at a time; and
// taken back stroke by stroke.

import type { Points } from "../protocol.ts";
import type { PointEdit } from "../recipe.ts";
import type { Session } from "../session.svelte.ts";
import { drawnPoints, hasTwoClasses, type Stroke, undone, withEdits } from "./edits.ts";
import { paced } from "./paced.ts";

/** Milliseconds between two messages. */
const PAUSE = 150;

/** Edits under way, and what the session held when they left. */
interface Sent extends Pick<Session, "recipe" | "points" | "trouble"> {
  readonly edits: readonly PointEdit[];
}

export class Outbox {
  readonly #session: Session;
  #waiting = $state.raw<readonly PointEdit[]>([]);
  #sent = $state.raw<Sent>();
  #strokes: readonly Stroke[] = [];
  /** Edits of the stroke at hand. */
  #count = 0;
  readonly #send = paced<void>(() => this.#flush(), PAUSE);

  readonly #data = $derived.by(() => this.#session.settings.data);
  readonly #unanswered = $derived.by(() => {
    const sent = this.#sent;
    if (!sent) return [];
    const { recipe, points, trouble } = this.#session;
    const taken = recipe !== sent.recipe && points !== sent.points;
    const refused = trouble !== undefined && trouble !== sent.trouble;
    return taken || refused ? [] : sent.edits;
  });
  readonly #pending = $derived([...this.#unanswered, ...this.#waiting]);
  /** The points as they stand, with all that is on its way. */
  readonly points: Points | undefined = $derived.by(() => {
    const { arrived, points } = this.#session;
    // What was drawn is known here, whether it can be learned or not.
    if (this.#data.name === "drawn" && !arrived) {
      return withEdits(drawnPoints(this.#data), this.#waiting);
    }
    return points && withEdits(points, this.#pending);
  });
  readonly canUndo = $derived.by(() => this.#data.edits.length > 0 && this.#pending.length === 0);

  constructor(session: Session) {
    this.#session = session;
  }

  put(edits: readonly PointEdit[]): void {
    if (edits.length === 0) return;
    this.#waiting = [...this.#waiting, ...edits];
    this.#count += edits.length;
    this.#send();
  }

  /** What was put since the last end is undone at once. */
  endStroke(): void {
    if (this.#count === 0) return;
    const upTo = this.#data.edits.length + this.#pending.length;
    this.#strokes = [...this.#strokes, { upTo, count: this.#count }];
    this.#count = 0;
  }

  undo(): void {
    const { edits, strokes } = undone(this.#data.edits, this.#strokes);
    this.#strokes = strokes;
    this.#replace(edits);
  }

  clear(): void {
    this.#strokes = [];
    this.#replace([]);
  }

  #flush(): void {
    const edits = this.#waiting;
    if (edits.length === 0) return;
    if (this.#unanswered.length > 0) {
      this.#send();
      return;
    }
    const { recipe, points, trouble } = this.#session;
    this.#sent = { edits, recipe, points, trouble };
    this.#waiting = [];
    const all = [...this.#data.edits, ...edits];
    if (this.#mustBegin(all)) this.#begin(all);
    else this.#session.change({ edits });
  }

  #replace(edits: readonly PointEdit[]): void {
    if (this.#mustBegin(edits)) this.#begin(edits);
    else this.#session.change({ data: { ...this.#data, edits } });
  }

  #begin(edits: readonly PointEdit[]): void {
    this.#session.restart({ data: { ...this.#data, edits } });
  }

  /** Before anything was trained, points belong to the start; and a drawing that can't be learned is no run. */
  #mustBegin(edits: readonly PointEdit[]): boolean {
    const { frame, recipe, playing, arrived } = this.#session;
    if (arrived && frame?.end === 0 && !playing && recipe.changes.length === 0) return true;
    if (this.#data.name !== "drawn") return false;
    return !arrived || !hasTwoClasses(drawnPoints({ ...this.#data, edits }));
  }
}
