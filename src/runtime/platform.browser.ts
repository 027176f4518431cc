// What differs in a browser (or any engine without node: modules): how the kernel's bytes are read,
// how the event loop is given a turn.

import { fail } from "../errors.ts";

export const platform = "browser";

/** The compiled kernel that ships with the package. */
export async function loadKernel(): Promise<WebAssembly.Module> {
  const response = await fetch(new URL("../../build/layerwise.wasm", import.meta.url));
  // A static host that does not send application/wasm must still work.
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

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
