// Who may import whom, and what may not stand where. Reads the source files as text.

import { describe, expect, it } from "vitest";
import { importsOf, type Source, sources } from "../support/sources.ts";

/** From the ground up: paths of files, or of folders with all that is in them. */
const FLOORS: readonly (readonly string[])[] = [
  ["assembly/abi.ts", "embedded:build/"],
  [
    "src/runtime/",
    "embedded:src/runtime/",
    "src/errors.ts",
    "src/options.ts",
    "src/shape.ts",
    "src/random.ts",
    "src/portable-math.ts",
    "#platform",
  ],
  ["src/plan/"],
  [
    "src/layers/",
    "src/activations/",
    "src/losses/",
    "src/optimizers/",
    "src/metrics/",
    "src/schedules/",
    "src/initializers/",
    "src/data/",
  ],
  ["src/model/"],
  ["src/lens/", "src/io/"],
  [
    "src/sequential.ts",
    "src/rbm.ts",
    "src/pretraining.ts",
    "src/index.ts",
    "src/inline.ts",
    "src/embedded.d.ts",
  ],
  ["src/cli/"],
];

/** Packages that src/ may use, and from which floor on: the library's core needs none. */
const PACKAGES: Readonly<Record<string, number>> = { valibot: 3 };

/** The floor of a path, undefined if it has none. */
function floorOf(path: string): number | undefined {
  const floor = FLOORS.findIndex((it) =>
    it.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place)),
  );
  return floor < 0 ? undefined : floor;
}

const host = sources("src");
const kernel = sources("assembly");
const lines = ({ path, code }: Source, pattern: RegExp) =>
  code
    .split("\n")
    .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));

it("reads the imports that it judges", () => {
  const code = [
    'import { a } from "../b.ts";',
    "import type {",
    "  C,",
    "} from './c.ts';",
    'export { d } from "./e/f.ts";',
    'export * as g from "g";',
    'import "./effect.ts";',
    'const late = import("./late.ts");',
    'export const from = "./no-import.ts";',
  ].join("\n");
  expect(importsOf({ path: "src/plan/x.ts", text: code, code })).toEqual([
    "src/b.ts",
    "src/plan/c.ts",
    "src/plan/e/f.ts",
    "g",
    "src/plan/effect.ts",
    "src/plan/late.ts",
  ]);
  expect(host.flatMap(importsOf).length).toBeGreaterThan(200);
  expect(kernel.flatMap(importsOf).length).toBeGreaterThan(100);
});

describe("src/", () => {
  it("has a floor for every file", () => {
    expect(host.length).toBeGreaterThan(50);
    expect(host.map((it) => it.path).filter((path) => floorOf(path) === undefined)).toEqual([]);
  });

  it("imports downwards or on the same floor only", () => {
    const upwards = host.flatMap((it) =>
      importsOf(it)
        .filter((target) => (floorOf(target) ?? 0) > (floorOf(it.path) ?? 0))
        .map((target) => `${it.path} (${floorOf(it.path)}) imports ${target} (${floorOf(target)})`),
    );
    expect(upwards).toEqual([]);
  });

  it("imports nothing of assembly/ but the table", () => {
    const through = host.flatMap((it) =>
      importsOf(it)
        .filter((target) => target.startsWith("assembly/") && target !== "assembly/abi.ts")
        .map((target) => `${it.path} imports ${target}`),
    );
    expect(through).toEqual([]);
  });

  it("imports node: modules only where platforms differ and in the terminal", () => {
    const places = host
      .filter((it) => importsOf(it).some((target) => target.startsWith("node:")))
      .map((it) => it.path)
      .filter((path) => path !== "src/runtime/platform.node.ts" && !path.startsWith("src/cli/"));
    expect(places).toEqual([]);
  });

  it("imports no package but those that earn their place", () => {
    const foreign = host.flatMap((it) =>
      importsOf(it)
        .filter((target) => floorOf(target) === undefined && !target.startsWith("node:"))
        .filter((target) => !((PACKAGES[target] ?? 99) <= (floorOf(it.path) ?? 0)))
        .map((target) => `${it.path} imports ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  it("imports no file that is not there", () => {
    const paths = new Set([...host, ...kernel].map((it) => it.path));
    const missing = host.flatMap((it) =>
      importsOf(it).filter((target) => /^(src|assembly)\//.test(target) && !paths.has(target)),
    );
    expect(missing).toEqual([]);
  });

  it("re-exports, and nothing else, in index.ts", () => {
    const code = host.find((it) => it.path === "src/index.ts")?.code ?? "";
    const rest = code.replaceAll(
      /export\s+(?:type\s+)?(?:\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+"[^"]+";/g,
      "",
    );
    expect(code.length).toBeGreaterThan(100);
    expect(rest.trim()).toBe("");
  });

  it("turns bytes into indices by >>>, since addresses go beyond 2 GiB", () => {
    expect(host.flatMap((it) => lines(it, /[^>]>> ?[23]\b/))).toEqual([]);
  });

  it("computes nothing of the product by functions that differ between engines", () => {
    const names = "exp|expm1|log|log1p|log2|log10|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh";
    const differing = new RegExp(
      `\\bMath\\.(?:${names}|asinh|acosh|atanh|pow|cbrt|hypot|random)\\b`,
    );
    // The terminal draws and reports: none of its numbers go back into a model.
    const found = host.filter((it) => !it.path.startsWith("src/cli/"));
    expect(found.flatMap((it) => lines(it, differing))).toEqual([]);
  });

  it("raises to powers only where both numbers stand there", () => {
    // Those are exact; x ** y is Math.pow.
    const power = /(?<![\d_] |[\d_])\*\*|\*\*(?! ?[\d_])/;
    const found = host.filter((it) => !it.path.startsWith("src/cli/"));
    expect(found.flatMap((it) => lines(it, power))).toEqual([]);
  });
});

describe("assembly/", () => {
  it("imports nothing from outside", () => {
    const paths = new Set(kernel.map((it) => it.path));
    const outside = kernel.flatMap((it) =>
      importsOf(it)
        .filter((target) => !paths.has(`${target}.ts`))
        .map((target) => `${it.path} imports ${target}`),
    );
    expect(kernel.length).toBeGreaterThan(30);
    expect(outside).toEqual([]);
  });

  it("keeps the table free of imports, so that both compilers can read it alone", () => {
    const table = kernel.filter((it) => it.path === "assembly/abi.ts");
    expect(table.flatMap(importsOf)).toEqual([]);
    const declared = /^export const [A-Z][A-Z0-9_]* = \d+;$/;
    const others = (table[0]?.code ?? "")
      .split("\n")
      .filter((line) => line.trim() && !declared.test(line));
    expect(others).toEqual([]);
  });

  it("uses neither Mathf, which carries tables, nor the host's random numbers", () => {
    expect(kernel.flatMap((it) => lines(it, /\bMathf\.|\bMath\.random\b/))).toEqual([]);
  });

  it("allocates nothing: no new, no array literals, no closures", () => {
    expect(kernel.flatMap((it) => lines(it, /\bnew\s+\w/))).toEqual([]);
    // An index or a type follows a name, a bracket or a parenthesis; a literal does not.
    expect(kernel.flatMap((it) => lines(it, /(?:[=(,:?]|\breturn)\s*\[/))).toEqual([]);
    expect(kernel.flatMap((it) => lines(it, /=>|\bfunction\s*\(/))).toEqual([]);
  });

  it("holds no strings, which would be static data", () => {
    // Those of imports and of compile-time checks leave no trace.
    const traceless = /\bfrom\s+"[^"]*"|\b(?:offsetof<\w+>|ERROR)\("[^"]*"\)/g;
    const left = kernel.map((it) => ({ ...it, code: it.code.replaceAll(traceless, "") }));
    expect(left.flatMap((it) => lines(it, /["'`]/))).toEqual([]);
  });

  it("declares no variable outside functions, and no constant that is not a literal", () => {
    const found = kernel.flatMap((it) => lines(it, /^(?:export )?(?:let|var)\b/));
    expect(found).toEqual([]);
    const calls = kernel.flatMap((it) =>
      lines(it, /^(?:export )?const \w+[^=]*= .*\b(?!f32x4|i32x4)[a-z]\w*\(/),
    );
    expect(calls).toEqual([]);
  });

  it("names every sum's exceptions to plain SIMD in one file", () => {
    const relaxed = kernel.filter((it) => /relaxed_|ASC_FEATURE_RELAXED_SIMD/.test(it.code));
    expect(relaxed.map((it) => it.path)).toEqual(["assembly/simd.ts"]);
  });

  it("waits and counts atomically in one file", () => {
    const atomics = kernel.filter((it) => /\batomic\./.test(it.code)).map((it) => it.path);
    expect(atomics).toEqual(["assembly/threads.ts"]);
  });
});
