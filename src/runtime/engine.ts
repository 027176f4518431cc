// An engine: one linear memory, its arena and the kernel that runs on it. All models of a program share
// one unless they ask for their own.

import { loadKernel, platform } from "#platform";
import { fail } from "../errors.ts";
import { Arena } from "./arena.ts";
import { instantiate, type KernelExports, type KernelImports } from "./kernel.ts";

export interface EngineOptions {
  /** The kernel, if the caller has it: a compiled module or its bytes. Default: the one in the package. */
  readonly wasm?: WebAssembly.Module | BufferSource;
}

/** What runs, and why. */
export interface EngineReport {
  readonly platform: string;
  /** Threads that compute. */
  readonly threads: number;
  readonly why: string;
  /** Bytes of linear memory, and of those in use. */
  readonly memory: { readonly bytes: number; readonly used: number };
}

/** 4 GiB: what wasm32 can address. Pages are reserved, not taken. */
const MAXIMUM_PAGES = 65536;

export class Engine {
  readonly arena: Arena;
  readonly kernel: KernelExports;
  #view: DataView;

  constructor(arena: Arena, kernel: KernelExports) {
    this.arena = arena;
    this.kernel = kernel;
    this.#view = new DataView(arena.memory.buffer);
  }

  /** A DataView of all of memory. */
  get view(): DataView {
    if (this.#view.byteLength !== this.arena.memory.buffer.byteLength) {
      this.#view = new DataView(this.arena.memory.buffer);
    }
    return this.#view;
  }

  report(): EngineReport {
    return {
      platform,
      threads: 1,
      why: "one thread: this version ships no thread pool",
      memory: { bytes: this.arena.memory.buffer.byteLength, used: this.arena.used },
    };
  }
}

/** An engine of its own. `imports` serve checked builds of the kernel. */
export async function createEngine(
  options: EngineOptions = {},
  imports: (arena: Arena) => KernelImports = () => ({}),
): Promise<Engine> {
  const module = options.wasm === undefined ? await loadKernel() : await compile(options.wasm);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
  } catch {
    throw fail("outOfMemory", { bytes: MAXIMUM_PAGES * 65536, used: 0 });
  }
  const arena = new Arena(memory);
  return new Engine(arena, await instantiate(module, memory, imports(arena)));
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

async function compile(wasm: WebAssembly.Module | BufferSource): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  const refusal = fail("invalidArgument", {
    where: "engine({ wasm })",
    required: "a WebAssembly.Module or its bytes",
    got: wasm,
  });
  if (!(wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm))) throw refusal;
  return WebAssembly.compile(wasm).catch(() => {
    throw refusal;
  });
}
