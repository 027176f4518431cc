// Tables of the visitor's own: what they are taken for, and what is said when they can't be learned.

import { dense, fromArrays, loadModel, type Sequential, sequential } from "layerwise";
import { describe, expect, test } from "vitest";
import { defaultSettings, type Settings, type TableSettings } from "../../web/src/recipe.ts";
import { messageOf } from "../../web/src/words.ts";
import { loadSource, makeData } from "../../web/src/worker/data.ts";
import { principalPlane } from "../../web/src/worker/principal.ts";
import { readTable, tryTable } from "../../web/src/worker/table.ts";
import { troubleOf } from "../../web/src/worker/trouble.ts";
import { failure } from "../support/failure.ts";

/** Plants: sizes of very different units, a text column, a price. */
const rows = Array.from({ length: 60 }, (_, i) => {
  const kind = i % 3;
  const length = 10 * kind + ((i * 7) % 11) / 4;
  const width = 5000 - 800 * kind + ((i * 13) % 17) * 20;
  return [
    length,
    width,
    i % 4 === 0 ? "wet" : "dry",
    ["iris", "rose", "reed"][kind],
    1e5 + 900 * i,
  ];
});
const plants = ["length,width,soil,kind,price", ...rows.map((it) => it.join(","))].join("\n");

const table = (choices: Partial<TableSettings> = {}): TableSettings => ({
  text: plants,
  name: "plants.csv",
  target: 3,
  columns: [0, 1],
  task: "classification",
  ...choices,
});
await loadSource({ table: table() });

const make = (choices: Partial<TableSettings> = {}, others: Partial<Settings> = {}) =>
  makeData({
    ...defaultSettings,
    ...others,
    data: { ...defaultSettings.data, ...others.data, name: "table", table: table(choices) },
  });
const columnOf = (data: { features: Float32Array; featureCount: number }, c: number) =>
  data.features.filter((_, i) => i % data.featureCount === c);
const mean = (values: Float32Array) => values.reduce((sum, it) => sum + it, 0) / values.length;
const deviation = (values: Float32Array) => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, it) => sum + (it - middle) ** 2, 0) / values.length);
};

describe("a table before it is used", () => {
  test("is told by its columns", () => {
    expect(readTable(plants)).toEqual({
      rows: 60,
      columns: [
        { name: "length", numeric: true, values: expect.any(Number) },
        { name: "width", numeric: true, values: expect.any(Number) },
        { name: "soil", numeric: false, values: 2 },
        { name: "kind", numeric: false, values: 3 },
        { name: "price", numeric: true, values: 60 },
      ],
    });
  });
  test("can be tried", async () => {
    expect(await tryTable(table())).toEqual({ samples: 60, classes: 3 });
    expect(await tryTable(table({ columns: "all", target: 2 }))).toEqual({
      samples: 60,
      classes: 2,
    });
    expect(await tryTable(table({ target: 4, task: "regression" }))).toEqual({
      samples: 60,
      classes: 0,
    });
  });
});

describe("two columns", () => {
  test("span the map in their own units, under their own names", () => {
    const { points } = make();
    expect(points.axes).toEqual(["length", "width"]);
    expect([...points.positions.subarray(0, 4)]).toEqual([0, 5000, 11.75, 4460]);
    expect(points.classNames).toEqual(["iris", "reed", "rose"]);
    expect([...points.targets.subarray(0, 3)]).toEqual([0, 2, 1]);
    const { x, y } = points.window;
    expect(x[1] - x[0]).toBeLessThan(30);
    expect(y[0]).toBeGreaterThan(3000);
    expect(y[1]).toBeLessThan(5600);
  });
  test("reach the model standardized by the samples that train", () => {
    const { train, lift, all, points } = make();
    for (const c of [0, 1]) {
      expect(mean(columnOf(train, c))).toBeCloseTo(0, 5);
      expect(deviation(columnOf(train, c))).toBeCloseTo(1, 5);
    }
    const [x = 0, y = 0] = points.positions.subarray(8, 10);
    expect(Float32Array.from(lift(x, y))).toEqual(all.features.subarray(8, 10));
  });
  test("are made into features of the standardized coordinates", () => {
    const plain = make();
    const { lift, points } = make({}, { features: ["x²", "y"] });
    const [u = 0, v = 0] = plain.lift(3, 4000);
    expect(lift(3, 4000)).toEqual([u * u, v]);
    expect(points.inputs).toEqual(["x²", "width"]);
  });
  test("keep their scale while points are edited", () => {
    const add = { do: "add", x: 1e6, y: -1e6, label: 0 } as const;
    const data = {
      ...defaultSettings.data,
      edits: [add, add, { do: "remove", point: 1 } as const],
    };
    expect(make({}, { data }).lift(3, 4000)).toEqual(make().lift(3, 4000));
  });
  test("go to a saved model as they were read: it answers for the table's own numbers", async () => {
    const { train, test: held } = make();
    using model = await trained(train);
    const raw = fromArrays({
      features: rows.slice(0, 9).map((it) => [Number(it[0]), Number(it[1])]),
    });
    using loaded = await loadModel(model.save());
    expect(loaded.data.schema?.columns.map((it) => it.name)).toEqual(["length", "width"]);
    const again = make().all.slice(0, 9);
    expect((await loaded.predict(raw)).data).toEqual((await model.predict(again)).data);
    expect(held.normalization).toEqual(train.normalization);
  });
  async function trained(train: ReturnType<typeof make>["train"]): Promise<Sequential> {
    const model = await sequential({ inputShape: train.inputShape, layers: [dense(3, "softmax")] });
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    await model.step(5, { data: train });
    return model;
  }
});

describe("all columns", () => {
  const all = make({ columns: "all" });
  test("are the inputs, categories as columns of their own", () => {
    expect(all.points.inputs).toEqual(["length", "width", "soil=dry", "soil=wet", "price"]);
    expect(all.train.featureCount).toBe(5);
    for (let c = 0; c < 5; c++) expect(mean(columnOf(all.train, c))).toBeCloseTo(0, 5);
  });
  test("are seen where their rows meet the plane of the two main directions", () => {
    const { points, all: rows, lift } = all;
    const [first, second] = [lift(1, 0), lift(0, 1)];
    const along = (row: Float32Array, direction: readonly number[]) =>
      row.reduce((sum, it, i) => sum + it * (direction[i] ?? 0), 0);
    const expected = Array.from({ length: 60 }, (_, i) => {
      const row = rows.features.subarray(5 * i, 5 * i + 5);
      return [along(row, first), along(row, second)];
    });
    expect(points.positions).toBeNear(expected.flat(), { absolute: 1e-6 });
  });
  test("are shown in a true square that holds every point", () => {
    const { window, positions } = all.points;
    expect(window.x[1] - window.x[0]).toBeCloseTo(window.y[1] - window.y[0], 10);
    positions.forEach((it, i) => {
      const [from, to] = i % 2 === 0 ? window.x : window.y;
      expect(it).toBeGreaterThan(from);
      expect(it).toBeLessThan(to);
    });
  });
  test("give an added point the row of its place, and a moved one what lies off the plane too", () => {
    const { lift, points, all: before } = all;
    const [x = 0, y = 0] = points.positions.subarray(14, 16);
    const edits = [
      { do: "add", x: 0.5, y: -1, label: 2 },
      { do: "move", point: 7, x: x + 1, y },
    ] as const;
    const after = make({ columns: "all" }, { data: { ...defaultSettings.data, edits } });
    expect(after.all.features.subarray(300)).toEqual(Float32Array.from(lift(0.5, -1)));
    const moved = after.all.features.subarray(35, 40);
    const step = lift(1, 0);
    expect(moved).toBeNear(
      [...before.features.subarray(35, 40)].map((it, i) => it + (step[i] ?? 0)),
      { absolute: 1e-6 },
    );
  });
  test("of a single one are a line", () => {
    const text = "size,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n";
    const { points } = make({ text, target: 1, columns: "all" });
    expect(points.positions.every((it, i) => i % 2 === 0 || it === 0)).toBe(true);
    expect(points.inputs).toEqual(["size"]);
  });
});

describe("quantities", () => {
  test("are learned with the mean 0 and the deviation 1, and shown as they are", () => {
    const { train, points, targetScale } = make({ target: 4, task: "regression" });
    expect([...points.targets.subarray(0, 2)]).toEqual([100000, 100900]);
    expect(mean(train.targets ?? new Float32Array(0))).toBeCloseTo(0, 5);
    expect(deviation(train.targets ?? new Float32Array(0))).toBeCloseTo(1, 5);
    expect(targetScale?.shift[0]).toBeGreaterThan(100000);
  });
});

describe("what can't be learned is refused:", () => {
  const refused = (choices: Partial<TableSettings>) => failure(() => make(choices));
  test("a ragged row, by its line", () => {
    const text = plants.replace("\n", "\n1,2\n");
    expect(refused({ text })).toMatchObject({ code: "raggedRows", details: { line: 2 } });
    expect(failure(() => readTable("a,b\n1,2\n3\n"))).toMatchObject({ details: { line: 3 } });
  });
  test("a misprinted number, by its line and column", () => {
    const text = plants.split("\n").with(10, "1O,4000,dry,rose,3").join("\n");
    expect(refused({ text })).toMatchObject({
      code: "csvNotANumber",
      details: { line: 11, column: "length", text: "1O" },
    });
  });
  test("an empty cell, by its line and column", () => {
    const text = plants.split("\n").with(4, "1,,dry,rose,3").join("\n");
    expect(refused({ text })).toMatchObject({
      code: "csvMissingValue",
      details: { line: 5, column: "width" },
    });
  });
  test("more classes than can be shown, by their number", () => {
    const text = `a,b,c\n${Array.from({ length: 21 }, (_, i) => `${i},${i},k${i % 7}`).join("\n")}`;
    expect(refused({ text, target: 2 }).details).toMatchObject({
      required: "at most 6 classes",
      got: "7",
    });
  });
  test("more rows than can be trained on, by their number", async () => {
    const text = `a,b,c\n${Array.from({ length: 5001 }, (_, i) => `${i},${i % 9},k${i % 2}`).join("\n")}`;
    await expect(tryTable(table({ text, target: 2 }))).rejects.toThrow(
      "at most 5000 rows, got 5001. Choose fewer of them.",
    );
  });
  test("with what a visitor can do, not a program", async () => {
    const said = async (choices: Partial<TableSettings>) =>
      messageOf(await tryTable(table(choices)).catch(troubleOf));
    const changed = (line: number, row: string) =>
      plants
        .split("\n")
        .with(line - 1, row)
        .join("\n");
    expect(await said({ text: changed(5, "1,,dry,rose,3") })).toBe(
      "Table: line 5, column “width”: required a value, got “”. Fill it in, or delete that row.",
    );
    expect(await said({ text: changed(11, "1O,4000,dry,rose,3") })).toBe(
      "Table: line 11, column “length”: required a number, got “1O”. Correct it, or delete that row.",
    );
    expect(await said({ text: "a,b,c\n1,2,x\n2,3,x\n3,4,x\n", target: 2 })).not.toContain("pass");
  });
  test("texts as an axis of the map", () => {
    expect(refused({ columns: [0, 2] }).details).toMatchObject({
      where: 'table: column "soil"',
      got: "2 different texts",
    });
  });
  test("the target as an axis, one column twice, a column that isn't there", () => {
    expect(refused({ columns: [0, 3] }).code).toBe("invalidArgument");
    expect(refused({ columns: [1, 1] }).code).toBe("invalidArgument");
    expect(refused({ columns: [0, 9] }).code).toBe("unknownColumn");
    expect(refused({ target: 9 }).code).toBe("unknownColumn");
  });
  test("a target of one class only", () => {
    expect(refused({ text: "a,b,c\n1,2,x\n2,3,x\n3,4,x\n", target: 2 }).code).toBe("oneClass");
  });
  test("texts as a quantity", () => {
    expect(refused({ task: "regression" }).code).toBe("csvNotANumber");
  });
  test("more inputs than can be shown", async () => {
    const wide = Array.from({ length: 9 }, (_, i) =>
      Array.from({ length: 66 }, (_, j) => (j < 65 ? (i * j) % 7 : i % 2)).join(","),
    ).join("\n");
    expect(refused({ text: wide, target: 65, columns: "all" }).details).toMatchObject({
      required: "at most 64 inputs",
    });
    expect((await tryTable(table({ text: wide, target: 65, columns: [1, 2] }))).samples).toBe(9);
  });
  test("no table at all", () => {
    const data = { ...defaultSettings.data, name: "table" as const };
    expect(failure(() => makeData({ ...defaultSettings, data })).code).toBe("invalidArgument");
  });
});

describe("the two main directions", () => {
  /** Rows that vary by 3, 2, 1 and ½ along four known directions, uncorrelated. */
  const basis = [
    [0.5, 0.5, 0.5, 0.5],
    [0.5, 0.5, -0.5, -0.5],
    [0.5, -0.5, 0.5, -0.5],
    [-0.5, 0.5, 0.5, -0.5],
  ];
  const waves = (samples: number) =>
    Float32Array.from({ length: samples * 4 }, (_, i) => {
      const [row, column] = [Math.floor(i / 4), i % 4];
      return [3, 2, 1, 0.5].reduce((sum, size, k) => {
        const turn = Math.sin((2 * Math.PI * (k + 1) * row) / samples);
        return sum + size * turn * (basis[k]?.[column] ?? 0);
      }, 0);
    });
  test("are those along which known rows vary most", () => {
    const [first, second] = principalPlane(waves(100), 4);
    expect(first).toBeNear([0.5, 0.5, 0.5, 0.5], { absolute: 1e-6 });
    expect(second).toBeNear([0.5, 0.5, -0.5, -0.5], { absolute: 1e-6 });
  });
  test("of two columns that rise together are the diagonals", () => {
    const [first, second] = principalPlane(Float32Array.of(1, 1, -1, -1, 0.5, 0.1, -0.5, -0.1), 2);
    expect(first[0]).toBeGreaterThan(0.7);
    expect(first[1]).toBeGreaterThan(0.6);
    expect((first[0] ?? 0) * (second[0] ?? 0)).toBeCloseTo(-(first[1] ?? 0) * (second[1] ?? 0), 12);
  });
  test("are orthonormal, with their largest number positive, in 64 columns as in 3", () => {
    for (const width of [3, 17, 64]) {
      const rows = Float32Array.from(
        { length: width * 90 },
        (_, i) => Math.sin(i * i) + (i % 5) / 9,
      );
      const [a, b] = principalPlane(rows, width);
      const dot = (u: Float64Array, v: Float64Array) =>
        u.reduce((sum, it, i) => sum + it * (v[i] ?? 0), 0);
      expect([dot(a, a), dot(b, b), dot(a, b)]).toBeNear([1, 1, 0], { absolute: 1e-12 });
      for (const it of [a, b]) {
        expect(Math.max(...it)).toBe(Math.max(...it.map(Math.abs)));
      }
    }
  });
  test("of rows that don't vary are two columns", () => {
    expect(principalPlane(new Float32Array(12), 3).map((it) => [...it])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});
