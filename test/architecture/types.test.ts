// What a program with plain settings (ES2022, DOM, no skipLibCheck) makes of the shipped declarations.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { kernelName } from "../support/kernel.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The declarations that `npm run build:types` writes: text by path. */
function declarations(): Map<string, string> {
  const path = join(root, "tsconfig.build.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path));
  const files = new Map<string, string>();
  ts.createProgram(fileNames, options).emit(undefined, (name, text) => files.set(name, text));
  return files;
}

describe.skipIf(kernelName === "check")("the declarations", () => {
  test("compile for ES2022 and the DOM alone", { timeout: 120_000 }, () => {
    const files = declarations();
    const entry = join(root, "dist/types/src/index.d.ts");
    expect(files.has(entry)).toBe(true);
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: [],
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (name) => files.has(name) || fileExists(name);
    // The declarations need not be on disk, nor their folders.
    host.directoryExists = () => true;
    host.readFile = (name) => files.get(name) ?? readFile(name);
    host.getSourceFile = (name, version, ...rest) => {
      const text = files.get(name);
      if (text === undefined) return getSourceFile(name, version, ...rest);
      return ts.createSourceFile(name, text, version, true);
    };
    const program = ts.createProgram([entry], options, host);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(problems).toEqual([]);
  });
});
