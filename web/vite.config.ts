// The page: built from the library's sources into dist-web/, which any static host can serve from any folder.

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { contentSecurityPolicy, offline, pageKernel } from "./build-plugins.ts";

/** Needed for shared memory between threads; without them the page runs on one thread. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const resolve = {
  alias: { layerwise: new URL("../src/index.ts", import.meta.url).pathname },
  // The library's own sources, and of what differs by platform the browser's side.
  conditions: ["source", "module", "browser", "development|production"],
};

/** What comes when it is needed: threads, tables, streams, saved models and the layers that they may hold. */
const LATER = new RegExp(
  [
    "runtime/thread-pool",
    "data/(?:csv|idx)",
    "model/fit-stream",
    "io/(?:load|json|model-json|read-safetensors)",
    "layers/(?!(?:dense|dropout|activation|flatten|layer|rows|symbolic|regularizer)\\.ts)",
    "schedules/(?!schedule\\.ts)",
  ]
    .map((it) => `/src/${it}`)
    .join("|"),
);

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [svelte(), pageKernel(), contentSecurityPolicy(), offline()],
  resolve,
  build: {
    outDir: "../dist-web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: {
    format: "es",
    plugins: () => [pageKernel()],
    rolldownOptions: {
      output: {
        // The trainer needs all of the library but tables and threads, its lens from the first frame on: one
        // file is smaller than several that share.
        codeSplitting: {
          groups: [
            {
              name: "library",
              test: (id) => /(?<!web)\/src\//.test(id) && !LATER.test(id),
            },
          ],
        },
      },
    },
  },
  server: { headers: isolation, host: "127.0.0.1", fs: { allow: [".."] } },
  preview: { headers: isolation, host: "127.0.0.1" },
});
