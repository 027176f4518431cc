// What differs in a browser (or any engine without node: modules): how the kernel's bytes are read,
// how threads are started, how the event loop is given a turn.

import { fail } from "../errors.ts";
import { embedded, kernelFrom } from "./embedded.ts";
import { compileResponse, type KernelName } from "./kernel.ts";
import type { SpawnThread } from "./thread.ts";

export const platform = "browser";

// As bundlers know it: each file's address in one expression.
const KERNELS: Readonly<Record<KernelName, () => URL>> = {
  simd: () => new URL("../../build/layerwise.wasm", import.meta.url),
  relaxed: () => new URL("../../build/layerwise.relaxed.wasm", import.meta.url),
};

/** The kernel at an address, compiled. */
export async function compileAt(url: URL): Promise<WebAssembly.Module> {
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
  if (typeof Worker === "undefined") return "this runtime has no workers";
  if (!globalThis.crossOriginIsolated) {
    return "the page is not cross-origin isolated (send Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp)";
  }
  if (!globalThis.navigator?.locks) return "this engine has no Web Locks";
  return undefined;
}

/** Cores that this page may use. */
export function cores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** A worker whose lock is not free after so long is taken to be gone all the same. */
const GONE_MS = 3000;

/** Why a worker's script may not load: nobody is told which it is. */
const UNLOADED =
  "its script did not load: worker.js is not where the library is, or the content security policy refuses it";
const UNLOADED_EMBEDDED =
  "its script did not load: the content security policy may want worker-src blob:";

/** The address of the embedded worker's text, once it is needed. */
let blob: string | undefined;

function startWorker(): Worker {
  try {
    if (!embedded) {
      return new Worker(new URL("./worker.js", import.meta.url), {
        type: "module",
        name: "layerwise",
      });
    }
    blob ??= URL.createObjectURL(new Blob([embedded.worker], { type: "text/javascript" }));
    return new Worker(blob, { type: "module", name: "layerwise" });
  } catch (error) {
    throw new Error(`worker.js: ${error}`);
  }
}

export const spawnThread: SpawnThread = (start, on) => {
  const worker = startWorker();
  // A worker that is killed or closes itself gives no event here; the lock that it holds becomes free.
  const lock = `layerwise-${crypto.randomUUID()}`;
  let ending = false;
  let gone: Promise<unknown> = Promise.resolve();
  worker.onmessage = ({ data }) => {
    if (data.type !== "alive") return on(data);
    gone = navigator.locks.request(lock, () => {
      if (!ending) on({ type: "lost", problem: "its worker ended" });
    });
  };
  worker.onerror = (event) => {
    event.preventDefault();
    on({ type: "lost", problem: event.message || (embedded ? UNLOADED_EMBEDDED : UNLOADED) });
  };
  worker.postMessage({ ...start, lock });
  return {
    async terminate() {
      ending = true;
      worker.terminate();
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, GONE_MS))]);
    },
    ref() {},
    unref() {},
  };
};

/** Lets painting, input and other callers run; not throttled to 4 ms as nested timers are. */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => {
    // Not every runtime without node: modules is a browser.
    if (typeof MessageChannel === "undefined") return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A browser has no folders: what save() returns is for a download or a database. */
export async function saveFolder(folder: string, _model: unknown): Promise<never> {
  throw noFolders("save", folder);
}

export async function loadFolder(folder: string): Promise<never> {
  throw noFolders("loadModel", folder);
}

export async function imageFolder(
  where: string,
  folder: string,
): Promise<readonly { name: string; className: string; read(): Promise<Uint8Array> }[]> {
  const required = "files for fromImages(), since a browser has no folders";
  throw fail("invalidArgument", { where, required, got: folder });
}

export async function writeText(path: string, _text: string, _append: boolean): Promise<never> {
  throw fail("invalidArgument", {
    where: "csvLogger({ path })",
    required: "write as a function, since a browser has no files",
    got: path,
  });
}

function noFolders(where: string, folder: string) {
  return fail("invalidArgument", {
    where,
    required: "{ json, weights } as save() returns it, since a browser has no folders",
    got: folder,
  });
}
