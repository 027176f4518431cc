// The lens' spaces: what layers give, how dense layers fold the space below into their own, along which
// axes all this is seen, and input planes that a function lifts.

import { describe, expect, test } from "vitest";
import {
  activation,
  adam,
  type Dataset,
  datasets,
  dense,
  dropout,
  flatten,
  fromArrays,
  type Layer,
  type LayerLens,
  type Lens,
  type LensOptions,
  type PlaneOptions,
  type Sequential,
  sequential,
} from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

/** Steps of the probes, where what they learn does not matter. */
const few = { probeSteps: 3 };
const moons = datasets.moons({ samples: 60, noise: 0.2, seed: 3 });
const biased = { biasInitializer: "randomUniform" } as const;

async function make(layers: readonly Layer[], inputs = 2): Promise<Sequential> {
  return sequential({ inputShape: [inputs], seed: 4, layers });
}

const layerOf = (lens: Lens, name: string): LayerLens => {
  const layer = lens.layers.find((it) => it.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  return layer;
};

type Matrix = readonly (readonly number[])[];
const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? 0), 0)),
  );
const column = (matrix: Matrix, j: number) => matrix.map((row) => row[j] ?? Number.NaN);
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const featureRows = ({ features, featureCount, samples }: Dataset): number[][] =>
  Array.from({ length: samples }, (_, i) => [
    ...features.subarray(i * featureCount, (i + 1) * featureCount),
  ]);

describe("activations", () => {
  test("are what the layer gives for the shown samples", async () => {
    using model = await make([dense(5, "tanh"), dropout(0.5), dense(1, "sigmoid")]);
    const { layers, data } = await model.lens(moons, few);
    expect(layers.map((it) => it.activations.shape)).toEqual([
      [60, 2],
      [60, 5],
      [60, 1],
    ]);
    expect(layers[0]?.activations.data).toEqual(data.features);
    expect(layers[2]?.activations.data).toEqual((await model.predict(moons)).data);
  });
  test("of the input are copies, as the model reads it", async () => {
    using model = await make([dense(2, "tanh"), dense(1, "sigmoid")]);
    const before = moons.features.slice();
    const raw = await model.lens(moons, few);
    raw.layers[0]?.activations.data.fill(7);
    expect(moons.features).toEqual(before);
    model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
    await model.fit(moons.normalize());
    const { layers } = await model.lens(moons, few);
    expect(layers[0]?.activations.data).toEqual(moons.normalize().features);
  });
});

describe("the folding of a dense layer", () => {
  const expectFolded = async (layers: readonly Layer[], name: string, below: string) => {
    using model = await make(layers);
    const lens = await model.lens(moons, { ...few, resolution: 0, lines: 3 });
    const { representation, width } = layerOf(lens, name);
    const axes = representation.axes.rows();
    const weights = model.getWeights();
    const weight = weights[`${name}.weight`]?.rows() ?? [];
    const bias = [...(weights[`${name}.bias`]?.data ?? new Float32Array(width))];
    const x = layerOf(lens, below).activations.rows();
    const weighted = product(product(x, weight), axes);
    const [[left = 0, up = 0] = []] = product([bias], axes);
    const shifted = weighted.map(([a = 0, b = 0]) => [a + left, b + up]);
    const { folding } = representation;
    const near = { absolute: 1e-5 };
    expect(folding?.weighted.points.data).toBeNear(weighted.flat(), near);
    expect(folding?.shifted.points.data).toBeNear(shifted.flat(), near);
    expect(folding?.weighted.points.shape).toEqual(representation.points.shape);
    return { lens, folding, representation, shift: [left, up] as const };
  };

  test("is x·W, then + b", async () => {
    const layers = [dense({ units: 2, activation: "tanh", ...biased }), dense(1)];
    await expectFolded(layers, "dense_1", "input");
  });
  test("ends, by f, in its points and lines", async () => {
    const layers = [dense({ units: 2, activation: "tanh", ...biased }), dense(1)];
    const { folding, representation } = await expectFolded(layers, "dense_1", "input");
    const bent = Array.from(folding?.shifted.points.data ?? [], Math.tanh);
    expect(representation.points.data).toBeNear(bent, { absolute: 1e-6 });
    const lines = Array.from(folding?.shifted.lines?.data ?? [], Math.tanh);
    expect(representation.lines?.data).toBeNear(lines, { absolute: 1e-6 });
    expect(folding?.shifted.lines?.shape).toEqual(representation.lines?.shape);
  });
  test("is seen along the axes of a wide layer", async () => {
    const layers = [dense({ units: 7, activation: "gelu", ...biased }), dense(9, "tanh"), dense(1)];
    await expectFolded(layers, "dense_1", "input");
    await expectFolded(layers, "dense_2", "dense_1");
    await expectFolded(layers, "dense_3", "dense_2");
  });
  test("begins behind dropout and activation layers", async () => {
    const layers = [
      flatten(),
      dense(3),
      activation("sine"),
      dropout(0.5),
      dense({ units: 4, activation: "step", ...biased }),
      dense(1),
    ];
    const { lens } = await expectFolded(layers, "dense_2", "activation_1");
    expect(lens.layers.map((it) => it.representation.folding !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });
  test("shifts by nothing without a bias", async () => {
    const layers = [dense({ units: 6, activation: "tanh", useBias: false }), dense(1)];
    const { folding } = await expectFolded(layers, "dense_1", "input");
    expect(folding?.shifted).toEqual(folding?.weighted);
  });
  test("carries lines like points", async () => {
    const layers = [dense({ units: 5, activation: "tanh", ...biased }), dense(1)];
    const { lens, folding, representation, shift } = await expectFolded(layers, "dense_1", "input");
    using model = await make(layers);
    const weight = model.getWeights()["dense_1.weight"]?.rows() ?? [];
    const below = layerOf(lens, "input").representation.lines?.data ?? new Float32Array(0);
    const positions = Array.from({ length: below.length / 2 }, (_, i) => [
      ...below.subarray(2 * i, 2 * i + 2),
    ]);
    const want = product(product(positions, weight), representation.axes.rows());
    const near = { absolute: 1e-5 };
    expect(folding?.weighted.lines?.data).toBeNear(want.flat(), near);
    expect(folding?.shifted.lines?.data).toBeNear(
      want.flatMap(([a = 0, b = 0]) => [a + shift[0], b + shift[1]]),
      near,
    );
  });
  test("has no lines where there are none", async () => {
    using model = await make([dense(2, "tanh"), dense(1)]);
    const { layers } = await model.lens(moons, { ...few, lines: 0 });
    const { folding } = layers[1]?.representation ?? {};
    expect([folding?.weighted.lines, folding?.shifted.lines]).toEqual([undefined, undefined]);
  });
});

describe("the projection by the probe", () => {
  const steps = kernelName === "check" ? 30 : 100;
  const probing: LensOptions = { resolution: 0, projection: "probe", probeSteps: steps };
  const isOrthonormal = ({ representation }: LayerLens) => {
    const axes = representation.axes.rows();
    const [a, b] = [column(axes, 0), column(axes, 1)];
    expect([dot(a, a), dot(b, b), dot(a, b)]).toBeNear([1, 1, 0], { absolute: 1e-6 });
    return [a, b] as const;
  };

  test("lays the first axis along the probe, towards class 1", async () => {
    using model = await make([dense(7, "tanh"), dense(5, "relu"), dense(1, "sigmoid")]);
    const { layers } = await model.lens(moons, probing);
    for (const layer of layers.filter((it) => it.width > 2)) {
      const [first, second] = isOrthonormal(layer);
      const w = column(layer.probe.weight.rows(), 0);
      const length = Math.sqrt(dot(w, w));
      expect(dot(w, first)).toBeCloseTo(length, 5);
      expect(dot(w, second) / length).toBeCloseTo(0, 5);
    }
  });
  test("separates the projected points as the probe does", async () => {
    using model = await make([dense(7, "tanh"), dense(1, "sigmoid")]);
    const layer = layerOf(await model.lens(moons, probing), "dense_1");
    const { weight, bias } = layer.probe;
    const [w, b] = [column(weight.rows(), 0), bias.data[0] ?? 0];
    const logits = layer.activations.rows().map((row) => dot(row, w) + b);
    const length = Math.sqrt(dot(w, w));
    const [a] = isOrthonormal(layer);
    const seen = layer.representation.points.rows().map(([x = 0]) => length * x + b);
    expect(dot(a, w)).toBeGreaterThan(0);
    expect(seen).toBeNear(logits, { absolute: 1e-4 });
    expect(logits.some((it) => it > 0) && logits.some((it) => it < 0)).toBe(true);
  });
  test("shows three classes in the plane that their lines are in", async () => {
    const data = datasets.circles({ samples: 90, classes: 3, seed: 2 });
    using model = await make([dense(8, "tanh"), dense(3, "softmax")]);
    const layer = layerOf(await model.lens(data, probing), "dense_1");
    const axes = isOrthonormal(layer);
    const weight = layer.probe.weight.rows();
    const points = layer.representation.points.rows();
    for (const [from, to] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const w = weight.map((row) => (row[to] ?? 0) - (row[from] ?? 0));
      const exact = layer.activations.rows().map((row) => dot(row, w));
      const [a, b] = axes.map((axis) => dot(axis, w)) as [number, number];
      const seen = points.map(([x = 0, y = 0]) => a * x + b * y);
      expect(seen).toBeNear(exact, { absolute: 1e-4 });
    }
    expect(dot(axes[0], column(weight, 1)) - dot(axes[0], column(weight, 0))).toBeGreaterThan(0);
  });
  test("shows a fit along its gradient, two fits in the plane of theirs", async () => {
    const rows = featureRows(moons);
    const targets = rows.map(([x = 0, y = 0]) => [x + y, x * y, y]);
    for (const outputs of [1, 3]) {
      const y = targets.map((it) => it.slice(0, outputs));
      const data = fromArrays({ features: rows, targets: y, task: "regression" });
      using model = await make([dense(6, "tanh"), dense(outputs)]);
      const layer = layerOf(await model.lens(data, probing), "dense_1");
      const axes = isOrthonormal(layer);
      for (let fit = 0; fit < Math.min(outputs, 2); fit++) {
        const w = column(layer.probe.weight.rows(), fit);
        const shares = axes.map((axis) => dot(axis, w));
        expect(Math.hypot(...shares)).toBeCloseTo(Math.sqrt(dot(w, w)), 4);
        if (fit === 0) expect(shares).toBeNear([Math.sqrt(dot(w, w)), 0], { absolute: 1e-4 });
      }
    }
  });
  test("leaves layers of one unit and two as they are", async () => {
    using model = await make([dense(2, "tanh"), dense(1, "sigmoid")]);
    const [fixed, probed] = [
      await model.lens(moons, few),
      await model.lens(moons, { ...few, ...probing }),
    ];
    expect(probed.layers.map((it) => it.representation.axes)).toEqual(
      fixed.layers.map((it) => it.representation.axes),
    );
  });
  test("falls back on the fixed axes for a probe that says nothing", async () => {
    using model = await make([dense(5, "tanh"), dense(1, "sigmoid")]);
    // Dead units: the probe's weights stay at 0.
    model.setWeights({ "dense_1.weight": new Float32Array(10) });
    const [fixed, probed] = [
      await model.lens(moons, few),
      await model.lens(moons, { ...few, ...probing }),
    ];
    const [a, b] = [fixed, probed].map((it) => layerOf(it, "dense_1"));
    expect(b?.probe.weight.data.every((it) => it === 0)).toBe(true);
    expect(b?.representation.axes).toEqual(a?.representation.axes);
  });
  test("is not the default", async () => {
    using model = await make([dense(5, "tanh"), dense(1, "sigmoid")]);
    const axes = async (options: LensOptions) =>
      layerOf(await model.lens(moons, { ...few, ...options }), "dense_1").representation.axes;
    expect(await axes({})).toEqual(await axes({ projection: "fixed" }));
    expect(await axes({})).not.toEqual(await axes({ projection: "probe" }));
  });
  test("another word is no projection: unknownName", async () => {
    using model = await make([dense(1, "sigmoid")]);
    const projection = "pca" as "fixed";
    expect(await rejection(() => model.lens(moons, { projection }))).toMatchObject({
      code: "unknownName",
      details: { known: ["fixed", "probe"] },
    });
  });
});

describe("a lifted plane", () => {
  const lift = (x: number, y: number) => [x, y, x * x, x * y, Math.sin(x)];
  const window = { x: [-2, 3], y: [-1, 1.5] } as const;
  const lifted = fromArrays({
    features: featureRows(moons).map(([x = 0, y = 0]) => lift(x, y)),
    targets: [...moons.labels()],
    classes: 2,
  });
  const layers = () => [dense(4, "tanh"), dense(1, "sigmoid")];

  /** The middles of cells, row by row from the top. */
  const positions = (resolution: number): (readonly [number, number])[] =>
    Array.from({ length: resolution ** 2 }, (_, i) => [
      -2 + (5 * ((i % resolution) + 0.5)) / resolution,
      1.5 - (2.5 * (Math.floor(i / resolution) + 0.5)) / resolution,
    ]);

  test("shows the model at the rows that the function gives", async () => {
    using model = await make(layers(), 5);
    const lens = await model.lens(lifted, { ...few, resolution: 6, plane: { ...window, lift } });
    const rows = positions(6).map(([x, y]) => lift(x, y));
    expect(layerOf(lens, "dense_2").units?.data).toEqual((await model.predict(rows)).data);
    expect(lens.plane).toEqual({ features: undefined, ...window });
    const probe = layerOf(lens, "input").probe;
    const w = column(probe.weight.rows(), 0);
    const chances = rows.map((row) => 1 / (1 + Math.exp(-dot(row, w) - (probe.bias.data[0] ?? 0))));
    expect(layerOf(lens, "input").boundary?.data).toBeNear(chances, { absolute: 1e-5 });
  });
  test("has maps of 64 cells and lines unless they are asked for", async () => {
    using model = await make(layers(), 5);
    const plane = { ...window, lift };
    const { layers: all } = await model.lens(lifted, { ...few, plane });
    expect(all[1]?.units?.shape).toEqual([4, 64, 64]);
    expect(all[1]?.representation.lines?.shape).toEqual([22, 33, 2]);
    const none = await model.lens(lifted, { ...few, plane, resolution: 0 });
    expect([none.plane, none.layers[1]?.units]).toEqual([undefined, undefined]);
  });
  test("carries its lines", async () => {
    using model = await make([dense(2, "tanh"), dense(1, "sigmoid")], 5);
    const options = { ...few, resolution: 0, lines: 2, plane: { ...window, lift } };
    const { lines } = layerOf(await model.lens(lifted, options), "dense_1").representation;
    using head = await make([dense(2, "tanh")], 5);
    const { "dense_1.weight": weight, "dense_1.bias": bias } = model.getWeights();
    if (weight && bias) head.setWeights({ "dense_1.weight": weight, "dense_1.bias": bias });
    const corners = [lift(-2, -1), lift(3, 1.5)];
    const [from = [], to = []] = (await head.predict(corners)).rows();
    // The first vertical line goes up at the left, the last horizontal one to the right on top.
    expect([...(lines?.data.subarray(0, 2) ?? [])]).toEqual(from);
    expect([...(lines?.data.subarray(-2) ?? [])]).toEqual(to);
  });
  test("that is the plane itself shows what the plane shows", async () => {
    using model = await make(layers());
    const options = { ...few, resolution: 8 };
    const plain = await model.lens(moons, { ...options, plane: window });
    const plane: PlaneOptions = { ...window, lift: (x, y) => [x, y] };
    expect((await model.lens(moons, { ...options, plane })).layers).toEqual(plain.layers);
  });
  test("is in the units of the data, also where the model normalizes", async () => {
    using model = await make(layers(), 5);
    model.compile({ optimizer: adam(), loss: "binaryCrossentropy" });
    await model.fit(lifted.normalize());
    const options = { ...few, resolution: 4, plane: { ...window, lift } };
    const lens = await model.lens(lifted, options);
    const rows = positions(4).map(([x, y]) => lift(x, y));
    expect(layerOf(lens, "dense_2").units?.data).toEqual((await model.predict(rows)).data);
  });

  const any = <T>(value: unknown) => value as T;
  test.each<[string, PlaneOptions, RegExp]>([
    ["without an extent", { lift, x: [0, 1] }, /^lens: plane\.y: required \[from, to\]/],
    ["without extents", { lift }, /^lens: plane\.x: required \[from, to\]/],
    ["with an extent that falls", { ...window, lift, x: [1, 0] }, /^lens: plane\.x: required/],
    ["with features", { ...window, lift, features: [0, 1] }, /^lens: plane\.lift: .*no features/],
    ["that is no function", { ...window, lift: any("x") }, /^lens: plane\.lift: .*a function/],
    [
      "that gives too few numbers",
      { ...window, lift: (x, y) => [x, y] },
      /^lens: plane\.lift: required input rows of 5 finite numbers, got \[-/,
    ],
    ["that gives nothing", { ...window, lift: any(() => undefined) }, /lift: .*got undefined/],
    [
      "that gives NaN somewhere",
      { ...window, lift: (x, y) => [x, y, 0, 0, x > 2 ? Number.NaN : 1] },
      /^lens: plane\.lift: .*got \[.*NaN\]/,
    ],
    [
      "that gives numbers too large",
      { ...window, lift: (x, y) => [x, y, 0, 0, 1e39] },
      /^lens: plane\.lift: .*1e\+39\]/,
    ],
    [
      "that leaves a hole",
      { ...window, lift: any(() => Object.assign([1, 2, 3, 4], { length: 5 })) },
      /^lens: plane\.lift: /,
    ],
  ])("%s is refused: invalidArgument", async (_, plane, message) => {
    using model = await make(layers(), 5);
    const error = await rejection(() => model.lens(lifted, { ...few, plane }));
    expect(error.code).toBe("invalidArgument");
    expect(error.message).toMatch(message);
  });
});
