// Node 20 runs no TypeScript: the bench is bundled to build/bench/, where the kernel lies at the same
// relative path (../../build/layerwise.wasm) as it does for src/runtime and dist/runtime.

import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { main: "main.ts", paths: "paths.ts" },
  outDir: "../build/bench",
  format: "esm",
  platform: "node",
  deps: { neverBundle: [/^node:/, "tinybench"] },
  inputOptions: { resolve: { conditionNames: ["source", "node", "import"] } },
  dts: false,
  target: "es2022",
});
