// An engine: one linear memory, its arena, the kernel that runs on it, and threads for what is large
// enough. All models of a program share one unless they ask for their own.

import { compileAt, cores, loadKernel, platform, threadsRefused } from "#platform";
import { MAX_THREADS } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkInteger, checkName, checkOptions } from "../options.ts";
import { Arena } from "./arena.ts";
import {
  compileResponse,
  instantiate,
  type KernelExports,
  type KernelImports,
  type KernelName,
} from "./kernel.ts";
import { relaxedSimd } from "./relaxed-simd.ts";
import type { ThreadPool } from "./thread-pool.ts";
import { probeWideTiles } from "./tiles.ts";

export interface EngineOptions {
  /** The kernel, if the caller has it: compiled, its bytes, its address, or what came from there. Default: the one in the package. */
  readonly wasm?: WebAssembly.Module | BufferSource | URL | Response;
  /**
   * Most threads that compute. Small networks stay on one: waiting for each other would cost more than
   * they save. Default: "auto", as many as there are cores. The bits are the same on any number.
   */
  readonly threads?: number | "auto";
  /**
   * "deterministic" (default): plain SIMD, the same bits in every engine. "fast": relaxed SIMD where the
   * engine has it, with fused multiply-add; other bits, which may differ between machines.
   */
  readonly mode?: Mode;
  /** Most bytes of linear memory. Default: 4 GiB, or the most that the engine reserves. */
  readonly memory?: number;
}

const MODES = ["deterministic", "fast"] as const;
export type Mode = (typeof MODES)[number];

/** What runs, and why. */
export interface EngineReport {
  readonly platform: string;
  readonly mode: Mode;
  /** The kernel that runs: plain 128-bit SIMD, relaxed SIMD, or the caller's own. */
  readonly simd: KernelName | "given";
  /** Rows × columns of the products' register tile; undefined until a large plan has had it tried. */
  readonly tile: "5×8" | "2×16" | undefined;
  /** Threads that large plans get. */
  readonly threads: number;
  /** Whether they have been started: that happens with the first plan that needs them. */
  readonly started: boolean;
  /** Whether the page is cross-origin isolated; undefined outside of browsers. */
  readonly isolated: boolean | undefined;
  /** Why it is so many threads, and this kernel. */
  readonly why: string;
  /** Bytes of linear memory, of those in use, and the most that there can be. */
  readonly memory: { readonly bytes: number; readonly used: number; readonly maximum: number };
}

const PAGE = 65536;
/** 4 GiB: what wasm32 can address. Pages are reserved, not taken. */
const MAXIMUM_PAGES = 65536;
/** With less than 1 MiB nothing runs. */
const INITIAL_PAGES = 16;

const WHY_SIMD = {
  deterministic: "plain SIMD gives the same bits everywhere",
  relaxed: "this engine has relaxed SIMD",
  simd: "this engine has no relaxed SIMD",
} as const;

/** What an engine is made of. */
export interface EngineParts {
  readonly module?: WebAssembly.Module;
  readonly mode?: Mode;
  readonly simd?: KernelName | "given";
  readonly maximum?: number;
  /** Most threads, and why no more. */
  readonly threads?: number;
  readonly why?: string;
}

/** Where models live and run: one linear memory, the kernel, its threads. Made by {@link engine}. */
export class Engine {
  /** @internal */
  readonly arena: Arena;
  /** @internal */
  readonly kernel: KernelExports;
  /** Operations of a step that are worth a thread of their own; tests lower it. @internal */
  operationsPerThread = 2e6;
  /** Operations of a step that are worth finding out which tile is the faster one; tests lower it. @internal */
  operationsForProbe = 3e7;
  readonly #parts: EngineParts;
  #wideTiles: boolean | undefined;
  #view: DataView;
  #threads: number;
  #why: string;
  #pool: ThreadPool | undefined;
  #starting: Promise<ThreadPool | undefined> | undefined;
  /** Starts in a row that came to nothing. */
  #failures = 0;
  #disposed = false;

  /** @internal */
  constructor(arena: Arena, kernel: KernelExports, parts: EngineParts = {}) {
    this.arena = arena;
    this.kernel = kernel;
    this.#parts = parts;
    this.#threads = parts.threads ?? 1;
    this.#why = parts.why ?? "";
    this.#view = new DataView(arena.memory.buffer);
  }

  /** A DataView of all of memory. @internal */
  get view(): DataView {
    if (this.#view.byteLength !== this.arena.memory.buffer.byteLength) {
      this.#view = new DataView(this.arena.memory.buffer);
    }
    return this.#view;
  }

  /** How many threads a plan gets whose steps take so many operations. @internal */
  threadsFor(operations: number): number {
    return Math.max(1, Math.min(this.#threads, Math.floor(operations / this.operationsPerThread)));
  }

  /** Whether the products of a plan of so many operations run in wide tiles (assembly/gemm/wide.ts). */
  wideTilesFor(operations: number): boolean {
    if (operations >= this.operationsForProbe) {
      this.#wideTiles ??= probeWideTiles(this.kernel, this.arena);
    }
    return this.#wideTiles ?? false;
  }

  /**
   * The threads, started if need be; undefined if there are none, and {@link report} says why.
   * @throws LayerwiseError `engineDisposed`
   * @internal
   */
  async pool(): Promise<ThreadPool | undefined> {
    this.checkUsable("engine");
    if (this.#threads < 2) return undefined;
    if (this.#pool && this.#pool.lost === undefined) return this.#pool;
    // One start at a time, and none while threads of a lost pool may still write.
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<ThreadPool | undefined> {
    const { module } = this.#parts;
    if (module === undefined) return undefined;
    await this.#pool?.gone;
    try {
      // Loaded when it is first needed: most programs train small networks.
      const { ThreadPool } = await import("./thread-pool.ts");
      const { kernel, arena } = this;
      this.#pool = await ThreadPool.start(this.#threads, module, arena.memory, kernel);
      this.#failures = 0;
      this.#why = this.#parts.why ?? "";
    } catch (error) {
      // Once may be bad luck.
      this.#failures++;
      if (this.#failures > 1) this.#threads = 1;
      const problem = error instanceof Error ? error.message : error;
      this.#why = this.#why.replace(/^threads: [^;]*/, `threads: they did not start: ${problem}`);
      return undefined;
    }
    dropped.unregister(this);
    dropped.register(this, this.#pool, this);
    if (this.#disposed) await this.#pool.terminate(fail("engineDisposed", { where: "engine" }));
    return this.#pool;
  }

  report(): EngineReport {
    const { mode = "deterministic", simd = "simd", maximum = MAXIMUM_PAGES * PAGE } = this.#parts;
    return {
      platform,
      mode,
      simd,
      tile: this.#wideTiles === undefined ? undefined : this.#wideTiles ? "2×16" : "5×8",
      threads: this.#failures > 0 ? 1 : this.#threads,
      started: this.#pool !== undefined && this.#pool.lost === undefined,
      isolated: globalThis.crossOriginIsolated,
      why: this.#why,
      memory: { bytes: this.arena.memory.buffer.byteLength, used: this.arena.used, maximum },
    };
  }

  /** @throws LayerwiseError `engineDisposed` */
  checkUsable(where: string): void {
    if (this.#disposed) throw fail("engineDisposed", { where });
  }

  /**
   * Ends its threads after the step at hand, and what runs with `engineDisposed`; no model of it runs again,
   * though its weights can still be read. Without it, threads end when the engine is garbage.
   */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#starting;
    await this.#pool?.terminate(fail("engineDisposed", { where: "engine" }));
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/** Ends the threads of engines that were dropped without dispose(). */
const dropped = new FinalizationRegistry<ThreadPool>((pool) =>
  pool.terminate(fail("engineDisposed", { where: "engine" })),
);

/** An engine of its own. `imports` serve checked builds of the kernel, which run on one thread. */
export async function createEngine(
  options: EngineOptions = {},
  imports?: (arena: Arena) => KernelImports,
): Promise<Engine> {
  const where = "engine";
  checkOptions(where, options, ["wasm", "threads", "mode", "memory"]);
  const { threads: asked = "auto", mode: wanted = "deterministic" } = options;
  const mode = checkName(where, "mode", wanted, MODES);
  const limit =
    asked === "auto"
      ? Math.min(cores(), MAX_THREADS)
      : checkInteger(where, "threads", asked, 1, MAX_THREADS);
  const refused = threadsRefused();
  const simd = mode === "fast" && relaxedSimd() ? "relaxed" : "simd";
  const module = options.wasm === undefined ? await loadKernel(simd) : await compile(options.wasm);
  const { memory, maximum } = createMemory(options.memory);
  const arena = new Arena(memory);
  const kernel = await instantiate(module, memory, imports?.(arena));
  const whyThreads =
    refused ??
    (imports
      ? "the caller's kernel has imports, which threads can't be given"
      : asked === "auto"
        ? `this machine has ${limit} cores`
        : `the caller wants at most ${limit}`);
  const given = options.wasm !== undefined;
  const whySimd = given ? "the caller gave it" : WHY_SIMD[mode === "fast" ? simd : "deterministic"];
  return new Engine(arena, kernel, {
    mode,
    simd: given ? "given" : simd,
    maximum,
    threads: refused !== undefined || imports ? 1 : limit,
    why: `threads: ${whyThreads}; kernel: ${whySimd}`,
    module,
  });
}

/**
 * Shared memory of at most `most` bytes. Engines may refuse to reserve so much: then less is tried.
 * @throws LayerwiseError `outOfMemory`, `invalidArgument`
 */
function createMemory(most?: number): { memory: WebAssembly.Memory; maximum: number } {
  const least = INITIAL_PAGES * PAGE;
  const bytes = checkInteger("engine", "memory", most ?? MAXIMUM_PAGES * PAGE, least, 2 ** 32);
  for (let pages = Math.floor(bytes / PAGE); pages >= INITIAL_PAGES; pages = pages >> 1) {
    try {
      const memory = new WebAssembly.Memory({
        initial: INITIAL_PAGES,
        maximum: pages,
        shared: true,
      });
      return { memory, maximum: pages * PAGE };
    } catch {
      // Half as much, then.
    }
  }
  throw fail("outOfMemory", { bytes: least, used: 0 });
}

let shared: Promise<Engine> | undefined;

/** The engine that models share, started on first use. With options: a new one of its own. */
export function engine(options?: EngineOptions): Promise<Engine> {
  if (options !== undefined) return createEngine(options);
  if (shared === undefined) {
    shared = createEngine();
    // A failed start is not remembered: the next call tries again.
    shared.catch(() => {
      shared = undefined;
    });
  }
  return shared;
}

/** Makes `it` the engine that models share. For tests that run on a checked kernel. */
export function shareEngine(it: Promise<Engine>): void {
  shared = it;
}

async function compile(wasm: NonNullable<EngineOptions["wasm"]>): Promise<WebAssembly.Module> {
  const refusal = (remedy?: string) =>
    fail("invalidArgument", {
      where: "engine({ wasm })",
      required: "a WebAssembly.Module, its bytes, a URL or a Response",
      got: wasm,
      ...(remedy && { remedy }),
    });
  if (wasm instanceof WebAssembly.Module) return wasm;
  try {
    if (wasm instanceof URL) return await compileAt(wasm);
    if (typeof Response !== "undefined" && wasm instanceof Response)
      return await compileResponse(wasm);
    if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm))
      return await WebAssembly.compile(wasm);
  } catch (error) {
    throw refusal(`There is no kernel: ${error}.`);
  }
  throw refusal();
}
