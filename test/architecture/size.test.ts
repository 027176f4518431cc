// What a page has to load: the whole public surface, minified and gzipped as a bundler would. Threads and
// the lens come when they are first used: they have a bound of their own.

import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { kernelName } from "../support/kernel.ts";

describe.skipIf(kernelName === "check")("size", () => {
  test("the host with everything in it is at most 40,000 bytes, minified and gzipped", async () => {
    const bundle = await rolldown({
      input: new URL("../../src/index.ts", import.meta.url).pathname,
      external: ["#platform"],
      platform: "browser",
      // As in an application: what later parts share with the first stays there.
      preserveEntrySignatures: "allow-extension",
    });
    const { output } = await bundle.generate({
      format: "esm",
      minify: true,
    });
    const chunks = output.filter((it) => it.type === "chunk");
    const gzipped = (name: string): number => {
      const chunk = chunks.find((it) => it.fileName === name);
      return gzipSync(chunk?.code ?? "", { level: 9 }).length;
    };
    // Of each entry, and all that it imports before it runs.
    const loaded = new Set<string>();
    const load = (name: string) => {
      if (loaded.has(name)) return;
      loaded.add(name);
      for (const it of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) {
        if (chunks.some(({ fileName }) => fileName === it)) load(it);
      }
    };
    for (const { fileName, isEntry } of chunks) if (isEntry) load(fileName);
    const sum = (names: Iterable<string>) =>
      [...names].reduce((bytes, name) => bytes + gzipped(name), 0);
    const bytes = sum(loaded);
    const later = sum(chunks.map((it) => it.fileName).filter((it) => !loaded.has(it)));
    if (process.env.LAYERWISE_TEST_FIGURES) {
      console.log(`host: ${bytes} bytes, and ${later} when they are needed`);
    }
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(40_000);
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(8_000);
  });
});
