// A kernel: one instance of the wasm module over a shared memory, refused unless it was built from
// the same table as this host.

import { fail } from "../errors.ts";

/** The functions of `assembly/index.ts`. Addresses and counts are i32. */
export interface KernelExports {
  /** Runs up to `steps` batches; returns those done. */
  run(plan: number, steps: number, thread: number, threads: number): number;
  /** Sets up the batch at the cursor; 0 at the end of the data set. */
  beginStep(plan: number): number;
  /** Moves on to the next batch; 0 if this one failed. */
  endStep(plan: number): number;
  /** Runs ops from…to−1 on the plan's current rows. */
  runOps(plan: number, from: number, to: number, thread: number, threads: number): void;
  /** Writes the order of epoch `epoch` over n samples to u32 order[n]; needs room for n + 8 words. */
  shuffle(order: number, n: number, seedLow: number, seedHigh: number, epoch: number): void;
  /** Writes `blocks` × 4 random words of a stream to u32 out, from block `index` on. */
  random(
    out: number,
    blocks: number,
    seedLow: number,
    seedHigh: number,
    stream: number,
    indexLow: number,
    indexHigh: number,
  ): void;
  /** Looks `looks` times at the barrier, or until its phase is not `phase`. */
  spin(phase: number, looks: number): void;
  /** Sleeps until there is a ticket other than `seen` for `thread`, runs its work, returns it. */
  serve(thread: number, seen: number): number;
  /** Runs a gemm micro-kernel (wide: 1) `repeats` times on packed panels of depth k: its peak rate. */
  peak(a: number, b: number, c: number, k: number, repeats: number, wide: number): void;
  /** Floating-point operations of one micro-kernel call at depth k = 1. */
  peakFlops(wide: number): number;
}

/** The binaries: plain SIMD, the same bits everywhere; relaxed SIMD, fused multiply-add where there is one. */
export type KernelName = "simd" | "relaxed";

/** Extra imports that a checked build asks for, and a hook that sees the memory. */
export type KernelImports = Readonly<Record<string, WebAssembly.ImportValue>>;

/**
 * Fingerprint of `assembly/abi.ts`: its names and values. A test recomputes it from the table and says
 * what to write here; the names themselves would cost every page more than a kilobyte.
 */
export const TABLE_FINGERPRINT = 3021320814;

/** FNV-1a over the names and values of constants, in the order of their names. */
export function fingerprint(constants: Readonly<Record<string, unknown>>): number {
  let hash = 0x811c9dc5;
  for (const name of Object.keys(constants).sort()) {
    for (const char of `${name}=${constants[name]};`) {
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
    }
  }
  return hash;
}

/**
 * Instantiates `module` over `memory`.
 * @throws LayerwiseError `abiMismatch` if the module was built from another table
 */
export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  imports: KernelImports = {},
): Promise<KernelExports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { ...imports, memory } });
  const globals = Object.entries(exports).flatMap(([name, it]) =>
    it instanceof WebAssembly.Global ? [[name, it.value] as const] : [],
  );
  const got = fingerprint(Object.fromEntries(globals));
  if (got !== TABLE_FINGERPRINT) throw fail("abiMismatch", { expected: TABLE_FINGERPRINT, got });
  return exports as unknown as KernelExports;
}

/** Compiles what was fetched. A static host that does not send application/wasm must still work. */
export async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
