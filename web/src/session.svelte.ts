// The page's side of a run: talks to the trainer's worker and holds what it said last. It computes nothing.

import type { EngineReport } from "layerwise";
import { createContext } from "svelte";
import { prefersReducedMotion } from "svelte/motion";
import {
  type Frame,
  firstLook,
  type Look,
  type Measure,
  type Points,
  type Question,
  type Questions,
  type Request,
  type Response,
  type Speed,
  type Trouble,
} from "./protocol.ts";
import { type Change, defaultSettings, type Recipe, settingsAt, withChange } from "./recipe.ts";

/** A run that was left for another one: its curve stays to be compared, and it can be taken up again. */
export interface Branch {
  readonly recipe: Recipe;
  readonly measures: readonly Measure[];
  readonly end: number;
}

const MOST_BRANCHES = 3;
/** Pictures a second for those who want no motion: single ones, each to be looked at. */
const STILL_RATE = 1;

/** What a link promised of the weights at its step. */
export interface Promised {
  readonly step: number;
  readonly hash: string;
  /** As they came out here; undefined until the run was there. */
  readonly found: string | undefined;
}

interface Waiting {
  resolve(answer: never): void;
  reject(trouble: Trouble): void;
}

export class Session {
  /** How the engine runs; undefined until the worker is ready. */
  report = $state.raw<EngineReport>();
  points = $state.raw<Points>();
  /** Whether `points` are of the run at hand: not yet, or never where its data can't be learned. */
  arrived = $state.raw(false);
  frame = $state.raw<Frame>();
  /** Whether `frame` is of the run at hand: until its first one comes, it is the last one of the run before. */
  shown = $state.raw(false);
  /** For the curves, by rising step. */
  measures = $state.raw<readonly Measure[]>([]);
  /** What went wrong last, until it is dismissed or the next thing works. */
  trouble = $state.raw<Trouble>();
  /** The run as it stands, with all changes. */
  recipe = $state.raw() as Recipe;
  branches = $state.raw<readonly Branch[]>([]);
  promised = $state.raw<Promised>();
  /** What the visitor wants: the frames tell what is. */
  speed = $state.raw<Speed>(10);
  look = $state.raw(firstLook);

  /** The last change that holds at the step that is shown. */
  readonly #made = $derived(
    this.recipe.changes.findLast((it) => it.step <= (this.frame?.step ?? 0)),
  );
  /** The settings at the step that is shown. The same object from frame to frame, until a change is passed. */
  readonly settings = $derived(settingsAt(this.recipe, this.#made?.step ?? 0));
  readonly playing = $derived(this.frame?.playing ?? false);
  /** The step that the run is on its way to, if that takes long. */
  readonly seeking = $derived(this.shown ? this.frame?.seeking : undefined);
  /** Whether the step shown lies in the past: a change here begins a branch. */
  readonly inPast = $derived(this.frame !== undefined && this.frame.step < this.frame.end);

  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #run = 0;
  #question = 0;
  /** Where the run was opened: until a frame of it has come, that is all that is known of its end. */
  #openedAt = 0;
  /** Whether the run came ready-made, from a link or a file, say: it may be one that can't begin. */
  #isReadyMade = false;

  constructor(recipe: Recipe, step: number, hash?: string) {
    this.#worker = new Worker(new URL("./worker/trainer.worker.ts", import.meta.url), {
      type: "module",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Response>) => this.#receive(data);
    this.#worker.onerror = ({ message }) => {
      this.#fail({ code: "unknown", message: message || "The trainer could not be started." });
    };
    if (prefersReducedMotion.current) this.see({ rate: STILL_RATE });
    this.open(recipe, step, hash);
  }

  /**
   * A ready-made run from its beginning, or trained to `step`, where the weights should have that SHA-256. If
   * it can't begin, the usual start takes its place.
   */
  open(recipe: Recipe, step = 0, hash?: string): void {
    this.branches = [];
    this.#open(recipe, step);
    this.#isReadyMade = true;
    this.promised = hash === undefined ? undefined : { step, hash, found: undefined };
  }

  /** A new run with other settings from the start: what changed on the way is forgotten. */
  restart(change: Partial<Recipe["start"]>): void {
    this.branches = [];
    this.#open({ start: { ...this.settings, ...change }, changes: [] }, 0);
  }

  /** Takes up a run that was left. The one at hand takes its place. */
  swap(branch: Branch): void {
    const left = this.#asBranch();
    this.branches = this.branches.map((it) => (it === branch ? left : it));
    this.#open(branch.recipe, branch.end);
  }

  play(speed = this.speed): void {
    this.speed = speed;
    this.#moveOn();
    this.#send({ type: "play", run: this.#run, speed });
  }

  pause(): void {
    this.#moveOn();
    this.#send({ type: "pause", run: this.#run });
  }

  advance(by: "step" | "epoch"): void {
    this.#moveOn();
    this.#send({ type: "advance", run: this.#run, by });
  }

  seek(step: number): void {
    this.#moveOn();
    this.#send({ type: "seek", run: this.#run, step });
  }

  /** Changes something where the run stands. In the past this begins a branch. */
  change(change: Omit<Change, "step">): void {
    this.#send({ type: "change", run: this.#run, change });
  }

  /** Changes what is to be seen. */
  see(change: Partial<Look>): void {
    this.look = { ...this.look, ...change };
    this.#send({ type: "look", look: this.look });
  }

  /** To be called when a frame has been drawn. */
  seen(): void {
    this.#send({ type: "seen" });
  }

  /** Asks the worker. Rejects with a {@link Trouble}. */
  ask<K extends keyof Questions>(
    what: K,
    about: Questions[K]["about"],
  ): Promise<Questions[K]["answer"]> {
    const id = ++this.#question;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ type: "ask", id, what, about } as Question<K> as Request);
    });
  }

  #open(recipe: Recipe, step: number): void {
    this.#run++;
    this.#openedAt = step;
    this.#isReadyMade = false;
    this.promised = undefined;
    this.recipe = recipe;
    this.arrived = false;
    this.shown = false;
    this.measures = [];
    this.trouble = undefined;
    this.#send({ type: "open", run: this.#run, recipe, step });
  }

  #asBranch(): Branch {
    const reached = this.shown ? (this.frame?.end ?? 0) : this.#openedAt;
    const end = Math.max(reached, this.seeking ?? 0);
    return { recipe: this.recipe, measures: this.measures, end };
  }

  /** The visitor goes elsewhere: what a link promised of a step that was not reached is of no interest. */
  #moveOn(): void {
    if (this.promised?.found === undefined) this.promised = undefined;
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** The worker is in trouble of its own: what was asked will not be answered. */
  #fail(trouble: Trouble): void {
    this.trouble = trouble;
    for (const { reject } of this.#waiting.values()) reject(trouble);
    this.#waiting.clear();
  }

  #receive(response: Response): void {
    if ("run" in response && response.run !== this.#run) {
      // It will not be drawn, but the worker waits for the word to send the next one.
      if (response.type === "frame") this.seen();
      return;
    }
    switch (response.type) {
      case "ready":
        this.report = response.report;
        return;
      case "points":
        this.points = response.points;
        this.arrived = true;
        return;
      case "frame":
        this.#show(response.frame);
        return;
      case "measured":
        this.measures = joined(this.measures, response.measures);
        return;
      case "changed":
        this.#changed(response.change);
        return;
      case "unopened":
        this.#refuse(response.trouble);
        return;
      case "trouble":
        this.trouble = response.trouble;
        return;
      case "answer":
        this.#waiting.get(response.id)?.resolve(response.answer as never);
        this.#waiting.delete(response.id);
        return;
      case "refused":
        this.#waiting.get(response.id)?.reject(response.trouble);
        this.#waiting.delete(response.id);
        return;
      default:
        response satisfies never;
    }
  }

  #show(frame: Frame): void {
    this.frame = frame;
    this.shown = true;
    const { promised } = this;
    if (promised && !promised.found && frame.step === promised.step) {
      this.promised = { ...promised, found: frame.hash };
    }
  }

  /** The run can't begin. What the visitor has set stays, to be set otherwise. */
  #refuse(trouble: Trouble): void {
    if (!this.#isReadyMade) {
      this.trouble = trouble;
      return;
    }
    this.#open({ start: defaultSettings, changes: [] }, 0);
    const message = `This run can't begin: ${trouble.message.replace(/\.$/, "")}.`;
    this.trouble = { ...trouble, message: `${message} You see the usual start instead.` };
  }

  #changed(change: Change): void {
    this.trouble = undefined;
    this.promised = undefined;
    const last = this.measures.at(-1)?.step ?? 0;
    if (change.step < last) {
      this.branches = [...this.branches, this.#asBranch()].slice(-MOST_BRANCHES);
    }
    this.measures = this.measures.filter((it) => it.step <= change.step);
    this.recipe = withChange(this.recipe, change);
  }
}

/** Measures by rising step; of two at one step the newer one. */
function joined(old: readonly Measure[], more: readonly Measure[]): readonly Measure[] {
  const first = more[0]?.step ?? Number.POSITIVE_INFINITY;
  if ((old.at(-1)?.step ?? -1) < first) return thinned([...old, ...more]);
  const steps = new Map([...old, ...more].map((it) => [it.step, it]));
  return thinned([...steps.values()].sort((a, b) => a.step - b.step));
}

/** Beyond so many, every other one goes: curves stay even. */
const MOST_MEASURES = 2000;
function thinned(measures: readonly Measure[]): readonly Measure[] {
  if (measures.length <= MOST_MEASURES) return measures;
  return measures.filter((_, i) => i % 2 === 0 || i === measures.length - 1);
}

export const [getSession, setSession] = createContext<Session>();
