// What differs in Node: how the kernel's bytes are read, how the event loop is given a turn.

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fail } from "../errors.ts";

export const platform = "node";

/** The compiled kernel that ships with the package. */
export async function loadKernel(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(
    await readFile(new URL("../../build/layerwise.wasm", import.meta.url)),
  );
}

/** Lets timers, input and other callers run. */
export async function yieldToLoop(): Promise<void> {
  await setImmediate();
}

const JSON_FILE = "model.json";
const WEIGHTS_FILE = "weights.safetensors";

/** Writes a model's two files into a folder, which is made if need be. Each is replaced as a whole. */
export async function saveFolder(
  folder: string,
  saved: { readonly json: string; readonly weights: Uint8Array },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // To a neighbour first, then renamed: a crash leaves the old files or the new ones, not half of one.
  for (const [file, content] of [
    [WEIGHTS_FILE, saved.weights],
    [JSON_FILE, saved.json],
  ] as const) {
    const path = join(folder, file);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }
}

/** Reads them back. */
export async function loadFolder(folder: string): Promise<{ json: string; weights: Uint8Array }> {
  try {
    const [json, weights] = await Promise.all([
      readFile(join(folder, JSON_FILE), "utf8"),
      readFile(join(folder, WEIGHTS_FILE)),
    ]);
    return { json, weights };
  } catch (error) {
    throw fail("fileUnreadable", {
      path: folder,
      problem: error instanceof Error ? error.message : String(error),
      remedy: `Name a folder with ${JSON_FILE} and ${WEIGHTS_FILE}, as model.save(folder) writes it.`,
    });
  }
}
