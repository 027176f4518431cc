// A table of the visitor's own, before it is used: what is guessed, where its errors are, which files are read.

import { describe, expect, test } from "vitest";
import {
  decimalComma,
  guessed,
  lineOf,
  lineRange,
  mapColumns,
  readTextFile,
  targetColumns,
  withTarget,
} from "../../web/src/data/table.ts";
import { defaultSettings } from "../../web/src/recipe.ts";
import { loadSource, makeData } from "../../web/src/worker/data.ts";
import { readTable } from "../../web/src/worker/table.ts";

const flowers = [
  "width,height,depth,kind",
  ...Array.from(
    { length: 12 },
    (_, i) => `${i},${i * i},${(i * 7) % 5},${i % 2 ? "rose" : "tulip"}`,
  ),
].join("\n");

/** The message of what is thrown. */
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("nothing was thrown");
}

test("a comma for a point is found in the cells of a table, and only there", () => {
  expect(decimalComma("a;b\n1;-3,5\n")).toBe("-3,5");
  expect(decimalComma('a,b\nx,"0,25"\r\n')).toBe("0,25");
  expect(decimalComma("a\tb\n7,5\tx\n")).toBe("7,5");
  expect(decimalComma("a,b,c\n1,2,x\n3,4,y\n")).toBeUndefined();
  expect(decimalComma("a,b,c\nx,1,2\ny,3,4\n")).toBeUndefined();
});

describe("a guess", () => {
  test("learns the last column from all others", () => {
    expect(guessed(readTable(flowers))).toEqual({
      target: 3,
      task: "classification",
      columns: "all",
    });
  });

  test("offers no texts of more classes than can be shown", () => {
    const rows = Array.from({ length: 9 }, (_, i) => `${i},k${i % 2},name ${i}`);
    const report = readTable(["size,kind,name", ...rows].join("\n"));
    expect(targetColumns(report)).toEqual([0, 1]);
    expect(guessed(report).target).toBe(1);
  });

  test("takes numbers with many values for quantities", () => {
    const report = readTable(flowers);
    const choice = guessed(report);
    expect(withTarget(report, 1, choice).task).toBe("regression");
    expect(withTarget(report, 2, choice).task).toBe("classification");
  });

  test("spans the map by two columns where there are no more", () => {
    const report = readTable("a,b,c\n1,2,x\n3,4,y\n5,6,x");
    expect(guessed(report).columns).toEqual([0, 1]);
    // Of which one holds texts: then it is all of them.
    expect(withTarget(report, 0, guessed(report)).columns).toBe("all");
  });

  test("keeps two chosen columns as far as another target leaves them", () => {
    const report = readTable(flowers);
    const choice = { ...guessed(report), columns: [2, 0] as const };
    expect(withTarget(report, 1, choice).columns).toEqual([2, 0]);
    expect(withTarget(report, 2, choice).columns).toEqual([0, 1]);
    expect(mapColumns(report, 2)).toEqual([0, 1]);
  });

  test("can be learned", async () => {
    const report = readTable(flowers);
    for (const target of report.columns.keys()) {
      const table = {
        text: flowers,
        name: "flowers",
        ...withTarget(report, target, guessed(report)),
      };
      const data = { ...defaultSettings.data, name: "table" as const, table };
      await loadSource(data);
      expect(() => makeData({ ...defaultSettings, data })).not.toThrow();
    }
  });
});

describe("an error", () => {
  test("is found by the line that the library names, whatever ends the lines", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = flowers.replace("3,9,1,rose", "3,9,rose").replaceAll("\n", end);
      const line = lineOf(messageOf(() => readTable(text)));
      expect(line).toBe(5);
      expect(text.slice(...lineRange(text, line ?? 0))).toBe("3,9,rose");
    }
  });

  test("without a line has none", () => {
    expect(lineOf(messageOf(() => readTable("a,b")))).toBeUndefined();
  });

  test("in the first and in the last line is found too", () => {
    expect(lineRange("one\ntwo", 1)).toEqual([0, 3]);
    expect(lineRange("one\ntwo", 2)).toEqual([4, 7]);
  });
});

describe("a file", () => {
  const file = (name: string, content: string) => new File([content], name);

  test("is read as text", async () => {
    expect(await readTextFile(file("a.csv", "x,y\n1,2"), 1000)).toBe("x,y\n1,2");
  });

  test("that is too large or no text is refused by its name", async () => {
    await expect(readTextFile(file("big.csv", "x".repeat(1001)), 1000)).rejects.toThrow(/big\.csv/);
    await expect(readTextFile(file("cat.png", "\u0089PNG\0"), 1000)).rejects.toThrow(
      "cat.png is not a text file",
    );
  });
});
