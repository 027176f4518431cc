// The fixtures, bundled: by each bundler as its users have it, with as few settings as it takes.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../support/sources.ts";
import { requirePackage } from "./terminal.ts";

export type Entry = "main" | "inline";

interface Task {
  /** The fixture that is bundled. */
  readonly input: string;
  /** Where main.js is to be, and what comes along with it. */
  readonly folder: string;
}

/** What is used of bundlers that only this folder's packages have. */
interface Rollup {
  rollup(options: object): Promise<{ write(options: object): Promise<unknown> }>;
}
type Webpack = (
  options: object,
  done: (error: Error | null, stats?: { hasErrors(): boolean; toString(): string }) => void,
) => { close(done: () => void): void };
interface Esbuild {
  build(options: object): Promise<unknown>;
}

export const bundlers = {
  async Vite({ input, folder }) {
    const { build } = await import("vite");
    await build({
      configFile: false,
      root: join(root, "test/engines"),
      logLevel: "error",
      build: {
        outDir: folder,
        emptyOutDir: true,
        rolldownOptions: { input, output: { entryFileNames: "main.js" } },
      },
      base: "./",
    });
  },

  async webpack({ input, folder }) {
    const webpack: Webpack = requirePackage("webpack");
    const context = join(root, "test/engines");
    // Minifying takes it ten seconds: Vite's bundle shows that it does no harm.
    const options = {
      mode: "production",
      context,
      entry: input,
      output: { path: folder },
      optimization: { minimize: false },
    };
    await new Promise<void>((resolve, reject) => {
      const compiler = webpack(options, (error, stats) => {
        compiler.close(() => {
          if (error ?? stats?.hasErrors()) reject(error ?? new Error(String(stats)));
          else resolve();
        });
      });
    });
  },

  async Rollup({ input, folder }) {
    const { rollup }: Rollup = requirePackage("rollup");
    const { nodeResolve } = requirePackage("@rollup/plugin-node-resolve");
    const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: folder, entryFileNames: "main.js" });
  },

  async esbuild({ input, folder }) {
    const { build }: Esbuild = requirePackage("esbuild");
    const format = "esm";
    await build({ entryPoints: { main: input }, outdir: folder, bundle: true, format });
  },
} satisfies Readonly<Record<string, (task: Task) => Promise<void>>>;

export type Bundler = keyof typeof bundlers;

const bundles = new Map<string, Promise<string>>();

/** The folder of a fixture's bundle, made once. */
export function bundle(bundler: Bundler, entry: Entry): Promise<string> {
  const name = `${bundler}-${entry}`;
  const made = bundles.get(name) ?? make();
  bundles.set(name, made);
  return made;

  async function make() {
    const folder = join(root, "build/engines", name);
    await rm(folder, { recursive: true, force: true });
    await bundlers[bundler]({ input: join(root, `test/engines/fixtures/${entry}.mjs`), folder });
    // An entry that has everything inside must do without.
    const kernels = entry === "inline" ? await readdir(folder, { recursive: true }) : [];
    for (const it of kernels) if (it.endsWith(".wasm")) await rm(join(folder, it));
    return folder;
  }
}

/** A bundle of one CommonJS file for Node: its path. `library`: the entry that it is made with. */
export async function bundleForNode(library: "layerwise" | "layerwise/inline"): Promise<string> {
  const { build }: Esbuild = requirePackage("esbuild");
  const outfile = join(root, "build/engines/node", `${library.replace("/", "-")}.cjs`);
  const entryPoints = [join(root, "test/engines/fixtures/node.mjs")];
  const checks = { logOverride: { "empty-import-meta": "silent" } };
  const target = { platform: "node", format: "cjs", bundle: true, outfile, ...checks };
  await build({ entryPoints, alias: { layerwise: library }, ...target });
  return outfile;
}
