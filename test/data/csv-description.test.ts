// What is said of a CSV text before anything is learned from it.

import { describe, expect, test } from "vitest";
import { describeCSV, fromCSV } from "../../src/index.ts";
import { failure } from "../support/failure.ts";

describe("describeCSV", () => {
  test("names the columns, tells numbers from texts, counts values and rows", () => {
    const text = "size,kind,note\n1,a,x\n1.0,b,y\n2.5,a,z\n";
    expect(describeCSV(text)).toEqual({
      columns: [
        { name: "size", numeric: true, values: 2 },
        { name: "kind", numeric: false, values: 2 },
        { name: "note", numeric: false, values: 3 },
      ],
      rows: 3,
    });
  });

  test("takes for numeric what fromCSV does, misprints included", () => {
    const text = "size,mixed,kind\n1,1,a\n2,x,b\noops,2,a\n4,y,b\n";
    const { columns } = describeCSV(text);
    expect(columns.map((it) => it.numeric)).toEqual([true, false, false]);
    expect(failure(() => fromCSV(text))).toMatchObject({
      code: "csvNotANumber",
      details: { line: 4, column: "size" },
    });
    expect(fromCSV(text, { columns: ["mixed"] }).featureNames).toEqual([
      "mixed=1",
      "mixed=2",
      "mixed=x",
      "mixed=y",
    ]);
  });

  test("leaves missing cells out of the count", () => {
    const { columns, rows } = describeCSV("a,b\n1,u\n?,\n3,u\n");
    expect(columns.map((it) => it.values)).toEqual([2, 1]);
    expect(rows).toBe(3);
  });

  test("reads headers, first lines and delimiters as fromCSV is told to", () => {
    const { columns, rows } = describeCSV("title\n1;2\n3;4\n", {
      skipRows: 1,
      delimiter: ";",
      header: false,
    });
    expect(columns.map((it) => it.name)).toEqual(["x0", "x1"]);
    expect(rows).toBe(2);
  });

  test("refuses what is no table, with its line", () => {
    expect(failure(() => describeCSV("a,b\n1,2\n1,2,3\n"))).toMatchObject({
      code: "raggedRows",
      details: { line: 3 },
    });
    expect(failure(() => describeCSV('a,b\n1,"2\n')).code).toBe("csvSyntax");
    expect(failure(() => describeCSV("")).code).toBe("emptyData");
    expect(failure(() => describeCSV("a\n1\n", { target: 0 } as object)).code).toBe("unknownName");
  });
});
