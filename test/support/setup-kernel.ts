// Which engine models share in a test file: under the `check` project the bounds-checked kernel; under
// `threads` two threads for every plan, however small.

import { readFile } from "node:fs/promises";
import { createEngine, shareEngine } from "../../src/runtime/engine.ts";
import { guard } from "./guard.ts";
import { kernelName } from "./kernel.ts";

if (kernelName === "check") {
  const wasm = readFile(new URL("../../build/layerwise.check.wasm", import.meta.url));
  shareEngine(wasm.then((it) => createEngine({ wasm: it }, (arena) => guard(() => arena).imports)));
}
if (process.env.LAYERWISE_TEST_THREADS) {
  const threads = Number(process.env.LAYERWISE_TEST_THREADS);
  shareEngine(
    createEngine({ threads }).then((it) => Object.assign(it, { operationsPerThread: 1 })),
  );
}
