// Node 20 runs no TypeScript: the bench is bundled to build/bench/, where the kernel lies at the same
// relative path (../../build/layerwise.wasm) as it does for src/runtime and dist/runtime.

import { defineConfig } from "rolldown";

export default defineConfig({
  input: { main: "bench/main.ts", worker: "bench/worker.ts", paths: "bench/paths.ts" },
  platform: "node",
  external: [/^node:/, "tinybench"],
  resolve: { conditionNames: ["source", "node", "import"] },
  output: {
    dir: "build/bench",
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    cleanDir: true,
  },
});
