import { defineConfig } from "rolldown";

// The platform files keep their depth: `../../build/layerwise.wasm` is right in src and dist alike.
export default defineConfig({
  input: {
    index: "src/index.ts",
    cli: "src/cli/main.ts",
    "runtime/platform.node": "src/runtime/platform.node.ts",
    "runtime/platform.browser": "src/runtime/platform.browser.ts",
    "runtime/worker": "src/runtime/worker.js",
  },
  external: ["#platform", "valibot", /^node:/],
  output: { dir: "dist", format: "esm", chunkFileNames: "shared/[name].js", cleanDir: true },
});
