import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { defineConfig } from "rolldown";
import { minifySync } from "rolldown/utils";

const EMBEDDED = "embedded:";

/** `embedded:file` is that file as text: code minified, a kernel gzipped and in base64. */
const embedded = {
  name: "embedded",
  resolveId: (id) => (id.startsWith(EMBEDDED) ? id : undefined),
  load(id) {
    if (!id.startsWith(EMBEDDED)) return undefined;
    const file = id.slice(EMBEDDED.length);
    const bytes = readFileSync(file);
    const text = file.endsWith(".wasm")
      ? gzipSync(bytes, { level: 9 }).toString("base64")
      : minifySync(file, bytes.toString()).code;
    return `export default ${JSON.stringify(text)};`;
  },
};

// The platform files keep their depth: `../../build/layerwise.wasm` is right in src and dist alike.
export default defineConfig({
  input: {
    index: "src/index.ts",
    inline: "src/inline.ts",
    cli: "src/cli/main.ts",
    "runtime/platform.node": "src/runtime/platform.node.ts",
    "runtime/platform.browser": "src/runtime/platform.browser.ts",
    "runtime/worker": "src/runtime/worker.js",
  },
  plugins: [embedded],
  external: ["#platform", "valibot", /^node:/],
  output: { dir: "dist", format: "esm", chunkFileNames: "shared/[name].js", cleanDir: true },
});
