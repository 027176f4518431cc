// What differs in Node: how the kernel's bytes are read, how the event loop is given a turn.

import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";

export const platform = "node";

/** The compiled kernel that ships with the package. */
export async function loadKernel(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL("../../build/layerwise.wasm", import.meta.url)));
}

/** Lets timers, input and other callers run. */
export async function yieldToLoop(): Promise<void> {
  await setImmediate();
}
