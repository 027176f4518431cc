import { defineConfig } from "tsdown";

export default defineConfig({
  // The platform files keep their depth, so that `../../build/layerwise.wasm` is right in src and dist alike.
  entry: {
    index: "src/index.ts",
    cli: "src/cli/main.ts",
    "runtime/platform.node": "src/runtime/platform.node.ts",
    "runtime/platform.browser": "src/runtime/platform.browser.ts",
  },
  format: "esm",
  platform: "neutral",
  external: ["#platform", /^node:/],
  fixedExtension: false,
  dts: true,
  target: "es2022",
});
