// What a page has to load: the whole public surface, minified and gzipped as a bundler would.

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
    });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const bytes = output.reduce(
      (sum, it) => sum + (it.type === "chunk" ? gzipSync(it.code, { level: 9 }).length : 0),
      0,
    );
    if (process.env.LAYERWISE_TEST_FIGURES) console.log(`host: ${bytes} bytes`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(40_000);
  });
});
