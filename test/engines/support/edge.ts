// A runtime that has the language, WebAssembly and little else, as servers at the edge of a network do:
// a context of its own, in which one script stands, the library's browser side bundled into it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { root } from "../../support/sources.ts";
import type { Result } from "./results.ts";

export async function onTheEdge(): Promise<Result> {
  const bundle = await rolldown({
    input: join(root, "test/engines/fixtures/edge.mjs"),
    platform: "browser",
    resolve: { alias: { layerwise: join(root, "dist/index.js") } },
    checks: { emptyImportMeta: false },
  });
  const { output } = await bundle.generate({ format: "iife", codeSplitting: false });
  await bundle.close();
  const { crypto, performance, setTimeout, TextDecoder, TextEncoder, URL } = globalThis;
  const context = createContext({ crypto, performance, setTimeout, TextDecoder, TextEncoder, URL });
  runInContext("delete globalThis.SharedArrayBuffer;", context);
  runInContext(output[0].code, context);
  const run = runInContext("run", context) as (wasm: Uint8Array) => Promise<Result>;
  const result = await run(new Uint8Array(await readFile(join(root, "build/layerwise.wasm"))));
  // Of this context's own objects, so that they can be compared.
  return JSON.parse(JSON.stringify(result));
}
