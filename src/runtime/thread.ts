// What the platforms agree on: a thread as the pool sees it.

/** What a thread is given at its start. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Its number, from 0. */
  readonly thread: number;
}

/** What is heard of a thread. `lost`: it is gone, or never came. */
export type ThreadEvent =
  | { readonly type: "ready" }
  | { readonly type: "left" }
  | { readonly type: "failed"; readonly thread: number; readonly problem: string }
  | { readonly type: "lost"; readonly problem: string };

export interface Thread {
  /** Ends it, whatever it is doing. Resolves when it runs no more. */
  terminate(): Promise<void>;
  /** Whether the process waits for it. */
  ref(): void;
  unref(): void;
}

/** Starts a thread on worker.js. */
export type SpawnThread = (start: ThreadStart, on: (event: ThreadEvent) => void) => Thread;
