// The data as the panel shows it: that of the run with the edits on their way to it, or a sketch, which is
// a drawing that can't be learned yet. Edits are shown at once, sent a few times a second, one message at a
// time, and taken back stroke by stroke.

import { paced } from "../paced.ts";
import type { Points } from "../protocol.ts";
import type { DataSettings, PointEdit } from "../recipe.ts";
import type { Session } from "../session.svelte.ts";
import { drawnPoints, hasTwoClasses, type Stroke, undone, withEdits } from "./edits.ts";
import { classesOf, fitting } from "./sets.ts";

/** Milliseconds between two messages. */
const PAUSE = 150;

/** Edits under way, and what the session held when they left. */
interface Sent extends Pick<Session, "recipe" | "points" | "trouble"> {
  readonly edits: readonly PointEdit[];
}

export class Board {
  /** The last drawing, and the last table: they are there when one comes back to them. */
  drawing: readonly PointEdit[] = [];
  table: DataSettings["table"];

  readonly #session: Session;
  /** It is gone as soon as a run of other data is opened. */
  #sketch = $state.raw<{ readonly data: DataSettings; readonly over: DataSettings }>();
  #waiting = $state.raw<readonly PointEdit[]>([]);
  #sent = $state.raw<Sent>();
  #strokes: readonly Stroke[] = [];
  /** Edits of the stroke at hand. */
  #count = 0;
  readonly #send = paced<void>(() => this.#flush(), PAUSE);

  readonly data: DataSettings = $derived.by(() => {
    const { recipe, settings } = this.#session;
    return this.#sketch?.over === recipe.start.data ? this.#sketch.data : settings.data;
  });
  /** Whether the points can't be learned yet: the run, if there is one, is still of other data. */
  readonly isSketch = $derived.by(() => isSketch(this.data));
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
    // What was drawn is known here, whether a run has it or not.
    if (this.data.name === "drawn" && (this.isSketch || !arrived)) {
      return withEdits(drawnPoints(this.data), this.#waiting);
    }
    return points && withEdits(points, this.#pending);
  });
  readonly canUndo = $derived.by(() => this.data.edits.length > 0 && this.#pending.length === 0);

  constructor(session: Session) {
    this.#session = session;
  }

  /** Goes over to other data: a new run, or a sketch for one. */
  begin(data: DataSettings, classes = classesOf(data)): void {
    if (this.data.name === "drawn") this.drawing = this.data.edits;
    if (data.name === "drawn") this.drawing = data.edits;
    if (this.data.table) this.table = this.data.table;
    if (isSketch(data)) {
      this.#sketch = { data, over: this.#session.recipe.start.data };
    } else {
      this.#sketch = undefined;
      const loss = fitting(this.#session.settings.loss, classes);
      this.#session.restart({ data, loss });
    }
  }

  put(edits: readonly PointEdit[]): void {
    if (edits.length === 0) return;
    this.#waiting = [...this.#waiting, ...edits];
    this.#count += edits.length;
    this.#send();
  }

  /** What was put since the last end is taken back at once. */
  endStroke(): void {
    if (this.#count === 0) return;
    const upTo = this.data.edits.length + this.#pending.length;
    this.#strokes = [...this.#strokes, { upTo, count: this.#count }];
    this.#count = 0;
  }

  undo(): void {
    const { edits, strokes } = undone(this.data.edits, this.#strokes);
    this.#strokes = strokes;
    this.#replace(edits);
  }

  clear(): void {
    this.#strokes = [];
    this.#replace([]);
  }

  #replace(edits: readonly PointEdit[]): void {
    const data = { ...this.data, edits };
    if (this.#isNew(data)) this.begin(data);
    else this.#session.change({ data });
  }

  #flush(): void {
    const edits = this.#waiting;
    if (edits.length === 0) return;
    if (this.#unanswered.length > 0) {
      this.#send();
      return;
    }
    this.#waiting = [];
    const data = { ...this.data, edits: [...this.data.edits, ...edits] };
    if (isSketch(data)) {
      this.begin(data);
      return;
    }
    const { recipe, points, trouble } = this.#session;
    this.#sent = { edits, recipe, points, trouble };
    if (this.#isNew(data)) this.begin(data);
    else this.#session.change({ edits });
  }

  /** Whether it takes a new run: the one at hand is of other data, or nothing was trained in it yet. */
  #isNew(data: DataSettings): boolean {
    const { frame, recipe, playing, arrived } = this.#session;
    if (this.isSketch || isSketch(data) || !arrived) return true;
    return frame?.end === 0 && !playing && recipe.changes.length === 0;
  }
}

function isSketch(data: DataSettings): boolean {
  return data.name === "drawn" && !hasTwoClasses(drawnPoints(data));
}
