// Under the `check` project, models too run on the bounds-checked kernel.

import { readFile } from "node:fs/promises";
import { createEngine, shareEngine } from "../../src/runtime/engine.ts";
import { guard } from "./guard.ts";
import { kernelName } from "./kernel.ts";

if (kernelName === "check") {
  const wasm = readFile(new URL("../../build/layerwise.check.wasm", import.meta.url));
  shareEngine(wasm.then((it) => createEngine({ wasm: it }, (arena) => guard(() => arena).imports)));
}
