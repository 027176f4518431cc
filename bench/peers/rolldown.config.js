// Node 20 runs no TypeScript: bundled to build/peers/, from where both the kernel (../../build/layerwise.wasm)
// and load.js (../../bench/peers/load.js) lie at the same relative path as they do from here.

import { existsSync } from "node:fs";
import { defineConfig } from "rolldown";

/** The library's threads run this file, which they look for beside the bundle. */
const WORKER = "src/runtime/worker.js";

export default defineConfig({
  input: {
    main: "bench/peers/main.ts",
    child: "bench/peers/child.ts",
    chart: "bench/peers/chart.ts",
    ...(existsSync(WORKER) && { worker: WORKER }),
  },
  platform: "node",
  external: [/^node:/, "tinybench"],
  resolve: { conditionNames: ["source", "node", "import"] },
  output: {
    dir: "build/peers",
    format: "esm",
    entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : `${name}.mjs`),
    chunkFileNames: "[name].mjs",
    cleanDir: true,
  },
});
