// What a page has to load, minified and gzipped as a bundler would: an application that trains networks of
// dense layers, then everything. Threads, the lens and the reading of saved models come when they are first
// used: they have bounds of their own.

import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { kernelName } from "../support/kernel.ts";

const INDEX = new URL("../../src/index.ts", import.meta.url).pathname;

/** What such an application imports. Of `datasets` a bundler keeps the makers that are named. */
const DENSE = `export { sequential, dense, dropout, activation, flatten, adam, sgd, rmsprop, fromArrays,
  Dataset, earlyStopping, engine, loadModel, LayerwiseError } from ${JSON.stringify(INDEX)};
import { datasets } from ${JSON.stringify(INDEX)};
export const points = [datasets.circles, datasets.rings, datasets.xor, datasets.gaussians, datasets.moons,
  datasets.spiral, datasets.checkerboard, datasets.plane, datasets.hills, datasets.sine];`;

interface Sizes {
  /** Bytes that it loads before it runs. */
  readonly first: number;
  /** Bytes of each chunk that comes when it is needed. */
  readonly later: Readonly<Record<string, number>>;
}

async function sizesOf(code: string): Promise<Sizes> {
  const entry = {
    name: "entry",
    resolveId: (id: string) => (id === "entry" ? id : undefined),
    load: (id: string) => (id === "entry" ? code : undefined),
  };
  const bundle = await rolldown({
    input: "entry",
    plugins: [entry],
    external: ["#platform"],
    platform: "browser",
    treeshake: { moduleSideEffects: false },
    // As in an application: what later parts share with the first stays there.
    preserveEntrySignatures: "allow-extension",
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const chunks = output.filter((it) => it.type === "chunk");
  const loaded = new Set<string>();
  // Of each entry, and all that it imports before it runs.
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const it of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) {
      if (chunks.some(({ fileName }) => fileName === it)) load(it);
    }
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) load(fileName);
  let first = 0;
  const later: Record<string, number> = {};
  for (const { fileName, name, code } of chunks) {
    const bytes = gzipSync(code, { level: 9 }).length;
    if (loaded.has(fileName)) first += bytes;
    else later[name] = bytes;
  }
  if (process.env.LAYERWISE_TEST_FIGURES) console.log(first, later);
  return { first, later };
}

describe.skipIf(kernelName === "check")("size", () => {
  test("a page that trains networks of dense layers loads at most 40,000 bytes of host", async () => {
    const { first, later } = await sizesOf(DENSE);
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThanOrEqual(40_000);
    const { lens = 0, "thread-pool": threads = 0 } = later;
    expect(Math.min(lens, threads)).toBeGreaterThan(0);
    expect(lens + threads).toBeLessThanOrEqual(8_000);
  });

  test("everything there is takes at most 112,000 bytes", async () => {
    const { first, later } = await sizesOf(`export * from ${JSON.stringify(INDEX)};`);
    const all = Object.values(later).reduce((sum, it) => sum + it, first);
    expect(all).toBeGreaterThan(40_000);
    expect(all).toBeLessThanOrEqual(112_000);
  });
});
