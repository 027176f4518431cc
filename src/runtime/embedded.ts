// Where the kernel comes from: out of the program's own code, if src/inline.ts has put it there, or else
// from the package's file.

import { fail } from "../errors.ts";
import type { KernelName } from "./kernel.ts";

/** What a program carries in its own code. */
export interface Embedded {
  readonly kernel: (name: KernelName) => Promise<BufferSource>;
  /** The text of worker.js. */
  readonly worker: string;
}

export let embedded: Embedded | undefined;

/** Before the first engine starts: from then on nothing is read. */
export function embed(it: Embedded): void {
  embedded = it;
}

/**
 * The embedded kernel, or the one at `address`, as `compileAt` has it.
 * @throws LayerwiseError `fileUnreadable`
 */
export async function kernelFrom(
  name: KernelName,
  address: () => URL,
  compileAt: (url: URL) => Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  if (embedded) return WebAssembly.compile(await embedded.kernel(name));
  let path = "layerwise.wasm";
  try {
    const url = address();
    path = url.href;
    return await compileAt(url);
  } catch (error) {
    // Most likely a bundler has left it behind.
    throw fail("fileUnreadable", {
      path,
      problem: `the kernel cannot be had from there (${error})`,
      remedy:
        'Put it there, give models an engine({ wasm }), or import "layerwise/inline", which has it inside.',
    });
  }
}
