// Who may import whom on the page: the library by its public entry, its code in workers only, and one boundary
// between the page and the trainer.

import { describe, expect, it } from "vitest";
import { importsOf, type Source, sources } from "../support/sources.ts";

const page = sources("web/src", [".ts", ".svelte"]);
/** Runs the benchmarks of bench/ on the visitor's machine. */
const isSpeed = ({ path }: Source) => path.startsWith("web/src/speed/");

const isWorker = ({ path }: Source) => path.startsWith("web/src/worker/");
const imports = (files: readonly Source[], isBad: (target: string, path: string) => boolean) =>
  files.flatMap((it) =>
    importsOf(it)
      .filter((target) => isBad(target, it.path))
      .map((target) => `${it.path} imports ${target}`),
  );
/** Of imports and re-exports that are more than types. */
function valuesOf({ code }: Source, from: string): string[] {
  const found = code.matchAll(
    /(?:import|export)\s+(?!type\b)([^;"']*?)\s*from\s*["']([^"']+)["']/g,
  );
  return [...found].flatMap(([, names = "", target]) => {
    const isOnlyTypes = /^\{\s*(?:type\s+\w+(?:\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names);
    return target === from && !isOnlyTypes ? [names] : [];
  });
}

describe("web/src/", () => {
  it("is read by these tests", () => {
    expect(page.length).toBeGreaterThan(100);
    expect(page.flatMap(importsOf).length).toBeGreaterThan(400);
    const sample = 'import { type A, b } from "layerwise";\nimport { type C } from "layerwise";';
    expect(valuesOf({ path: "", text: sample, code: sample }, "layerwise")).toHaveLength(1);
  });

  it("reaches the library by its public entry alone", () => {
    const outside = (target: string) =>
      /^(src|assembly|bench|test)\//.test(target) || target.startsWith("../");
    expect(
      imports(
        page.filter((it) => !isSpeed(it)),
        outside,
      ),
    ).toEqual([]);
  });

  it("runs the library's code in workers only: the page computes nothing", () => {
    const found = page.filter((it) => !isWorker(it) && valuesOf(it, "layerwise").length > 0);
    expect(found.map((it) => it.path)).toEqual([]);
  });

  it("keeps the trainer's worker free of the page, and the page free of the worker", () => {
    const ofPage = (target: string) =>
      target === "svelte" || target.endsWith(".svelte") || /web\/src\/\w+\//.test(target);
    const inWorker = imports(page.filter(isWorker), (target) =>
      target.startsWith("web/src/worker/") ? false : ofPage(target),
    );
    expect(inWorker).toEqual([]);
    const outOfWorker = imports(
      page.filter((it) => !isWorker(it)),
      (target) => target.startsWith("web/src/worker/"),
    );
    expect(outOfWorker).toEqual([]);
  });

  it("draws by functions that know no component and no session", () => {
    const drawing = page.filter((it) => it.path.startsWith("web/src/draw/"));
    expect(drawing.length).toBeGreaterThan(8);
    const known = imports(drawing, (target) => /\.svelte$|session|^svelte$/.test(target));
    expect(known).toEqual([]);
  });

  it("has no component of more than 150 lines and no other file of more than 320", () => {
    const long = page.filter(({ path, text }) => {
      const most = path.endsWith(".svelte")
        ? scriptAndMarkup(text) > 150
        : text.split("\n").length > 320;
      return most;
    });
    expect(long.map((it) => it.path)).toEqual([]);
  });
});

/** Lines of a component without its style. */
function scriptAndMarkup(text: string): number {
  return text.replace(/<style>[\s\S]*<\/style>/, "").split("\n").length;
}
