// What differs in Node: how the kernel's bytes are read, how threads are started, how the event loop is
// given a turn.

import { appendFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { fail } from "../errors.ts";
import { embedded, kernelFrom } from "./embedded.ts";
import { compileResponse, type KernelName } from "./kernel.ts";
import type { SpawnThread } from "./thread.ts";

export const platform = "node";

// Not before they are needed: in a bundle of another format there is no address to start from.
const KERNELS: Readonly<Record<KernelName, () => URL>> = {
  simd: () => new URL("../../build/layerwise.wasm", import.meta.url),
  relaxed: () => new URL("../../build/layerwise.relaxed.wasm", import.meta.url),
};

/** The kernel at an address, compiled. Node's fetch knows no files. */
export async function compileAt(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol === "file:") return WebAssembly.compile(await readFile(url));
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return compileResponse(response);
}

/** A compiled kernel that ships with the package. */
export function loadKernel(name: KernelName): Promise<WebAssembly.Module> {
  return kernelFrom(name, KERNELS[name], compileAt);
}

/** Why there can be no threads; undefined if there can. */
export function threadsRefused(): string | undefined {
  return undefined;
}

/** Cores that this process may use. */
export function cores(): number {
  return availableParallelism();
}

function startWorker(): Worker {
  // Not the flags of this process: a loader or an inspector has no business there.
  const options = { name: "layerwise", execArgv: [] };
  try {
    return embedded
      ? new Worker(embedded.worker, { ...options, eval: true })
      : new Worker(new URL("./worker.js", import.meta.url), options);
  } catch (error) {
    throw new Error(`worker.js: ${error}`);
  }
}

/** So long after it is said to have ended, a thread of Deno's (2.9) has. */
const DENO_ENDS_MS = 100;

export const spawnThread: SpawnThread = (start, on) => {
  const worker = startWorker();
  let ending = false;
  worker.on("message", on);
  worker.on("error", ({ message }) => on({ type: "lost", problem: message }));
  worker.on("exit", () => {
    if (!ending) on({ type: "lost", problem: "its worker ended" });
  });
  worker.postMessage(start);
  return {
    async terminate() {
      ending = true;
      await worker.terminate();
      // Deno says so while the thread still runs.
      if ("Deno" in globalThis) await setTimeout(DENO_ENDS_MS);
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  };
};

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

/** The files in the folders of a folder, in the order of their names. */
export async function imageFolder(where: string, folder: string) {
  try {
    const inside = await readdir(folder, { withFileTypes: true });
    const classes = inside
      .filter((it) => it.isDirectory())
      .map((it) => it.name)
      .sort();
    const lists = await Promise.all(
      classes.map(async (className) => {
        const files = await readdir(join(folder, className), { withFileTypes: true });
        const names = files.filter(
          (it) => it.isFile() && /\.(png|jpe?g|webp|gif|bmp|avif)$/i.test(it.name),
        );
        return names
          .map((it) => join(folder, className, it.name))
          .sort()
          .map((name) => ({
            name,
            className,
            read: async (): Promise<Uint8Array> => readFile(name),
          }));
      }),
    );
    return lists.flat();
  } catch (error) {
    throw fail("fileUnreadable", {
      path: folder,
      problem: error instanceof Error ? error.message : String(error),
      remedy: `${where} wants a folder with a folder of images for each class.`,
    });
  }
}

/** Writes text into a file, or behind what is there. */
export async function writeText(path: string, text: string, append: boolean): Promise<void> {
  try {
    await (append ? appendFile : writeFile)(path, text);
  } catch (error) {
    throw fail("fileUnreadable", {
      path,
      problem: error instanceof Error ? error.message : String(error),
      remedy: "Name a file in a folder that can be written to.",
    });
  }
}
