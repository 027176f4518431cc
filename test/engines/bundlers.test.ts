// The library in bundles, on pages with threads and the strictest content security policy that lets it
// compute. Where a bundler leaves files out, the page says what runs instead, and why.

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/sources.ts";
import {
  type BrowserName,
  hasChromium,
  hasFirefox,
  runOn,
  useBrowsers,
} from "./support/browsers.ts";
import { type Bundler, bundle, bundleForNode } from "./support/bundlers.ts";
import { type Result, threadsOf } from "./support/results.ts";
import { ISOLATED, strict } from "./support/site.ts";
import { installed, node, outputOf, runIn } from "./support/terminal.ts";

const skip = !(installed && hasChromium) && !process.env.CI;
const page = '<script type="module" src="./main.js"></script>';
const oneAndTwo = [{ threads: 1 }, { threads: 2 }];
/** The same on the kernel that stands beside the page. */
const onKernel = (url: string) =>
  oneAndTwo.map((it) => ({ ...it, wasm: { form: "url", url: `${url}layerwise.wasm` } as const }));

let hashes: Result["hashes"] | undefined;

useBrowsers();
beforeAll(async () => {
  hashes = (await runIn(node, [{ threads: 1 }]))[0]?.hashes;
});

interface Page {
  readonly folder: string;
  readonly runs: Parameters<typeof runOn>[2];
  /** Where the content security policy lets workers come from. */
  readonly workers?: string;
  readonly browser?: BrowserName;
}

async function run({ folder, runs, workers = "'self'", browser = "Chromium" }: Page) {
  const headers = { ...ISOLATED, ...strict(workers) };
  const results = await runOn(browser, { folder, page, headers }, runs);
  for (const it of results) {
    expect(it.hashes).toEqual(hashes);
    expect(it.report.isolated).toBe(true);
  }
  return { threads: threadsOf(results), last: results.at(-1)?.report };
}

describe.each<Bundler>(["Vite", "webpack"])("bundled by %s", (bundler) => {
  it.skipIf(skip)("the library brings its kernel and its threads along", async () => {
    const { threads } = await run({ folder: await bundle(bundler, "main"), runs: oneAndTwo });
    expect(threads).toEqual([1, 2]);
  });
});

describe.each<Bundler>(["Rollup", "esbuild"])("bundled by %s", (bundler) => {
  it.skipIf(skip)("the library says that its kernel is missing, and what to do", async () => {
    const folder = await bundle(bundler, "main");
    await expect(run({ folder, runs: oneAndTwo })).rejects.toThrow(
      /build\/layerwise.wasm": the kernel cannot be had from there .* import "layerwise\/inline"/,
    );
  });
  it.skipIf(skip)("the library runs on one thread if only the kernel was copied", async () => {
    const folder = await bundle(bundler, "main");
    await copyFile(join(root, "build/layerwise.wasm"), join(folder, "layerwise.wasm"));
    const { threads, last } = await run({ folder, runs: onKernel });
    expect(threads).toEqual([1, 1]);
    expect(last).toMatchObject({ threads: 1, started: false });
    expect(last?.why).toContain("threads: they did not start: its script did not load");
  });
  it.skipIf(skip)("the library has threads if worker.js was copied too", async () => {
    const folder = await bundle(bundler, "main");
    await copyFile(join(root, "build/layerwise.wasm"), join(folder, "layerwise.wasm"));
    await copyFile(join(root, "dist/runtime/worker.js"), join(folder, "worker.js"));
    const { threads } = await run({ folder, runs: onKernel });
    expect(threads).toEqual([1, 2]);
  });
});

describe.each<Bundler>(["Vite", "webpack", "Rollup", "esbuild"])("bundled by %s", (bundler) => {
  it.skipIf(skip)("layerwise/inline needs no other file", async () => {
    const folder = await bundle(bundler, "inline");
    const { threads } = await run({ folder, runs: oneAndTwo, workers: "blob:" });
    expect(threads).toEqual([1, 2]);
  });
});

describe.each<[BrowserName, boolean]>([
  ["Chromium", hasChromium],
  ["Firefox", hasFirefox],
])("in %s, layerwise/inline", (browser, there) => {
  it.skipIf(skip || !(there || process.env.CI))(
    "runs on one thread where the page refuses blobs, and says so",
    async () => {
      const folder = await bundle("esbuild", "inline");
      const { threads, last } = await run({ folder, runs: [{ threads: 2 }], browser });
      expect(threads).toEqual([1]);
      expect(last?.why).toContain("worker-src blob:");
    },
  );
});

describe("bundled into one CommonJS file for Node", () => {
  it.skipIf(!installed && !process.env.CI)("layerwise/inline has its threads", async () => {
    const output = await outputOf(process.execPath, [await bundleForNode("layerwise/inline")]);
    const results: readonly Result[] = JSON.parse(output);
    expect(threadsOf(results)).toEqual([2]);
    expect(results[0]?.hashes).toEqual(hashes);
  });
  it.skipIf(!installed && !process.env.CI)("the library says what is missing", async () => {
    const file = await bundleForNode("layerwise");
    await expect(outputOf(process.execPath, [file])).rejects.toThrow(
      'import "layerwise/inline", which has it inside',
    );
  });
});
