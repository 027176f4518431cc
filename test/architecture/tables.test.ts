// The README's tables of everything there is are what the code says. To write them:
// LAYERWISE_WRITE_TABLES=1 npx vitest run --project simd test/architecture/tables.test.ts

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as layerwise from "../../src/index.ts";
import { layerTypes } from "../../src/layers/registry.ts";
import { losses } from "../../src/losses/table.ts";
import { kernelName } from "../support/kernel.ts";
import { root } from "../support/sources.ts";
import { defaultOf, everything, firstSentence, markdown } from "../support/tables.ts";

const file = join(root, "README.md");
const BEGIN = "<!-- Made from the code by test/architecture/tables.test.ts. -->";
const END = "<!-- The end of what is made from the code. -->";

describe.skipIf(kernelName === "check")("the README's tables", () => {
  const tables = everything();
  const rows = Object.values(tables).flat();

  it("are those that the code makes", () => {
    const text = readFileSync(file, "utf8");
    const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
    expect(begin, BEGIN).toBeGreaterThan(0);
    expect(end, END).toBeGreaterThan(begin);
    const made = `${BEGIN}\n\n${markdown(tables)}\n\n${END}`;
    if (process.env.LAYERWISE_WRITE_TABLES) {
      writeFileSync(file, text.slice(0, begin) + made + text.slice(end + END.length));
    } else {
      expect(text.slice(begin, end + END.length)).toBe(made);
    }
  });

  it("say something of each thing", () => {
    expect(rows.filter((it) => it.says.length < 2)).toEqual([]);
    expect(rows.filter((it) => /\{@|undefined|\[object/.test(it.says + it.options))).toEqual([]);
  });

  it("have every layer that a saved model may hold, every loss, every function of the surface", () => {
    const names = new Set(rows.map((it) => it.name));
    // A machine's own layer has no function: rbm() makes it.
    const own = layerTypes.filter((it) => it !== "restrictedBoltzmann");
    const made = Object.entries(layerwise).filter(([, it]) => typeof it === "function");
    const others = [
      "activationCode",
      "Dataset",
      "defineLayer",
      "engine",
      "input",
      "LayerwiseError",
      "loadModel",
      "loadRbm",
      "model",
      "Model",
      "NdArray",
      "Rbm",
      "sequential",
      "SymbolicTensor",
      "throughActivation",
    ];
    const functions = made.map(([name]) => name).filter((it) => !others.includes(it));
    const all = [...own, ...Object.keys(losses), ...functions, ...Object.keys(layerwise.datasets)];
    const notMade = ["circleZone", "ORANGE_RADIUS", "RED_RADIUS"];
    expect(all.filter((it) => !names.has(it) && !notMade.includes(it))).toEqual([]);
  });
});

describe("a table's cells", () => {
  it("hold a docstring's first sentence", () => {
    const cases = [
      ["The sum of two. More.", "The sum of two"],
      ["By Glorot et al. (2010), from 0.5 to 1. More.", "By Glorot et al. (2010), from 0.5 to 1"],
      ["Mean of\n|p − t|", "Mean of \\|p − t\\|"],
      ["At step t. Dozat 2016", "At step t"],
      ["One paragraph\n\nand another.", "One paragraph"],
    ];
    for (const [doc = "", sentence] of cases) expect(firstSentence(doc)).toBe(sentence);
  });

  it("hold defaults that are values", () => {
    const cases = [
      ["Rate. Default: 0.001.", "0.001"],
      ["Default 50", "50"],
      ['Default: "valid": windows inside.', '"valid"'],
      ["Default: [2, 2].", "[2, 2]"],
      ["Default: `keyDim`.", "keyDim"],
      ["Default: −1, the last.", "−1"],
      ["Default: 1e-7.", "1e-7"],
      ["Default: none.", ""],
      ["Default: those of the query.", ""],
    ];
    for (const [doc = "", value] of cases) expect(defaultOf(doc)).toBe(value);
  });
});
