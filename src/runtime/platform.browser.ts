// What differs in a browser (or any engine without node: modules): how the kernel's bytes are read,
// how threads are started, how the event loop is given a turn.

import { fail } from "../errors.ts";
import { compileResponse, type KernelName } from "./kernel.ts";
import type { SpawnThread } from "./thread.ts";

export const platform = "browser";

// As bundlers know it: each file's address in one expression.
const KERNELS: Readonly<Record<KernelName, () => URL>> = {
  simd: () => new URL("../../build/layerwise.wasm", import.meta.url),
  relaxed: () => new URL("../../build/layerwise.relaxed.wasm", import.meta.url),
};

/** A compiled kernel that ships with the package. */
export async function loadKernel(name: KernelName): Promise<WebAssembly.Module> {
  return compileResponse(await fetch(KERNELS[name]()));
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
const GONE_MS = 1000;

export const spawnThread: SpawnThread = (start, on) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    type: "module",
    name: "layerwise",
  });
  // A worker that is killed or closes itself gives no event here; the lock that it holds becomes free.
  const lock = `layerwise-${crypto.randomUUID()}`;
  let ending = false;
  let gone: Promise<unknown> = Promise.resolve();
  worker.onmessage = ({ data }) => {
    if (data.type === "ready") {
      gone = navigator.locks.request(lock, () => {
        if (!ending) on({ type: "lost", problem: "its worker ended" });
      });
    }
    on(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    on({ type: "lost", problem: event.message || "its script did not load" });
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

function noFolders(where: string, folder: string) {
  return fail("invalidArgument", {
    where,
    required: "{ json, weights } as save() returns it, since a browser has no folders",
    got: folder,
  });
}
