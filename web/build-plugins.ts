// What the build does to the page: a strict content security policy, the kernel that has the ops of dense
// networks alone, and the service worker that lets it run offline after the first visit.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Scripts and the kernel from here alone; nothing is sent anywhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** In the built page only: the development server needs inline scripts. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** Files whose functions the page never calls: summary(), graphs, several inputs, metrics that its kernel lacks. */
const LEFT_OUT = /\/src\/(?:model\/(?:summary|graph|join)|layers\/symbolic|metrics\/counted)\.ts$/;

/**
 * The page trains dense networks: it takes the kernel that has their ops and no more, half as large, and
 * does without what only other models need.
 */
export function pageKernel(): Plugin {
  return {
    name: "page-kernel",
    enforce: "pre",
    transform(code, id) {
      if (LEFT_OUT.test(id)) {
        const all = [...code.matchAll(/^export (function|class) (\w+)/gm)];
        const empty = all.map(
          ([, kind, name]) => `export ${kind} ${name}${kind === "class" ? "" : "()"} {}`,
        );
        return { code: empty.join("\n"), map: null };
      }
      if (!id.endsWith("/src/runtime/platform.browser.ts")) return undefined;
      if (!code.includes("build/layerwise.wasm"))
        throw new Error("platform.browser.ts has changed");
      return { code: code.replace("build/layerwise.wasm", "build/layerwise.page.wasm"), map: null };
    },
  };
}

/** Writes service-worker.js: its source with the list of the built files and a version made from them. */
export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((it) => !it.endsWith(".map"));
      const hash = createHash("sha256");
      for (const name of files.sort()) {
        const file = bundle[name];
        hash.update(name).update(file?.type === "asset" ? file.source : (file?.code ?? ""));
      }
      const source = readFileSync(new URL("service-worker.js", import.meta.url), "utf8");
      this.emitFile({
        type: "asset",
        fileName: "service-worker.js",
        source: source
          .replace("__VERSION__", JSON.stringify(hash.digest("hex").slice(0, 12)))
          .replace(
            "__FILES__",
            JSON.stringify(["./", "./icon.svg", ...files.filter((it) => it !== "index.html")]),
          ),
      });
    },
  };
}
