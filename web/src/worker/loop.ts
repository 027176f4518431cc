// The worker's life: it takes requests one after another, trains, and shows where training stands. It knows
// the page by its messages only.

import { firstLook, type Points, type Request, type Response, type Trouble } from "../protocol.ts";
import { Drive } from "./drive.ts";
import { Duel } from "./duel.ts";
import { frameOf, measureOf } from "./frame.ts";
import { Meter } from "./meter.ts";
import { either, lapsed, type Signal } from "./pace.ts";
import { answerTo } from "./questions.ts";
import { Run } from "./run.ts";
import { type Task, Tasks } from "./tasks.ts";
import { buffersIn } from "./transfer.ts";
import { troubleOf } from "./trouble.ts";

/** Views may take this share of the time at full speed. */
const VIEW_SHARE = 0.2;
/** For so long the linear classifier may catch up before a frame. */
const CATCH_UP_MS = 100;
/** Scores that are measured on a long way; more, if it takes so long from one to the next. */
const WAY_MEASURES = 128;
const LEG_MS = 250;
/** From one frame to the next on a long way: enough to see it move, and little of the time. */
const WAY_FRAME_MS = 300;
/** Timers are not more exact than that, and one that is far away wakes in between. */
const WAIT_MS = { least: 8, most: 1000 };

type Command = Exclude<Task, { readonly type: "ask" | "open" }>;
type Post = (response: Response, transfer: readonly ArrayBuffer[]) => void;

export class Loop {
  readonly #send: Post;
  readonly #tasks = new Tasks();
  #run: Run | undefined;
  /** The number that the page has given the run. */
  #number = 0;
  readonly #duel = new Duel();
  #look = firstLook;
  /** Undefined at rest. */
  #drive: Drive | undefined;
  /** The step that it is on its way to. */
  #seeking: number | undefined;
  readonly #meter = new Meter();
  /** Whether there is something that the last frame didn't show. */
  #isNew = false;
  /** Whether the last frame was drawn. */
  #isSeen = true;
  #nextFrameAt = 0;
  /** The points that the page has. */
  #points: Points | undefined;
  /** What went wrong with the last view: it is not said again with each frame. */
  #viewTrouble: string | undefined;
  #isBusy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: Post) {
    this.#send = send;
  }

  /** Takes a request, to be done after those before it. */
  receive(request: Request): void {
    if (request.type === "seen") {
      this.#isSeen = true;
    } else if (request.type === "look") {
      this.#look = request.look;
      this.#isNew = true;
    } else {
      this.#tasks.add(request);
    }
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    clearTimeout(this.#timer);
    for (let work = this.#next(); work; work = this.#next()) await work();
    // At once: a request that comes from here on begins anew.
    this.#isBusy = false;
    const wait = this.#wait();
    if (wait !== undefined) this.#timer = setTimeout(() => void this.#work(), wait);
  }

  /** What is most urgent; undefined if there is nothing to do now. */
  #next(): (() => Promise<void>) | undefined {
    const run = this.#run;
    const now = performance.now();
    // First what is to be seen: under many requests too something moves.
    if (run && this.#isFrameDue(now)) return () => this.#show(run);
    const task = this.#tasks.take();
    if (task) return () => this.#do(task);
    const steps = run && this.#drive ? this.#drive.stepsDue(now, run.epochSteps) : 0;
    return run && steps > 0 ? () => this.#train(run, steps) : undefined;
  }

  /** Milliseconds until there is something to do without a message. */
  #wait(): number | undefined {
    if (!this.#run || !this.#drive) return undefined;
    const step = this.#drive.wait(this.#run.epochSteps);
    const isWaiting = this.#isNew && this.#isSeen;
    const frame = isWaiting ? this.#nextFrameAt - performance.now() : WAIT_MS.most;
    return Math.max(WAIT_MS.least, Math.min(step, frame, WAIT_MS.most));
  }

  async #do(task: Task): Promise<void> {
    try {
      if (task.type === "ask") {
        const answer = await answerTo(task, this.#run);
        this.#send({ type: "answer", id: task.id, answer }, buffersIn(answer));
        return;
      }
      this.#isNew = true;
      this.#viewTrouble = undefined;
      if (task.type === "open") await this.#open(task);
      else if (this.#run) await this.#command(this.#run, task);
    } catch (error) {
      const trouble = troubleOf(error);
      if (task.type === "ask") this.#send({ type: "refused", id: task.id, trouble }, []);
      else this.#complain(trouble);
    }
  }

  async #open({ run: number, recipe, step }: Extract<Task, { type: "open" }>): Promise<void> {
    this.#run?.dispose();
    this.#run = undefined;
    this.#drive = undefined;
    this.#duel.close();
    this.#number = number;
    let run: Run;
    try {
      run = await Run.open(recipe);
    } catch (error) {
      this.#send({ type: "unopened", run: number, trouble: troubleOf(error) }, []);
      return;
    }
    this.#run = run;
    this.#sendPoints(run);
    await this.#go(run, step);
  }

  async #command(run: Run, task: Command): Promise<void> {
    switch (task.type) {
      case "play": {
        const time = performance.now();
        this.#drive = new Drive(task.speed, time);
        this.#meter.restart({ time, samples: run.samples });
        return;
      }
      case "pause":
        this.#drive = undefined;
        return;
      case "advance":
        this.#drive = undefined;
        return run.advance(task.by === "step" ? 1 : run.stepsToNextEpoch);
      case "seek":
        this.#drive = undefined;
        return this.#go(run, task.step);
      case "change": {
        const change = await run.change(task.change);
        this.#send({ type: "changed", run: this.#number, change }, []);
        this.#sendPoints(run);
        return this.#duel.follow(change);
      }
      default:
        return task satisfies never;
    }
  }

  /** Goes to a step, and shows a long way as it is gone. */
  async #go(run: Run, step: number): Promise<void> {
    const left = this.#tasks.leave();
    this.#seeking = step;
    this.#nextFrameAt = performance.now() + WAY_FRAME_MS;
    try {
      await this.#goLegs(run, step, left);
    } finally {
      this.#seeking = undefined;
      this.#isNew = true;
    }
  }

  /** On the way over new ground scores are measured, so that there is a curve. */
  async #goLegs(run: Run, step: number, left: Signal): Promise<void> {
    const known = Math.min(step, run.end);
    const stride = Math.ceil((step - known) / WAY_MEASURES);
    let isNewGround = run.step === known;
    while (run.step !== step && !left.aborted) {
      const next = isNewGround ? Math.min(step, run.step + stride) : known;
      await run.seek(next, { signal: either(left, lapsed(LEG_MS)) });
      if (run.step === step || left.aborted) return;
      if (isNewGround) await this.#measure(run);
      isNewGround ||= run.step === known;
      this.#isNew = true;
      if (this.#isFrameDue(performance.now())) await this.#show(run);
    }
  }

  async #measure(run: Run): Promise<void> {
    const { step, epoch } = run;
    const measure = { step, epoch, ...(await run.score()), probes: undefined };
    this.#send({ type: "measured", run: this.#number, measures: [measure] }, []);
  }

  async #train(run: Run, steps: number): Promise<void> {
    const before = run.step;
    this.#isNew = true;
    try {
      await run.slice(steps);
      this.#drive?.made(run.step - before);
      this.#meter.mark({ time: performance.now(), samples: run.samples });
    } catch (error) {
      this.#drive = undefined;
      this.#complain(troubleOf(error));
    }
  }

  #isFrameDue(now: number): boolean {
    if (!this.#isNew || !this.#isSeen || this.#tasks.has("open")) return false;
    const isAtRest = this.#drive === undefined && this.#seeking === undefined;
    return isAtRest || now >= this.#nextFrameAt;
  }

  async #show(run: Run): Promise<void> {
    const due = performance.now();
    this.#isNew = false;
    const linear = await this.#linear(run);
    const start = performance.now();
    const playing = this.#drive !== undefined;
    const samplesPerSecond = playing ? this.#meter.samplesPerSecond : 0;
    const motion = { playing, seeking: this.#seeking, samplesPerSecond };
    try {
      const frame = await frameOf(run, this.#look, motion, linear);
      const measures = [measureOf(frame)];
      this.#sendPoints(run);
      this.#send({ type: "frame", run: this.#number, frame }, buffersIn(frame));
      this.#send({ type: "measured", run: this.#number, measures }, []);
      this.#isSeen = false;
    } catch (error) {
      this.#complainOfView(troubleOf(error));
    }
    const end = performance.now();
    const isHasty = this.#drive?.isFull || this.#seeking !== undefined;
    const pause = isHasty ? ((end - start) * (1 - VIEW_SHARE)) / VIEW_SHARE : 0;
    const least = this.#seeking === undefined ? 0 : WAY_FRAME_MS;
    this.#nextFrameAt = Math.max(due + 1000 / this.#look.rate, end + Math.max(pause, least));
  }

  /** The linear classifier at the same step, if it is wanted and there. */
  async #linear(run: Run): Promise<Run | undefined> {
    if (!this.#look.duel) {
      this.#duel.close();
      return undefined;
    }
    try {
      const linear = await this.#duel.beside(run, lapsed(CATCH_UP_MS));
      // Still on its way: the next frame will show it.
      if (linear === undefined) this.#isNew = true;
      return linear;
    } catch (error) {
      const { code, message } = troubleOf(error);
      this.#complainOfView({ code, message: `The linear classifier: ${message}` });
      return undefined;
    }
  }

  #sendPoints(run: Run): void {
    const { points } = run.data;
    if (points !== this.#points) this.#send({ type: "points", run: this.#number, points }, []);
    this.#points = points;
  }

  #complain(trouble: Trouble): void {
    this.#send({ type: "trouble", run: this.#number, trouble }, []);
  }

  #complainOfView(trouble: Trouble): void {
    if (trouble.message !== this.#viewTrouble) this.#complain(trouble);
    this.#viewTrouble = trouble.message;
  }
}
