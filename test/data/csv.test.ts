import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CSVOptions, fromCSV, readFeatures } from "../../src/data/csv.ts";
import { LayerwiseError } from "../../src/errors.ts";

/** The code and the facts of the error that `run` throws. */
function errorOf(run: () => unknown): Record<string, unknown> {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError) return { code: error.code, ...error.details };
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Rows of features, as plain arrays. */
function rowsOf({ features }: { features: Float32Array }, width: number): number[][] {
  return Array.from({ length: features.length / width }, (_, i) =>
    Array.from(features.subarray(i * width, (i + 1) * width)),
  );
}

const flowers = "width,height,species\n1,2,rose\n3,4,tulip\n5,6,rose\n";

describe("fromCSV", () => {
  test("takes the last column as the target, and text targets as classes in sorted order", () => {
    const data = fromCSV(flowers);
    expect(data.task).toBe("classification");
    expect(data.classNames).toEqual(["rose", "tulip"]);
    expect([...data.labels()]).toEqual([0, 1, 0]);
    expect(data.featureNames).toEqual(["width", "height"]);
    expect(data.inputShape).toEqual([2]);
    expect([...data.features]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each<[string, string]>([
    ["CR LF", flowers.replaceAll("\n", "\r\n")],
    ["CR", flowers.replaceAll("\n", "\r")],
    ["mixed line ends", "width,height,species\r\n1,2,rose\n3,4,tulip\r5,6,rose"],
    ["no line end at the end", flowers.trimEnd()],
    ["blank lines", `\n\n${flowers.replaceAll("\n", "\n  \n")}\n`],
    ["a byte order mark", `\ufeff${flowers}`],
    ["a byte order mark before a quote", `\ufeff"width","height",species\n${flowers.slice(21)}`],
    ["tabs", flowers.replaceAll(",", "\t")],
    ["semicolons", flowers.replaceAll(",", ";")],
    ["bars", flowers.replaceAll(",", " | ")],
    ["quotes", flowers.replaceAll(/\w+/g, '"$&"')],
    ["blanks around cells and quotes", flowers.replaceAll(/\w+/g, '  "$&" ')],
  ])("reads a file with %s alike", (_, text) => {
    const data = fromCSV(text);
    const plain = fromCSV(flowers);
    expect([...data.features]).toEqual([...plain.features]);
    expect([...data.labels()]).toEqual([...plain.labels()]);
    expect(data.schema).toEqual(plain.schema);
  });

  test("keeps delimiters, line ends and doubled quotes inside quotes", () => {
    const data = fromCSV('size,"the ""kind""\nof it"\n1,"a, b"\n2,"c\r\nd"\n3,""""\n');
    expect(data.schema?.target.name).toBe('the "kind"\nof it');
    expect(data.classNames).toEqual(['"', "a, b", "c\r\nd"]);
  });

  test("takes a quote inside an unquoted cell for itself", () => {
    expect(fromCSV('a,b\n1,5" pipe\n2,6" pipe\n').classNames).toEqual(['5" pipe', '6" pipe']);
  });

  test("prefers a delimiter that stands equally often in each line to commas in the text", () => {
    const data = fromCSV("a;b;kind\n1;2;x, y\n3;4;z\n");
    expect(data.classNames).toEqual(["x, y", "z"]);
  });

  test("takes any other character as delimiter when told", () => {
    expect([...fromCSV("1 2 0\n3 4 1", { delimiter: " " }).features]).toEqual([1, 2, 3, 4]);
  });

  test("reads what any writer after RFC 4180 wrote", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "1", "é") });
    const word = cell.map((text) => `w${text}`);
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(word, { minLength: width, maxLength: width }), { minLength: 2 }),
      );
    const end = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(table, end, (rows, lineEnd) => {
        const text = rows
          .map((row, i) => [i, ...row.map((c) => `"${c.replaceAll('"', '""')}"`)].join(","))
          .join(lineEnd);
        const width = rows[0]?.length ?? 0;
        for (let c = 1; c <= width; c++) {
          const wanted = rows.map((row) => row[c - 1] ?? "");
          const read = () =>
            fromCSV(text, { target: c, columns: [0], delimiter: ",", header: false });
          if (new Set(wanted).size < 2) {
            expect(errorOf(read).code).toBe("oneClass");
            continue;
          }
          const data = read();
          expect(Array.from(data.labels(), (label) => data.classNames?.[label])).toEqual(wanted);
        }
      }),
    );
  });
});

describe("a header", () => {
  test.each<[string, string, CSVOptions, boolean]>([
    ["is a first line without numbers", "a,b\n1,0\n2,1", {}, true],
    ["may have an empty cell", ",a,b\n0,1,0\n1,2,1", {}, true],
    ["is none if it has a number", "a,1\nb,0\nc,1", {}, false],
    ["is none if it has a missing value", "a,NA\nb,0\nc,1", { missing: "dropRow" }, false],
    ["is none if a cell appears again below it", "x,p\ny,q\nx,q", {}, false],
    ["is one if said so", "1,2\n3,0\n4,1", { header: true }, true],
    ["is none if said so", "a,b\nc,d\ne,f", { header: false }, false],
  ])("%s", (_, text, options, named) => {
    expect(fromCSV(text, options).schema?.named).toBe(named);
  });

  test("gives equal and empty names a number", () => {
    const { schema } = fromCSV("a,a,a.1,,b\n1,2,3,4,0\n1,2,3,4,1");
    expect(schema?.columns.map(({ name }) => name)).toEqual(["a", "a.1", "a.1.1", "x3"]);
  });

  test("is missed without harm: columns are called x0, x1, …", () => {
    expect(fromCSV("1,2,0\n3,4,1").featureNames).toEqual(["x0", "x1"]);
  });
});

describe("scikit-learn's first line", () => {
  const iris = "3,2,setosa,versicolor,virginica\n5.1,3.5,0\n4.9,3,2\n4.7,3.2,0\n";

  test("is known by its counts and names the classes, also those without samples", () => {
    const data = fromCSV(iris);
    expect(data.samples).toBe(3);
    expect(data.classNames).toEqual(["setosa", "versicolor", "virginica"]);
    expect([...data.labels()]).toEqual([0, 2, 0]);
    expect(data.featureNames).toEqual(["x0", "x1"]);
  });

  test("names no classes of another target", () => {
    const data = fromCSV(iris, { target: 0, task: "regression" });
    expect(data.classNames).toBeUndefined();
    expect(data.featureNames).toEqual(["x1", "x2"]);
  });

  test("is left out by skipRows: 1 too", () => {
    const data = fromCSV(iris, { skipRows: 1 });
    expect(data.classNames).toEqual(["0", "2"]);
    expect([...data.labels()]).toEqual([0, 1, 0]);
  });

  test("with wrong counts is a ragged row", () => {
    const error = errorOf(() => fromCSV(iris.replace("3,2", "4,2")));
    expect(error).toMatchObject({ code: "raggedRows", line: 2, length: 3, expected: 5 });
  });
});

describe("the target", () => {
  const text = "a,b,c\n1,10,0.5\n2,20,1.5\n3,30,2.5\n";

  test.each<[string | number, string]>([
    ["b", "b"],
    [1, "b"],
    [-2, "b"],
    ["1", "b"],
    ["-1", "c"],
  ])("%j is the column %s", (target, name) => {
    const { schema } = fromCSV(text, { target });
    expect(schema?.target.name).toBe(name);
    expect(schema?.columns.map((column) => column.name)).not.toContain(name);
  });

  test.each<[string | number]>([["d"], [3], [-4], [0.5], ["3"]])("%j is unknown", (target) => {
    const error = errorOf(() => fromCSV(text, { target }));
    expect(error).toMatchObject({ code: "unknownColumn", column: target, known: ["a", "b", "c"] });
  });

  test("of fractions is a quantity", () => {
    const data = fromCSV(text);
    expect(data.task).toBe("regression");
    expect([...(data.targets ?? [])]).toEqual([0.5, 1.5, 2.5]);
    expect(data.schema?.classNames).toBeUndefined();
  });

  test("of few integers is a class, numbered in order of size", () => {
    const data = fromCSV(text, { target: "b" });
    expect(data.task).toBe("classification");
    expect(data.classNames).toEqual(["10", "20", "30"]);
    expect([...data.labels()]).toEqual([0, 1, 2]);
  });

  test("of 20 integers is a class, of 21 a quantity", () => {
    const lines = (n: number) => Array.from({ length: n }, (_, i) => `${i % 3},${i}`).join("\n");
    expect(fromCSV(lines(20)).task).toBe("classification");
    expect(fromCSV(lines(21)).task).toBe("regression");
  });

  test("is what task says", () => {
    expect(fromCSV(text, { target: "b", task: "regression" }).task).toBe("regression");
    expect(fromCSV(text, { task: "classification" }).classNames).toEqual(["0.5", "1.5", "2.5"]);
    const mixed = "a,b\n1,2\n2,3\n3,x";
    expect(fromCSV(mixed, { task: "classification" }).classNames).toEqual(["2", "3", "x"]);
    expect(errorOf(() => fromCSV(mixed, { task: "regression" })).code).toBe("csvNotANumber");
  });

  test("takes classNames by number, by text, or in sorted order", () => {
    const by = (labels: string, classNames: string[]) => {
      const rows = labels.split("").map((label, i) => `${i},${label}`);
      const data = fromCSV(rows.join("\n"), { classNames, header: false });
      return [data.classNames, [...data.labels()]];
    };
    expect(by("020", ["x", "y", "z"])).toEqual([
      ["x", "y", "z"],
      [0, 2, 0],
    ]);
    expect(by("aba", ["b", "a"])).toEqual([
      ["b", "a"],
      [1, 0, 1],
    ]);
    expect(by("575", ["low", "high"])).toEqual([
      ["low", "high"],
      [0, 1, 0],
    ]);
    expect(errorOf(() => by("579", ["low", "high"])).code).toBe("invalidArgument");
  });

  test("of one class is refused", () => {
    expect(errorOf(() => fromCSV("a,b\n1,x\n2,x"))).toMatchObject({
      code: "oneClass",
      className: "x",
    });
    expect(errorOf(() => fromCSV("a,b\n1,5\n2,5")).code).toBe("oneClass");
  });
});

describe("features", () => {
  test("of text become one-hot, in sorted order, in their place", () => {
    const data = fromCSV("color,size,kind\nred,1,a\nblue,2,b\nred,3,a");
    expect(data.featureNames).toEqual(["color=blue", "color=red", "size"]);
    expect(rowsOf(data, 3)).toEqual([
      [0, 1, 1],
      [1, 0, 2],
      [0, 1, 3],
    ]);
  });

  test("of numbers become one-hot when told", () => {
    const data = fromCSV("code,size,kind\n7,1,a\n5,2,b\n7,3,a", { categorical: ["code"] });
    expect(data.featureNames).toEqual(["code=5", "code=7", "size"]);
  });

  test("are the columns asked for, in that order", () => {
    const data = fromCSV("a,b,c,k\n1,2,3,x\n4,5,6,y", { columns: ["c", 0] });
    expect(data.featureNames).toEqual(["c", "a"]);
    expect([...data.features]).toEqual([3, 1, 6, 4]);
  });

  test.each<[string, CSVOptions]>([
    ["the target", { columns: ["a", "k"] }],
    ["one twice", { columns: ["a", 0] }],
    ["none", { columns: [] }],
  ])("must not be %s", (_, options) => {
    expect(errorOf(() => fromCSV("a,b,k\n1,2,x\n3,4,y", options)).code).toBe("invalidArgument");
  });

  test("of names or remarks are refused unless asked for", () => {
    const rows = Array.from({ length: 50 }, (_, i) => `name${i},${i},${i % 2}`);
    const text = `who,age,kind\n${rows.join("\n")}`;
    const error = errorOf(() => fromCSV(text));
    expect(error).toMatchObject({ code: "csvManyCategories", column: "who", categories: 50 });
    expect(fromCSV(text, { categorical: ["who"] }).featureCount).toBe(51);
    expect(fromCSV(text, { columns: ["age"] }).featureCount).toBe(1);
  });

  test("are rounded once to f32, and must be in its range", () => {
    expect(fromCSV("0.1,0\n1e-3,1").features[0]).toBe(Math.fround(0.1));
    for (const bad of ["1e39", "Infinity", "-Infinity", "1_5"]) {
      const text = `a,k\n1,0\n2,1\n${bad},1\n`;
      const error = errorOf(() => fromCSV(text));
      expect(error).toMatchObject({ code: "csvNotANumber", line: 4, column: "a", text: bad });
    }
  });
});

describe("missing values", () => {
  const text = "a,color,k\n1,red,x\n?,red,y\n3,,x\n8,blue,\n";

  test.each(["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL", '""', '"?"'])(
    "%j is one, an error by default",
    (cell) => {
      const error = errorOf(() => fromCSV(`a,b,k\n1,1,x\n2,${cell},y\n`));
      expect(error).toMatchObject({ code: "csvMissingValue", line: 3, column: "b" });
    },
  );

  test("leave out their row under dropRow, and its categories", () => {
    const data = fromCSV(`${text}9,green,y\n`, { missing: "dropRow" });
    expect(data.featureNames).toEqual(["a", "color=green", "color=red"]);
    expect([...data.features]).toEqual([1, 0, 1, 9, 1, 0]);
    expect([...data.labels()]).toEqual([0, 1]);
  });

  test("become the mean or the most frequent category under mean; rows without target go", () => {
    const data = fromCSV(text, { missing: "mean" });
    expect(data.featureNames).toEqual(["a", "color=red"]);
    expect([...data.features]).toEqual([1, 1, 2, 1, 3, 1]);
    expect(data.schema?.columns).toMatchObject([{ fill: 2 }, { fill: "red" }]);
  });

  test("everywhere are an error under every rule", () => {
    const empty = "a,b,k\n1,,x\n2,,y";
    expect(errorOf(() => fromCSV(empty)).code).toBe("csvMissingValue");
    expect(errorOf(() => fromCSV(empty, { missing: "mean" })).code).toBe("csvMissingValue");
    expect(errorOf(() => fromCSV(empty, { missing: "dropRow" })).code).toBe("emptyData");
  });
});

describe("errors", () => {
  test.each<[string, string, CSVOptions, object]>([
    ["no text", "", {}, { code: "emptyData" }],
    ["blank lines only", "\n \n", {}, { code: "emptyData" }],
    ["a header only", "a,b\n", {}, { code: "emptyData" }],
    ["only skipped lines", flowers, { skipRows: 9 }, { code: "emptyData" }],
    ["one column", "a\n1\n2", {}, { code: "invalidArgument" }],
    ["a short row", "a,b\n1,2\n3\n", {}, { code: "raggedRows", line: 3, length: 1, expected: 2 }],
    ["a long row", "1,2\n3,4,5\n", {}, { code: "raggedRows", line: 2, length: 3, expected: 2 }],
    ["an open quote", 'a,b\n1,2\n3,"4\n5,6\n', {}, { code: "csvSyntax", line: 3 }],
    ["text after a quote", 'a,b\n"1"x,2\n', {}, { code: "csvSyntax", line: 2 }],
    ["a bad delimiter", flowers, { delimiter: ",," }, { code: "invalidArgument" }],
    ["a quote as delimiter", flowers, { delimiter: '"' }, { code: "invalidArgument" }],
    ["negative skipRows", flowers, { skipRows: -1 }, { code: "invalidArgument" }],
    ["an option that nobody reads", flowers, { taget: 1 } as CSVOptions, { code: "unknownName" }],
    ["an unknown rule", flowers, { missing: "median" as "mean" }, { code: "unknownName" }],
    ["an unknown task", flowers, { task: "clustering" as "auto" }, { code: "unknownName" }],
    ["an unknown feature", flowers, { columns: ["depth"] }, { code: "unknownColumn" }],
    ["an unknown category column", flowers, { categorical: [7] }, { code: "unknownColumn" }],
  ])("tell of %s", (_, text, options, facts) => {
    expect(errorOf(() => fromCSV(text, options))).toMatchObject(facts);
  });

  test.each(["\n", "\r\n", "\r"])("count physical lines, also in quotes, ended by %j", (end) => {
    const lines = ['a,"b', 'b",k', "", '1,"2",x', '3,"4', '",y', "5,z,x", "6,7,y"];
    const error = errorOf(() => fromCSV(lines.join(end)));
    expect(error).toMatchObject({ code: "csvNotANumber", line: 7, column: `b${end}b`, text: "z" });
    const ragged = errorOf(() => fromCSV([...lines, "8"].join(end)));
    expect(ragged).toMatchObject({ code: "raggedRows", line: 9 });
  });

  test("give the line on which a row of several lines begins", () => {
    const error = errorOf(() => fromCSV('k,a,b,c\nx,1,"2\n\n",?\n', { target: 0 }));
    expect(error).toMatchObject({ code: "csvMissingValue", line: 2, column: "c" });
  });

  test("count skipped lines", () => {
    const error = errorOf(() => fromCSV("remark\r\n\r\na,k\n1,x\n?,y", { skipRows: 2 }));
    expect(error).toMatchObject({ code: "csvMissingValue", line: 5 });
  });

  test("say all of it in words", () => {
    expect(() => fromCSV("a,k\n1,x\n2,y\nthree,x")).toThrow(
      'CSV: line 4, column "a": required a number within float32, got "three". Correct it, ' +
        "name the column in categorical, or pass header: true if this line holds the names.",
    );
  });
});

describe("readFeatures", () => {
  const text = "color,a,b,kind\nred,1,2,x\nblue,3,4,y\n";
  const data = fromCSV(text);
  const { schema } = data;
  if (!schema) throw new Error("no schema");

  test("reads the same text to the same features", () => {
    const again = readFeatures(text, schema);
    expect(again).toMatchObject({ rows: 2, columns: 4 });
    expect(again.features).toEqual(data.features);
    expect([...again.lines]).toEqual([2, 3]);
  });

  test("survives JSON", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  test.each<[string, string]>([
    ["by name in any order, with others", "note,b,color,a\nhello,2,red,1\nyou,4,blue,3\n"],
    ["by name without the target", "color,a,b\nred,1,2\nblue,3,4\n"],
    ["by position with the target", "red,1,2,?\nblue,3,4,?\n"],
    ["by position without the target", "red,1,2\nblue,3,4\n"],
    ["with another delimiter", "color;a;b\nred;1;2\nblue;3;4\n"],
  ])("reads columns %s", (_, other) => {
    expect(readFeatures(other, schema).features).toEqual(data.features);
  });

  test("knows by position where a target in the middle was", () => {
    const middle = fromCSV("1,0,2\n3,1,4", { target: 1 }).schema;
    if (!middle) throw new Error("no schema");
    expect([...readFeatures("5,9,6", middle).features]).toEqual([5, 6]);
    expect([...readFeatures("5,6", middle).features]).toEqual([5, 6]);
  });

  test("finds numeric names that no rule would take for a header", () => {
    const years = fromCSV("1990,1991,k\n1,2,x\n3,4,y", { header: true }).schema;
    if (!years) throw new Error("no schema");
    expect([...readFeatures("1991,1990\n2,1", years).features]).toEqual([1, 2]);
  });

  test.each<[string, string, object]>([
    [
      "an unknown category",
      "color,a,b\ngreen,1,2",
      { code: "unknownName", got: "green", known: ["blue", "red"] },
    ],
    ["an absent column", "color,b\nred,1", { code: "unknownColumn", column: "a" }],
    ["other columns", "red,1\nblue,2", { code: "shapeMismatch" }],
    ["a missing value", "color,a,b\nred,,2", { code: "csvMissingValue", line: 2, column: "a" }],
    [
      "a missing category",
      "color,a,b\n?,1,2",
      { code: "csvMissingValue", line: 2, column: "color" },
    ],
    ["text for numbers", "color,a,b\nred,x,2", { code: "csvNotANumber", line: 2, column: "a" }],
  ])("tells of %s", (_, other, facts) => {
    expect(errorOf(() => readFeatures(other, schema))).toMatchObject(facts);
  });

  test("fills with the first file's means, or drops rows and says which lines stay", () => {
    const source = "color,a,kind\nred,1,x\nred,5,y\nblue,?,x\n";
    const other = 'color,a\n"?",?\n\n"blue",7\n';
    const read = (missing: "mean" | "dropRow") => {
      const { schema } = fromCSV(source, { missing });
      if (!schema) throw new Error("no schema");
      return readFeatures(other, schema);
    };
    expect([...read("mean").features]).toEqual([0, 1, 3, 1, 0, 7]);
    const known = other.replace("blue", "red");
    const { schema } = fromCSV(source, { missing: "dropRow" });
    if (!schema) throw new Error("no schema");
    const dropped = readFeatures(known, schema);
    expect([...dropped.features]).toEqual([1, 7]);
    expect([...dropped.lines]).toEqual([4]);
    expect(errorOf(() => read("dropRow")).code).toBe("unknownName");
  });
});

const shared = (name: string) => new URL(`../../../shared/data/${name}`, import.meta.url);

test.skipIf(!existsSync(shared("iris.csv")))("scikit-learn's iris file reads as it stands", () => {
  const data = fromCSV(readFileSync(shared("iris.csv"), "utf8"), { target: "4" });
  expect(data.samples).toBe(150);
  expect(data.classNames).toEqual(["setosa", "versicolor", "virginica"]);
  expect([...data.features.subarray(0, 4)]).toEqual([5.1, 3.5, 1.4, 0.2].map(Math.fround));
});

test.skipIf(!existsSync(shared("digits.csv.gz")))(
  "scikit-learn's digits file reads as it stands",
  () => {
    const data = fromCSV(gunzipSync(readFileSync(shared("digits.csv.gz"))).toString("latin1"));
    expect(data).toMatchObject({ samples: 1797, featureCount: 64, classes: 10 });
  },
);
