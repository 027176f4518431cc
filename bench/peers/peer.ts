// How a contender gets at its library.

import { readFileSync } from "node:fs";

/** Where the peers are installed, from here as from build/peers/. */
const FOLDER = new URL("../../bench/peers/", import.meta.url);

/** A peer's exports, as the caller describes those that it uses. */
export async function peer<Exports>(name: string): Promise<Exports> {
  const { load } = (await import(new URL("load.js", FOLDER).href)) as {
    readonly load: (name: string) => Promise<{ readonly default?: unknown }>;
  };
  const exports = await load(name);
  // CommonJS, as most peers are, comes as the default export.
  return (exports.default ?? exports) as Exports;
}

/** The version that is installed. */
export function peerVersion(name: string): string {
  const file = new URL(`node_modules/${name}/package.json`, FOLDER);
  return String((JSON.parse(readFileSync(file, "utf8")) as { readonly version: unknown }).version);
}

/** A file of a peer, as a path. */
export function peerFile(path: string): URL {
  return new URL(`node_modules/${path}`, FOLDER);
}
