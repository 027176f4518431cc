// The threads that compute: started once, asleep in the kernel until a plan is dispatched, several of them
// at once on disjoint parts of each op. No message is sent for a dispatch: words in linear memory tell the
// threads to begin (assembly/serve.ts) and the host that they are done. Knows addresses, never plans.

import { cores, spawnThread } from "#platform";
import * as abi from "../../assembly/abi.ts";
import { fail, type LayerwiseError } from "../errors.ts";
import type { KernelExports } from "./kernel.ts";
import type { SpawnThread, Thread, ThreadEvent } from "./thread.ts";

/** What threads are to run: up to `steps` steps of a plan, or with 0 its ops, once. */
export interface Work {
  /** Byte address of the plan. */
  readonly plan: number;
  readonly steps: number;
  /** Milliseconds in which any of its ops ends, on any machine: after that a thread is taken to be lost. */
  readonly patience: number;
}

/** Work in progress. */
export interface Dispatch {
  /** Steps done. Rejects with a LayerwiseError `threadLost` or `kernelTrap`, all threads being gone. */
  readonly done: Promise<number>;
  /** Whether it ever began: if not, what it was to change is as it was. */
  readonly begun: boolean;
  /**
   * For who can't wait: ends it after the step at hand and returns the steps done, blocking for the rest of
   * that step. Undefined if it has not begun.
   * @throws LayerwiseError what `done` is rejected with
   */
  settle(): number | undefined;
}

/** So long a thread looks at the barrier before it sleeps: what waking it costs. */
const SPIN_MS = 0.05;
/** Starting takes some 50 ms; who takes so long will not come. */
const START_MS = 10_000;
/** So long the step at hand may take to end, when the engine is disposed. */
const END_MS = 500;
/** The bits of a ticket below its number. */
const TICKET_SHIFT = 8;
const TICKETS = 2 ** 22;

interface Running {
  readonly work: Work;
  readonly ticket: number;
  readonly resolve: (steps: number) => void;
  readonly reject: (error: LayerwiseError) => void;
  /** Steps done, once all its threads have left. */
  steps?: number;
}

export class ThreadPool {
  readonly threads: number;
  readonly #words: Int32Array;
  readonly #all: readonly Thread[];
  #number = 0;
  #running: Running | undefined;
  /** Ends when nobody waits for a turn any more. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #lost: LayerwiseError | undefined;
  /** Why nothing more is begun. */
  #ending: LayerwiseError | undefined;
  /** Ends when no thread of a lost pool runs any more. */
  #gone: Promise<unknown> = Promise.resolve();

  private constructor(memory: WebAssembly.Memory, all: readonly Thread[]) {
    // The control block lies at the start: this view serves however far memory grows.
    this.#words = new Int32Array(memory.buffer, 0, abi.ARENA_START >>> 2);
    this.#all = all;
    this.threads = all.length;
  }

  /**
   * Starts `threads` threads on a kernel's module and memory.
   * @throws Error that says why, if one of them does not start
   */
  static async start(
    threads: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    { spin }: Pick<KernelExports, "spin">,
    spawn: SpawnThread = spawnThread,
  ): Promise<ThreadPool> {
    const words = new Int32Array(memory.buffer, 0, abi.ARENA_START >>> 2);
    words.fill(0, abi.BARRIER_COUNT >>> 2, abi.ARENA_START >>> 2);
    // Where threads outnumber cores, who waits must make room.
    words[abi.BARRIER_SPINS >>> 2] = threads > cores() ? 0 : looksIn(SPIN_MS, spin);
    const all: Thread[] = [];
    let pool: ThreadPool | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        let ready = 0;
        const problem = `a thread did not start within ${START_MS / 1000} seconds`;
        timer = setTimeout(() => reject(new Error(problem)), START_MS);
        for (let thread = 0; thread < threads; thread++) {
          const it = spawn({ module, memory, thread }, (event) => {
            if (event.type === "ready") {
              ready++;
              if (ready === threads) resolve();
            } else if (pool === undefined) {
              reject(new Error("problem" in event ? event.problem : "a thread spoke out of turn"));
            } else pool.#hear(event);
          });
          all.push(it);
        }
      });
    } catch (error) {
      await Promise.all(all.map((it) => it.terminate()));
      throw error;
    } finally {
      clearTimeout(timer);
    }
    pool = new ThreadPool(memory, all);
    for (const it of all) it.unref();
    return pool;
  }

  /** Why its threads are gone, if they are. A lost pool takes no more work. */
  get lost(): LayerwiseError | undefined {
    return this.#lost;
  }

  /** Ends when no thread of it runs any more, once it is lost. */
  get gone(): Promise<unknown> {
    return this.#gone;
  }

  /** Has `threads` threads do `work`, after all that was dispatched before. */
  dispatch(work: Work, threads: number): Dispatch {
    let begun: Running | undefined;
    const turn = this.#last;
    const done = (async () => {
      this.#hold();
      try {
        await turn;
        if (this.#lost ?? this.#ending) throw this.#lost ?? this.#ending;
        return await new Promise<number>((resolve, reject) => {
          begun = { work, ticket: this.#nextTicket(threads), resolve, reject };
          this.#begin(begun);
        });
      } finally {
        this.#release();
      }
    })();
    this.#last = done.catch(() => {});
    return {
      done,
      get begun() {
        return begun !== undefined;
      },
      settle: () => {
        if (begun === undefined) return undefined;
        if (begun === this.#running) this.#settle(begun);
        if (begun.steps === undefined) throw this.#lost;
        return begun.steps;
      },
    };
  }

  /** Ends all threads, after the step at hand if that is soon; what has not ended then is rejected. */
  async terminate(reason: LayerwiseError): Promise<void> {
    this.#ending = reason;
    if (this.#running) {
      Atomics.store(this.#words, abi.DISPATCH_STOP >>> 2, 1);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, END_MS);
      });
      await Promise.race([this.#last, late]);
      clearTimeout(timer);
    }
    this.#lose(reason);
    await this.#gone;
  }

  #nextTicket(threads: number): number {
    this.#number = (this.#number % TICKETS) + 1;
    return (this.#number << TICKET_SHIFT) | threads;
  }

  #begin(running: Running): void {
    const words = this.#words;
    const { plan, steps } = running.work;
    words[abi.DISPATCH_PLAN >>> 2] = plan;
    words[abi.DISPATCH_STEPS >>> 2] = steps;
    words[abi.DISPATCH_DONE >>> 2] = 0;
    this.#running = running;
    Atomics.store(words, abi.DISPATCH_TICKET >>> 2, running.ticket);
    Atomics.notify(words, abi.DISPATCH_TICKET >>> 2);
    this.#watch(running);
  }

  /** Ends what runs once its threads have left; until then looks again whenever one has. */
  #watch(running: Running): void {
    const at = abi.DISPATCH_FINISHED >>> 2;
    // Looked at before it is judged: a change between the two would never be waited out.
    const seen = Atomics.load(this.#words, at);
    if (this.#running !== running || this.#conclude(running)) return;
    if (Atomics.waitAsync === undefined) return;
    const waiting = Atomics.waitAsync(this.#words, at, seen);
    if (waiting.async) waiting.value.then(() => this.#watch(running));
    else this.#watch(running);
  }

  /** Whether all its threads have left; then whoever waits for it goes on. */
  #conclude(running: Running): boolean {
    const finished = Atomics.load(this.#words, abi.DISPATCH_FINISHED >>> 2);
    if (finished !== running.ticket) return false;
    this.#running = undefined;
    running.steps = this.#words[abi.DISPATCH_DONE >>> 2] ?? 0;
    running.resolve(running.steps);
    return true;
  }

  /** Waits without leaving the caller: browsers' main threads may not sleep. */
  #settle(running: Running): void {
    const words = this.#words;
    Atomics.store(words, abi.DISPATCH_STOP >>> 2, 1);
    let seen = this.#progress();
    let since = performance.now();
    while (!this.#conclude(running)) {
      const aborted = Atomics.load(words, abi.DISPATCH_ABORT >>> 2);
      const now = this.#progress();
      if (now !== seen) [seen, since] = [now, performance.now()];
      // Its own words come by a message, which can't be heard from here.
      if (aborted > 0) this.#lose(this.#trapOf(aborted - 1, "while the caller waited"));
      else if (performance.now() - since > running.work.patience) {
        const problem = `no op ended within ${Math.round(running.work.patience)} ms`;
        this.#lose(fail("threadLost", { problem }));
      }
      if (this.#lost) return;
    }
    Atomics.store(words, abi.DISPATCH_STOP >>> 2, 0);
  }

  /** A number that changes whenever a thread goes on to another op. */
  #progress(): number {
    return this.#all.reduce((sum, _, thread) => Math.imul(sum, 31) + this.#opOf(thread), 0);
  }

  #opOf(thread: number): number {
    return Atomics.load(this.#words, (abi.THREAD_OPS >>> 2) + 16 * thread);
  }

  #trapOf(thread: number, problem: string): LayerwiseError {
    const plan = this.#running?.work.plan ?? 0;
    return fail("kernelTrap", { plan, op: this.#opOf(thread), problem });
  }

  #hear(event: ThreadEvent): void {
    const running = this.#running;
    if (event.type === "left" && running) this.#conclude(running);
    if (event.type === "failed") this.#lose(this.#trapOf(event.thread, event.problem));
    if (event.type === "lost") this.#lose(fail("threadLost", { problem: event.problem }));
  }

  #lose(error: LayerwiseError): void {
    if (this.#lost) return;
    this.#lost = error;
    const running = this.#running;
    this.#running = undefined;
    // Threads that sleep at a barrier must not outlive the one that they wait for, and Chromium gives a
    // worker that sleeps two more seconds: all are woken, and trap.
    const words = this.#words;
    Atomics.store(words, abi.DISPATCH_ABORT >>> 2, abi.ABORTED);
    // The caller's own runs go by it too.
    Atomics.store(words, abi.DISPATCH_STOP >>> 2, 0);
    Atomics.add(words, abi.BARRIER_PHASE >>> 2, 1);
    Atomics.notify(words, abi.BARRIER_PHASE >>> 2);
    Atomics.store(words, abi.DISPATCH_TICKET >>> 2, 0);
    Atomics.notify(words, abi.DISPATCH_TICKET >>> 2);
    this.#gone = Promise.all(this.#all.map((it) => it.terminate()));
    // Not before the last of them has ended: it may still write.
    this.#gone.then(() => running?.reject(error));
  }

  /** While there is work, the process stays alive. */
  #hold(): void {
    this.#waiting++;
    if (this.#waiting === 1) for (const it of this.#all) it.ref();
  }
  #release(): void {
    this.#waiting--;
    if (this.#waiting === 0) for (const it of this.#all) it.unref();
  }
}

/** How many looks a thread takes in so many milliseconds: from a quarter of a nanosecond to 15, by engine. */
function looksIn(ms: number, spin: KernelExports["spin"]): number {
  const looks = 2 ** 14;
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4; attempt++) {
    const start = performance.now();
    spin(0, looks);
    least = Math.min(least, performance.now() - start);
  }
  return Math.min(2 ** 20, Math.ceil((looks * ms) / Math.max(least, 0.004)));
}
