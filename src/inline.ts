// The same surface as index.ts, with everything in its own code: the kernel, and what its threads run.
// For single files, and for bundlers that do not copy what `new URL(…, import.meta.url)` names.

import simd from "embedded:build/layerwise.wasm";
import worker from "embedded:src/runtime/worker.js";
import { embed } from "./runtime/embedded.ts";

export * from "./index.ts";

embed({
  worker,
  kernel: async (name) =>
    unpack(
      name === "simd" ? simd : (await import("embedded:build/layerwise.relaxed.wasm")).default,
    ),
});

/** The bytes behind gzip and base64. */
function unpack(text: string): Promise<ArrayBuffer> {
  const packed = new Blob([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))]);
  return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
