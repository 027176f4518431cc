// Node 20 runs no TypeScript: the bench is bundled to build/bench/, where the kernel lies at the same
// relative path (../../build/layerwise.wasm) as it does for src/runtime and dist/runtime.

import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    main: "bench/main.ts",
    worker: "bench/worker.ts",
    paths: "bench/paths.ts",
    thread: "src/runtime/worker.js",
  },
  platform: "node",
  external: [/^node:/, "tinybench"],
  resolve: { conditionNames: ["source", "node", "import"] },
  output: {
    dir: "build/bench",
    format: "esm",
    // A thread's file lies beside the platform's code that starts it, by the name it has there.
    entryFileNames: ({ name }) => (name === "thread" ? "worker.js" : `${name}.mjs`),
    chunkFileNames: "[name].mjs",
    cleanDir: true,
  },
});
