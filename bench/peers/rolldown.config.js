// Node 20 runs no TypeScript: bundled to build/peers/, from where both the kernel (../../build/layerwise.wasm)
// and load.js (../../bench/peers/load.js) lie at the same relative path as they do from here.

import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    main: "bench/peers/main.ts",
    child: "bench/peers/child.ts",
    chart: "bench/peers/chart.ts",
    // The library's threads run this file, which they look for beside the bundle.
    worker: "src/runtime/worker.js",
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
