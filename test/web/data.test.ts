// What the model reads of a run's data: sets of the library, inputs made of coordinates, points by hand.

import { datasets, type LayerwiseError } from "layerwise";
import { describe, expect, test } from "vitest";
import {
  type DataName,
  type DataSettings,
  dataNames,
  defaultSettings,
  type PointEdit,
  type Settings,
} from "../../web/src/recipe.ts";
import { sin } from "../../web/src/sine.ts";
import { makeData, type RunData } from "../../web/src/worker/data.ts";
import { trains } from "../../web/src/worker/deal.ts";
import { pointsAsCSV } from "../../web/src/worker/export.ts";
import { liftOf } from "../../web/src/worker/features.ts";
import { failure } from "../support/failure.ts";

const settings = (data: Partial<DataSettings>, others: Partial<Settings> = {}): Settings => ({
  ...defaultSettings,
  ...others,
  data: { ...defaultSettings.data, samples: 400, trainShare: 0.7, ...data },
});
const make = (data: Partial<DataSettings> = {}, others?: Partial<Settings>) =>
  makeData(settings(data, others));
const rowsOf = ({ all }: RunData) =>
  Array.from({ length: all.samples }, (_, i) => [...all.slice(i, i + 1).features]);
const draw = (...labels: readonly number[]): PointEdit[] =>
  labels.map((label, i) => ({ do: "add", x: i / 4, y: -i / 8, label }));

describe("generated data", () => {
  const generated = dataNames.filter((it) => it !== "drawn" && it !== "table");
  test("trains and tests on the very samples of the library's split, in its order", () => {
    const { train, test: held, points } = make();
    const data = datasets.circles({ samples: 400, noise: 0.1, seed: 1, classes: 2 });
    const split = data.split({ fraction: 0.7, seed: 1 });
    expect(train.features).toEqual(split.train.features);
    expect(train.targets).toEqual(split.train.targets);
    expect(held.features).toEqual(split.test.features);
    expect(points.positions).toEqual(data.features);
    expect(points.targets).toEqual(data.targets);
    expect(points.classNames).toEqual(["inside or outside", "between"]);
    expect([...points.numbers]).toEqual([...data.labels().keys()]);
  });
  for (const name of generated) {
    test(`${name}: points, parts and inputs agree`, () => {
      const { points, all, train, test: held, parts, lift } = make({ name, samples: 90 });
      expect(points.targets).toHaveLength(90);
      expect([...parts.train, ...parts.test].sort((a, b) => a - b)).toEqual([
        ...points.targets.keys(),
      ]);
      expect(all.select(parts.train).features).toEqual(train.features);
      expect(all.select(parts.test).targets).toEqual(held.targets);
      expect([...points.held].filter((it) => it === 1)).toHaveLength(held.samples);
      expect([...lift(0.25, -2)]).toEqual([0.25, -2]);
      expect(all.features).toEqual(points.positions);
    });
    test(`${name}: every point is on the map, which is a square about the origin`, () => {
      for (const noise of [0, 0.1, 1]) {
        const { points } = make({ name, noise });
        const { x, y } = points.window;
        expect(x).toEqual(y);
        expect(x[0]).toBe(-x[1]);
        expect(points.positions.every((it) => Math.abs(it) <= x[1])).toBe(true);
        if (noise <= 0.1 && name !== "gaussians" && name !== "checkerboard") expect(x[1]).toBe(3);
      }
    });
  }
  test("has as many classes as the set can have, of those asked for", () => {
    const classes = (name: DataName, asked: number) =>
      make({ name, classes: asked }).points.classes;
    expect([2, 3, 6].map((it) => classes("circles", it))).toEqual([2, 3, 3]);
    expect([0, 4, 9].map((it) => classes("rings", it))).toEqual([2, 4, 6]);
    expect(classes("gaussians", 5)).toBe(5);
    expect(classes("spiral", 3)).toBe(3);
    expect(classes("moons", 6)).toBe(2);
    expect(classes("hills", 6)).toBe(0);
  });
  test("of the sine has the library's x and targets, and spreads the points over y", () => {
    const { points } = make({ name: "sine", samples: 50, noise: 0.2, seed: 4 });
    const sine = datasets.sine({ samples: 50, noise: 0.2, seed: 4 });
    expect(points.positions.filter((_, i) => i % 2 === 0)).toEqual(sine.features);
    expect(points.targets).toEqual(sine.targets);
    expect(new Set(points.positions.filter((_, i) => i % 2 === 1)).size).toBe(50);
  });
  test("trains on all points where none is left to test", () => {
    const { train, test: held, points } = make({ trainShare: 1 });
    expect(held.features).toEqual(train.features);
    expect(train.samples).toBe(400);
    expect(points.held.some((it) => it === 1)).toBe(false);
  });
  test("refuses a share that leaves none to train", () => {
    expect(failure(() => make({ trainShare: 0.001 })).code).toBe("invalidArgument");
  });
});

describe("inputs", () => {
  test("are made of the coordinates, of points and all over the map alike", () => {
    const features = ["x", "y", "x²", "y²", "xy", "sin x", "sin y"] as const;
    const { lift, train, points, all } = make({}, { features });
    expect([...lift(0.5, -1.5)]).toEqual([0.5, -1.5, 0.25, 2.25, -0.75, sin(0.5), sin(-1.5)]);
    expect(train.featureCount).toBe(7);
    expect(points.inputs).toEqual(features);
    const [x = 0, y = 0] = points.positions.subarray(10, 12);
    expect(all.features.subarray(35, 42)).toEqual(Float32Array.from(lift(x, y)));
  });
  test("come in the order asked for", () => {
    expect(make({}, { features: ["y²", "x"] }).lift(2, 3)).toEqual([9, 2]);
  });
  test("are one at least, and none twice", () => {
    expect(failure(() => make({}, { features: [] })).code).toBe("invalidArgument");
    expect(failure(() => make({}, { features: ["x", "x"] })).code).toBe("invalidArgument");
    expect(failure(() => liftOf(["z" as "x"])).code).toBe("invalidArgument");
  });
  test("have a sine of the right value", () => {
    const xs = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 50);
    expect(xs.map(sin)).toBeNear(xs.map(Math.sin), { absolute: 3e-15 });
    expect([sin(0), sin(1), sin(-1), sin(3)]).toEqual([
      0, 0.8414709848078965, -0.8414709848078965, 0.1411200080598671,
    ]);
  });
});

describe("targets", () => {
  test("are class numbers or one-hot rows, as the loss reads them", () => {
    const width = (loss: Settings["loss"], classes: number) =>
      make({ name: "rings", classes }, { loss }).train.targetWidth;
    expect(width("auto", 4)).toBe(1);
    expect(width("sparseCategoricalCrossentropy", 4)).toBe(1);
    expect(width("categoricalCrossentropy", 4)).toBe(4);
    expect(width("meanSquaredError", 4)).toBe(4);
    expect(width("hinge", 2)).toBe(1);
    const { all, points } = make({ name: "rings", classes: 4 }, { loss: "hinge" });
    expect([...all.labels()]).toEqual([...points.targets]);
  });
});

describe("edits", () => {
  const byNumber = ({ points }: RunData, number: number) => {
    const at = points.numbers.indexOf(number);
    const [x, y] = points.positions.subarray(2 * at, 2 * at + 2);
    return { x, y, target: points.targets[at], held: points.held[at] };
  };
  const edits: readonly PointEdit[] = [
    { do: "move", point: 3, x: 0.1, y: -2.5 },
    { do: "remove", point: 0 },
    { do: "add", x: 1, y: 2, label: 1 },
    { do: "add", x: -1, y: 2, label: 0 },
    { do: "move", point: 400, x: 1.5, y: 2 },
    { do: "remove", point: 401 },
    { do: "add", x: 0.5, y: 0.5, label: 1 },
  ];
  test("move, remove and add points, which keep their numbers", () => {
    const [plain, edited] = [make(), make({ edits })];
    const x = Math.fround(0.1);
    expect(byNumber(edited, 3)).toEqual({ ...byNumber(plain, 3), x, y: -2.5 });
    expect(byNumber(edited, 400)).toMatchObject({ x: 1.5, y: 2, target: 1 });
    expect([...edited.points.numbers]).toEqual([
      ...Array.from({ length: 399 }, (_, i) => i + 1),
      400,
      402,
    ]);
    expect(rowsOf(edited)[2]).toEqual([x, -2.5]);
    expect(edited.all.samples).toBe(401);
  });
  test("leave everybody else's part and place alone", () => {
    const [plain, edited] = [make(), make({ edits })];
    for (const number of plain.points.numbers) {
      if (number === 0 || number === 3) continue;
      expect(byNumber(edited, number)).toEqual(byNumber(plain, number));
    }
    const trained = (data: RunData) => data.parts.train.map((i) => data.points.numbers[i]);
    expect(trained(edited).filter((it = 0) => it < 400)).toEqual(
      trained(plain).filter((it) => it !== 0),
    );
    expect(edited.points.window).toEqual(plain.points.window);
  });
  test("deal added points out by the share within each class, the first one to train", () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    for (const trainShare of [0.5, 0.7, 0.9]) {
      const { points } = make({ name: "drawn", trainShare, edits: draw(...labels) });
      for (const label of [0, 1]) {
        const held = [...points.held].filter((_, i) => points.targets[i] === label);
        expect(held[0]).toBe(0);
        expect(held.filter((it) => it === 0)).toHaveLength(Math.round(20 * trainShare));
      }
    }
    expect([0, 1, 2, 3].map((it) => trains(it, 1))).toEqual([true, true, true, true]);
  });
  test("refuse a point that is not there, and a class that is none", () => {
    const refused = (edit: PointEdit) => failure(() => make({ edits: [...edits, edit] }));
    expect(refused({ do: "remove", point: 0 })).toMatchObject({
      code: "invalidArgument",
      details: { where: "edits", got: "0" },
    });
    expect(refused({ do: "move", point: 403, x: 0, y: 0 }).details.got).toBe("403");
    expect(refused({ do: "add", x: 0, y: 0, label: 2 }).details.got).toBe("2");
    expect(refused({ do: "add", x: 0, y: 0, label: 0.5 }).details.got).toBe("0.5");
    expect(refused({ do: "add", x: Number.NaN, y: 0, label: 0 }).code).toBe("nanInData");
  });
  test("give quantities any value", () => {
    const { points } = make({ name: "hills", edits: [{ do: "add", x: 0, y: 0, label: -7.25 }] });
    expect(points.targets.at(-1)).toBe(-7.25);
  });
});

describe("drawn data", () => {
  const message = (edits: readonly PointEdit[]) => {
    try {
      make({ name: "drawn", edits });
      return "";
    } catch (error) {
      return (error as LayerwiseError).message;
    }
  };
  test("say what is missing", () => {
    expect(message([])).toBe(
      "data: required two classes at least among the points that train, got no points. Draw points of two classes.",
    );
    expect(message(draw(1, 1, 1))).toContain("got points of one class");
    expect(message(draw(0, 1))).toBe("");
  });
  test("have the classes to draw with, drawn or not", () => {
    const { points, all } = make({ name: "drawn", classes: 4, edits: draw(0, 3, 0, 3) });
    expect(points.classes).toBe(4);
    expect(points.classNames).toEqual(["class 1", "class 2", "class 3", "class 4"]);
    expect(all.classes).toBe(4);
  });
  test("of which one class was removed are refused like any other", () => {
    const data = make({ samples: 20 });
    const edits = [...data.points.numbers]
      .filter((_, i) => data.points.targets[i] === 1)
      .map((point) => ({ do: "remove", point }) as const);
    expect(failure(() => make({ samples: 20, edits })).details).toMatchObject({
      got: "points of one class",
      remedy: "Add points of another class.",
    });
  });
});

describe("points as CSV", () => {
  test("hold every point with its class and part, in numbers that read back as they were", () => {
    const data = make({ samples: 40, edits: [{ do: "add", x: 1 / 3, y: 1e-7, label: 0 }] });
    const [header, ...lines] = pointsAsCSV(data).trimEnd().split("\n");
    expect(header).toBe("x,y,class,part");
    const cells = lines.map((line) => line.split(","));
    expect(Float32Array.from(cells.flatMap(([x, y]) => [Number(x), Number(y)]))).toEqual(
      data.points.positions,
    );
    expect(cells.map((it) => it[2])).toEqual(
      [...data.points.targets].map((it) => data.points.classNames[it]),
    );
    expect(cells.map((it) => it[3])).toEqual(
      [...data.points.held].map((it) => (it === 1 ? "test" : "train")),
    );
    expect(lines.at(-1)).toBe("0.33333334,1e-7,inside or outside,train");
  });
  test("hold the values of quantities", () => {
    const data = make({ name: "plane", samples: 10 });
    const [header, ...lines] = pointsAsCSV(data).trimEnd().split("\n");
    expect(header).toBe("x,y,value,part");
    const values = Float32Array.from(lines, (line) => Number(line.split(",")[2]));
    expect(values).toEqual(data.points.targets);
  });
  test("quote names that need it", () => {
    const { points } = make({ samples: 4, trainShare: 1 });
    const csv = pointsAsCSV({
      points: { ...points, classNames: ['a "b"', "c,d"], axes: ["x, m", "y"] },
    });
    expect(csv.split("\n")[0]).toBe('"x, m",y,class,part');
    expect(csv).toContain(',"c,d",train');
    expect(csv).toContain(',"a ""b""",train');
  });
});
