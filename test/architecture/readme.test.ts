// The README's code runs as it stands: every block marked `ts`, in a fresh folder, against the library's
// public entry.

import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as layerwise from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";
import { root } from "../support/sources.ts";

const file = join(root, "README.md");
const present = existsSync(file);
const text = present ? readFileSync(file, "utf8") : "";

interface Block {
  readonly line: number;
  readonly code: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: markdown.slice(0, match.index).split("\n").length + 1,
    code: match[1] ?? "",
  }));
}

/** Runs a block as a module that may await; returns what it printed. */
async function run(code: string): Promise<string> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const node = createRequire(import.meta.url);
  const load = (name: string): unknown => (name === "layerwise" ? layerwise : node(name));
  const printed: string[] = [];
  const log = (...values: unknown[]) => printed.push(format(...values));
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const body = AsyncFunction("require", "exports", "console", outputText);
  await body(load, {}, { ...console, log });
  return printed.join("\n");
}

const blocks = blocksOf(text);
const before = process.cwd();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "layerwise-readme-"));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

describe.skipIf(!present)(present ? "README.md" : "README.md, which is not written yet,", () => {
  it("has code to run: a block marked ts that imports layerwise", () => {
    expect(blocks.filter(({ code }) => code.includes('from "layerwise"')).length).toBeGreaterThan(
      0,
    );
  });

  // Once is enough: the checked kernel runs the same kinds of models elsewhere.
  describe.skipIf(kernelName === "check")("on the shipped kernel", () => {
    it.each(blocks)("runs as it stands from line $line on", async ({ code }) => {
      expect(await run(code)).not.toMatch(/\bNaN\b|undefined/);
    });

    it("has its types right", { timeout: 120_000 }, () => {
      // In a folder of the project, so that imports resolve as they do for a user of the package.
      const names = blocks.map(({ line }) => join(root, `README.${line}.ts`));
      const settings = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
      const { options } = ts.parseJsonConfigFileContent(settings, ts.sys, root);
      const paths = { layerwise: [join(root, "src/index.ts")] };
      const compiler = { ...options, noUnusedLocals: false, paths };
      const files = ts.createCompilerHost(compiler);
      const { fileExists, readFile, getSourceFile } = files;
      const virtual = (name: string) => blocks[names.indexOf(name)]?.code;
      files.getCurrentDirectory = () => root;
      files.fileExists = (name) => virtual(name) !== undefined || fileExists(name);
      files.readFile = (name) => virtual(name) ?? readFile(name);
      files.getSourceFile = (name, version, ...rest) => {
        const code = virtual(name);
        if (code === undefined) return getSourceFile(name, version, ...rest);
        return ts.createSourceFile(name, code, version, true);
      };
      const program = ts.createProgram(names, compiler, files);
      const problems = names.flatMap((name) => {
        const source = program.getSourceFile(name);
        return ts.getPreEmitDiagnostics(program, source).map((it) => {
          const { line } = ts.getLineAndCharacterOfPosition(
            source ?? it.file ?? never(),
            it.start ?? 0,
          );
          return `${name} +${line}: ${ts.flattenDiagnosticMessageText(it.messageText, " ")}`;
        });
      });
      expect(problems).toEqual([]);
    });
  });
});

describe("this test", () => {
  it("finds the blocks marked ts and no others", () => {
    const markdown =
      "# a\n```sh\nls\n```\n\n```ts\nfirst();\n```\ntext\n```tsx\nno\n```\n```ts\nsecond();\n\nthird();\n```\n";
    expect(blocksOf(markdown)).toEqual([
      { line: 7, code: "first();\n" },
      { line: 14, code: "second();\n\nthird();\n" },
    ]);
  });

  it("fails where a block throws, or imports what there is not", async () => {
    await expect(run('await Promise.reject(new Error("bad"));')).rejects.toThrow("bad");
    await expect(run('import { nothing } from "layerwise"; nothing();')).rejects.toThrow(TypeError);
    await expect(run('import "no-such-package";')).rejects.toThrow("no-such-package");
  });

  it("runs a block with imports, types and top-level await", async () => {
    const code =
      'import { adam, type Optimizer } from "layerwise";\nconst it: Optimizer = await adam();\nconsole.log(it.name);';
    expect(await run(code)).toBe("adam");
  });
});

function never(): never {
  throw new Error("a diagnostic without a file");
}
