// A page without a bundler: the package's own files, and an import map that names them.

import { root } from "../../support/sources.ts";
import type { SiteOptions } from "./site.ts";

const imports = {
  layerwise: "/dist/index.js",
  "layerwise/inline": "/dist/inline.js",
  "#platform": "/dist/runtime/platform.browser.js",
  valibot: "/node_modules/valibot/dist/index.mjs",
};

/** `entry`: of the fixtures, main or inline. */
export function unbundled(
  headers: NonNullable<SiteOptions["headers"]>,
  entry: "main" | "inline" = "main",
): SiteOptions {
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  const script = `<script type="module" src="/test/engines/fixtures/${entry}.mjs"></script>`;
  return { folder: root, page: map + script, headers };
}
