// The project's own source files as text, for tests of what they may import and contain.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

export interface Source {
  /** From the project's folder on, with "/": "src/plan/op.ts". */
  readonly path: string;
  readonly text: string;
  /** The text with its comments blanked out, line for line. */
  readonly code: string;
}

/** Every source file below a folder of the project: of TypeScript, unless other endings are given. */
export function sources(folder: string, endings: readonly string[] = [".ts"]): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && endings.some((ending) => it.name.endsWith(ending)))
    .map((it) => join(it.parentPath, it.name))
    .map((path) => ({
      path: path.slice(root.length + 1).replaceAll("\\", "/"),
      text: readFileSync(path, "utf8"),
    }))
    .map((it) => ({ ...it, code: withoutComments(it.text) }))
    .sort((x, y) => (x.path < y.path ? -1 : 1));
}

/** Where a file's imports and re-exports lead: project paths, or package names as they stand. */
export function importsOf({ path, code }: Source): string[] {
  const specifiers = [
    ...code.matchAll(/^\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']/gm),
    ...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm),
    ...code.matchAll(/\bimport\s*\(\s*["']([^"']+)["']/g),
  ].map((match) => match[1] ?? "");
  return specifiers.map((it) =>
    it.startsWith(".") ? posix.normalize(posix.join(posix.dirname(path), it)) : it,
  );
}

/** Blanks comments, and leaves strings that only look like them. */
function withoutComments(text: string): string {
  const tokens = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/.*|\/\*[\s\S]*?\*\//g;
  return text.replace(tokens, (it) => (it.startsWith("/") ? it.replace(/[^\n]/g, " ") : it));
}
