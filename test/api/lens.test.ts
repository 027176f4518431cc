// The lens: the input's probe is the linear classifier, boundaries and unit maps are what the model
// computes there, representations are the activations.

import { describe, expect, test } from "vitest";
import {
  adam,
  type Dataset,
  datasets,
  dense,
  dropout,
  engine,
  flatten,
  fromArrays,
  type LayerLens,
  type Lens,
  type NdArray,
  type Plane,
  type Sequential,
  sequential,
} from "../../src/index.ts";
import * as logistic from "../support/golden/logistic.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { referenceMlp } from "../support/reference.ts";
import { rejection } from "../support/rejection.ts";

const checked = kernelName === "check";
/** Steps of the probes, where what they learn does not matter. */
const few = { probeSteps: 3 };
const RESOLUTION = 8;

const moons = datasets.moons({ samples: 60, noise: 0.2, seed: 3 });

async function make(units: readonly number[] = [3, 2]): Promise<Sequential> {
  const layers = [...units.map((width) => dense(width, "tanh")), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], seed: 4, layers });
  model.compile({ optimizer: adam({ learningRate: 0.05 }), loss: "binaryCrossentropy" });
  return model;
}

const layerOf = (lens: Lens, name: string): LayerLens => {
  const layer = lens.layers.find((it) => it.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  return layer;
};

/** The middle of a cell, as the lens numbers them: row by row from the top. */
function cell(plane: Plane | undefined, resolution: number, index: number): [number, number] {
  if (plane === undefined) throw new Error("no plane");
  const [column, row] = [index % resolution, Math.floor(index / resolution)];
  const along = ([from, to]: readonly [number, number], share: number) =>
    from + share * (to - from);
  return [
    along(plane.x, (column + 0.5) / resolution),
    along(plane.y, 1 - (row + 0.5) / resolution),
  ];
}
const cells = (plane: Plane | undefined, resolution: number) =>
  Array.from({ length: resolution ** 2 }, (_, i) => cell(plane, resolution, i));

/** Every layer's outputs at given inputs, by the reference. */
function activations(model: Sequential, x: readonly (readonly number[])[]): Float64Array[] {
  const weights = model.getWeights();
  const names = model.layers.filter(({ type }) => type === "dense").map(({ name }) => name);
  const net = referenceMlp({
    inputs: x[0]?.length ?? 0,
    loss: "meanSquaredError",
    layers: names.map((name, i) => ({
      weight: Float64Array.from(weights[`${name}.weight`]?.data ?? []),
      bias: Float64Array.from(weights[`${name}.bias`]?.data ?? []),
      activation: i === names.length - 1 ? "sigmoid" : "tanh",
    })),
  });
  return net.forward(x.flat()).map(({ y }) => y);
}

/** [rows × width] → [width × rows] */
function transposed(values: ArrayLike<number>, width: number): number[] {
  const rows = values.length / width;
  return Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * width + Math.floor(i / rows)] ?? 0,
  );
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe("the probe of the input is the linear classifier", () => {
  const golden = { 2: logistic.binary, 3: logistic.multinomial } as const;
  for (const classes of [2, 3] as const) {
    const { x, labels } = logistic.points(classes);
    const rows = Array.from({ length: logistic.samples }, (_, i) => [
      ...x.subarray(3 * i, 3 * i + 3),
    ]);
    const data = fromArrays({ features: rows, targets: [...labels], classes });
    const outputs = classes === 2 ? 1 : classes;
    const probe = async (): Promise<LayerLens> => {
      const model = await sequential({ inputShape: [3], layers: [dense(outputs)] });
      return layerOf(await model.lens(data, { train: data }), "input");
    };
    /** Each column's standard deviation and mean: scikit-learn's numbers are of standardized features. */
    const moments = [0, 1, 2].map((j) => {
      const column = rows.map((row) => row[j] ?? 0);
      const mean = column.reduce((a, b) => a + b) / column.length;
      const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / column.length;
      return { mean, deviation: Math.sqrt(variance) };
    });

    test(`${classes} classes: as accurate as scikit-learn's`, async () => {
      expect((await probe()).accuracy).toBeCloseTo(golden[classes].accuracy, 12);
    });
    test(`${classes} classes: with its coefficients`, async () => {
      const { weight } = (await probe()).probe;
      const standardized = weight
        .rows()
        .map((row, j) => row.map((w) => w * (moments[j]?.deviation ?? 0)));
      const got = Array.from({ length: outputs }, (_, k) => standardized.map((row) => row[k] ?? 0));
      expect(got.flat()).toBeNear(golden[classes].coefficients.flat(), {
        relative: 0.01,
        absolute: 0.005,
      });
    });
    test(`${classes} classes: with its intercepts`, async () => {
      const { weight, bias } = (await probe()).probe;
      const shifted = [...bias.data].map((b, k) =>
        weight.rows().reduce((sum, row, j) => sum + (row[k] ?? 0) * (moments[j]?.mean ?? 0), b),
      );
      // Of a softmax only differences of intercepts matter: both are compared about their mean.
      const centered = (values: readonly number[]) => {
        const mean = classes === 2 ? 0 : values.reduce((a, b) => a + b) / values.length;
        return values.map((v) => v - mean);
      };
      expect(centered(shifted)).toBeNear(centered(golden[classes].intercepts), { absolute: 0.01 });
    });
  }
});

describe("accuracies", () => {
  test("rise from the input to the last hidden layer on circles", async () => {
    const steps = checked ? 60 : 300;
    const data = datasets.circles({ samples: checked ? 200 : 500, seed: 1, noise: 0.05 });
    const { train, test: held } = data.split(0.5);
    using model = await make([8, 8]);
    await model.fit(train, { epochs: checked ? 40 : 150, batchSize: 10 });
    const { layers } = await model.lens(held, { train, resolution: 0, probeSteps: steps });
    const [input = 0, , last = 0] = layers.map(({ accuracy }) => accuracy);
    expect(input).toBeLessThan(0.7);
    expect(last).toBeGreaterThan(checked ? 0.8 : 0.97);
  });
  test("are those of the probe on the samples that are not its own", async () => {
    const { train, test: held } = moons.split(0.5);
    const model = await make();
    const { accuracy, probe } = layerOf(await model.lens(held, { train, resolution: 0 }), "input");
    const [[w0 = 0] = [], [w1 = 0] = []] = probe.weight.rows();
    const [b = 0] = probe.bias.data;
    const labels = held.labels();
    const right = Array.from(labels, (label, i) => {
      const [x = 0, y = 0] = held.features.subarray(2 * i, 2 * i + 2);
      return (w0 * x + w1 * y + b > 0 ? 1 : 0) === label;
    });
    expect(accuracy).toBe(right.filter(Boolean).length / held.samples);
  });
  test("are the same however the data are scaled", async () => {
    const scaled = fromArrays({
      features: Array.from(moons.labels(), (_, i) => [
        1024 * (moons.features[2 * i] ?? 0),
        (moons.features[2 * i + 1] ?? 0) / 1024,
      ]),
      targets: moons.targets ?? [],
      classes: 2,
    });
    const model = await make();
    const [a, b] = [moons, scaled].map(async (data) =>
      layerOf(await model.lens(data, { resolution: 0 }), "input"),
    );
    expect((await b)?.accuracy).toBe((await a)?.accuracy);
  });
  test("need no compiled model", async () => {
    const model = await sequential({
      inputShape: [2],
      layers: [dense(3, "tanh"), dense(1, "sigmoid")],
    });
    const { layers } = await model.lens(moons, few);
    expect(layers.map(({ accuracy }) => accuracy).every((it) => it >= 0 && it <= 1)).toBe(true);
  });
  for (const compiled of [true, false]) {
    test(`tell classes from arrays of labels, ${compiled ? "compiled" : "not compiled"}`, async () => {
      const model = await sequential({ inputShape: [2], layers: [dense(1, "sigmoid")] });
      if (compiled) model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      const x = [
        [0, 1],
        [1, 0],
        [0, 2],
        [2, 0],
        [0, 3],
        [3, 0],
      ];
      const { layers } = await model.lens({ x, y: [0, 1, 0, 1, 0, 1] }, { ...few, resolution: 0 });
      expect(layers.map(({ accuracy }) => Number.isNaN(accuracy))).toEqual([false, false]);
    });
  }
  test("tell classes from arrays of one-hot rows", async () => {
    const model = await sequential({ inputShape: [2], layers: [dense(3, "softmax")] });
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    const x = [
      [0, 1],
      [1, 0],
      [0, 2],
      [2, 0],
      [5, 5],
      [5, 6],
    ];
    const y = [
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ];
    const { layers } = await model.lens({ x, y }, { ...few, resolution: 0 });
    expect(layers[0]?.probe.bias.data).toHaveLength(3);
  });
});

describe("boundaries", () => {
  test("of the input are straight: the logits are a plane over the grid", async () => {
    const model = await make();
    const lens = await model.lens(moons, { resolution: RESOLUTION });
    const { boundary } = layerOf(lens, "input");
    const logits = Array.from(boundary?.data ?? [], (p) => Math.log(p / (1 - p)));
    const at = (row: number, column: number) => logits[row * RESOLUTION + column] ?? Number.NaN;
    // A plane has no mixed and no second differences.
    const bends: number[] = [];
    for (let i = 1; i < RESOLUTION - 1; i++) {
      for (let j = 1; j < RESOLUTION - 1; j++) {
        bends.push(
          at(i, j - 1) - 2 * at(i, j) + at(i, j + 1),
          at(i - 1, j) - 2 * at(i, j) + at(i + 1, j),
        );
        bends.push(at(i, j) - at(i + 1, j) - at(i, j + 1) + at(i + 1, j + 1));
      }
    }
    expect(bends).toBeNear(new Array(bends.length).fill(0), { absolute: 1e-3 });
  });
  test("are the probe's answers at the cells", async () => {
    const model = await make();
    const lens = await model.lens(moons, { ...few, resolution: RESOLUTION });
    const at = cells(lens.plane, RESOLUTION);
    const values = [at.flat(), ...activations(model, at)];
    for (const [index, { width, probe, boundary }] of lens.layers.entries()) {
      const expected = at.map((_, i) => {
        const z = probe.weight
          .rows()
          .reduce(
            (sum, [w = 0], j) => sum + w * (values[index]?.[i * width + j] ?? 0),
            probe.bias.data[0] ?? 0,
          );
        return sigmoid(z);
      });
      expect(boundary?.data).toBeNear(expected, { absolute: 1e-5 });
    }
  });
  test("of three classes hold three probabilities that sum to 1", async () => {
    const data = datasets.circles({ samples: 60, classes: 3 });
    const model = await sequential({
      inputShape: [2],
      layers: [dense(4, "tanh"), dense(3, "softmax")],
    });
    const { layers } = await model.lens(data, { ...few, resolution: 3 });
    for (const { boundary } of layers) {
      expect(boundary?.shape).toEqual([3, 3, 3]);
      const [first, second] = [
        boundary?.data.subarray(0, 3) ?? [],
        boundary?.data.subarray(24) ?? [],
      ];
      const sums = [first, second].map((row) => Array.from(row).reduce((a, b) => a + b));
      expect(sums).toBeNear([1, 1], { absolute: 1e-6 });
    }
  });
});

describe("unit maps", () => {
  const mapsOf = async (model: Sequential, resolution = RESOLUTION) => {
    const lens = await model.lens(moons, { ...few, resolution });
    return { lens, at: cells(lens.plane, resolution) };
  };
  test("of the output are what predict says at the cells, to the bit", async () => {
    const model = await make();
    await model.fit(moons, { epochs: 3 });
    const { lens, at } = await mapsOf(model);
    const predicted = await model.predict(at);
    expect(layerOf(lens, "dense_3").units?.data).toEqual(predicted.data);
  });
  test("of every layer are its activations at the cells", async () => {
    const model = await make();
    const { lens, at } = await mapsOf(model);
    const values = activations(model, at);
    for (const [index, { width, units }] of lens.layers.slice(1).entries()) {
      expect(units?.shape).toEqual([width, RESOLUTION, RESOLUTION]);
      expect(units?.data).toBeNear(transposed(values[index] ?? [], width), { absolute: 1e-6 });
    }
  });
  test("of the input are the coordinates, the first row on top", async () => {
    const model = await make();
    const { lens, at } = await mapsOf(model, 2);
    const { units } = layerOf(lens, "input");
    const [[, top = 0] = [], , [, bottom = 0] = []] = at;
    expect(units?.data).toBeNear(transposed(at.flat(), 2), { relative: 1e-6 });
    expect(top).toBeGreaterThan(bottom);
  });
  test("cover more cells than one forward call takes", async () => {
    const model = await make();
    const resolution = checked ? 20 : 100;
    const { lens, at } = await mapsOf(model, resolution);
    const predicted = await model.predict(at);
    expect(layerOf(lens, "dense_3").units?.data).toEqual(predicted.data);
  });
  test("show no dropout", async () => {
    const layers = [dense(3, "tanh"), dropout(0.9), dense(1, "sigmoid")];
    const model = await sequential({ inputShape: [2], layers });
    const { lens, at } = await mapsOf(model, 2);
    expect(lens.layers.map(({ name }) => name)).toEqual(["input", "dense_1", "dense_2"]);
    expect(layerOf(lens, "dense_2").units?.data).toEqual((await model.predict(at)).data);
  });
});

describe("representations", () => {
  test("of two units are the activations themselves", async () => {
    const model = await make();
    const { layers, data } = await model.lens(moons, few);
    const rows = Array.from({ length: data.samples }, (_, i) => [
      ...data.features.subarray(2 * i, 2 * i + 2),
    ]);
    const { representation } = layers[2] as LayerLens;
    expect(representation.axes.rows()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(representation.points.data).toBeNear(activations(model, rows)[1] ?? [], {
      absolute: 1e-6,
    });
  });
  test("of the input are the data", async () => {
    const model = await make();
    const lens = await model.lens(moons, few);
    expect(layerOf(lens, "input").representation.points.data).toEqual(moons.features);
  });
  test("of one unit lie on the first axis", async () => {
    const model = await make();
    const { points } = layerOf(await model.lens(moons, few), "dense_3").representation;
    const predicted = (await model.predict(moons)).rows();
    expect(points.rows()).toEqual(predicted.map(([p = 0]) => [p, 0]));
  });
  test("of many units are a projection on two orthonormal axes that the width alone decides", async () => {
    const [a, b] = [await make([7, 7]), await make([7])];
    const lenses = [await a.lens(moons, few), await b.lens(datasets.xor({ samples: 20 }), few)];
    const axes = lenses
      .flatMap(({ layers }) => layers.filter(({ width }) => width === 7))
      .map((it) => it.representation.axes);
    const [[...first]] = [axes.map((it) => [...it.data])];
    expect(new Set(first.map(String)).size).toBe(1);
    const rows = (axes[0] as NdArray).rows();
    const dot = (i: number, j: number) =>
      rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0);
    expect([dot(0, 0), dot(1, 1), dot(0, 1)]).toBeNear([1, 1, 0], { absolute: 1e-6 });
  });
  test("project the data as the axes say", async () => {
    const model = await make([5]);
    const { representation } = layerOf(await model.lens(moons, few), "dense_1");
    const rows = Array.from({ length: moons.samples }, (_, i) => [
      ...moons.features.subarray(2 * i, 2 * i + 2),
    ]);
    const values = activations(model, rows)[0] ?? [];
    const axes = representation.axes.rows();
    const expected = rows.flatMap((_, i) =>
      [0, 1].map((axis) =>
        axes.reduce((sum, row, j) => sum + (values[5 * i + j] ?? 0) * (row[axis] ?? 0), 0),
      ),
    );
    expect(representation.points.data).toBeNear(expected, { absolute: 1e-5 });
  });
  test("carry the lines of the input plane", async () => {
    const model = await make();
    const lens = await model.lens(moons, { ...few, lines: 3 });
    const { lines } = layerOf(lens, "input").representation;
    const [count, points] = lines?.shape ?? [];
    const corner = (index: number) => [...(lines?.data.subarray(2 * index, 2 * index + 2) ?? [])];
    const { x = [0, 0], y = [0, 0] } = lens.plane ?? {};
    expect(count).toBe(6);
    // The first vertical line goes up at the left, the last horizontal one to the right on top.
    expect(corner(0)).toBeNear([x[0], y[0]], { relative: 1e-6 });
    expect(corner((points ?? 0) - 1)).toBeNear([x[0], y[1]], { relative: 1e-6 });
    expect(corner(6 * (points ?? 0) - 1)).toBeNear([x[1], y[1]], { relative: 1e-6 });
  });
});

describe("the plane", () => {
  test("is around the data unless it is given", async () => {
    const model = await make();
    const { plane } = await model.lens(moons, { ...few, resolution: 2, plane: { x: [-9, 9] } });
    const ys = Array.from(moons.features).filter((_, i) => i % 2 === 1);
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    expect(plane?.features).toEqual([0, 1]);
    expect(plane?.x).toEqual([-9, 9]);
    expect(plane?.y).toBeNear([low - 0.1 * (high - low), high + 0.1 * (high - low)], {
      relative: 1e-6,
    });
  });
  test("is not shown for more than two inputs, unless asked for", async () => {
    const model = await sequential({
      inputShape: [3],
      layers: [dense(2, "tanh"), dense(1, "sigmoid")],
    });
    const features = Array.from({ length: 20 }, (_, i) => [i % 3, i % 5, i % 7]);
    const data = fromArrays({ features, targets: features.map((_, i) => i % 2) });
    const without = await model.lens(data, few);
    expect([without.plane, without.layers[0]?.units, without.layers[0]?.boundary]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const { plane, layers } = await model.lens(data, {
      ...few,
      resolution: 2,
      plane: { features: [2, 0] },
    });
    // The first input, along the vertical axis; the second, at its mean.
    const [first, second, third] = [0, 4, 8].map((from) => [
      ...(layers[0]?.units?.data.subarray(from, from + 4) ?? []),
    ]);
    const at = cells(plane, 2);
    expect(third).toBeNear(
      at.map(([x]) => x),
      { relative: 1e-6 },
    );
    expect(first).toBeNear(
      at.map(([, y]) => y),
      { relative: 1e-6 },
    );
    const mean = features.reduce((sum, [, v = 0]) => sum + v, 0) / 20;
    expect(second).toBeNear([mean, mean, mean, mean], { relative: 1e-6 });
  });
  test("is not there for one input", async () => {
    const model = await sequential({ inputShape: [1], layers: [dense(4, "tanh"), dense(1)] });
    const lens = await model.lens(datasets.sine({ samples: 40 }), few);
    expect([lens.plane, lens.layers[1]?.representation.lines]).toEqual([undefined, undefined]);
  });
  test("can be shown without lines, or lines without maps", async () => {
    const model = await make();
    const maps = await model.lens(moons, { ...few, resolution: 2, lines: 0 });
    const lines = await model.lens(moons, { ...few, resolution: 0, lines: 2 });
    expect([maps.layers[0]?.representation.lines, lines.layers[0]?.units]).toEqual([
      undefined,
      undefined,
    ]);
    expect([maps.layers[0]?.units?.shape, lines.layers[0]?.representation.lines?.shape[0]]).toEqual(
      [[2, 2, 2], 4],
    );
  });
});

describe("regression", () => {
  test("has R² instead of accuracy, 1 where the task is linear", async () => {
    const model = await sequential({ inputShape: [2], layers: [dense(4, "tanh"), dense(1)] });
    const { layers } = await model.lens(datasets.plane({ samples: 200 }), { resolution: 0 });
    expect(layers.every(({ accuracy }) => Number.isNaN(accuracy))).toBe(true);
    expect(layers[0]?.r2).toBeGreaterThan(0.99);
  });
  test("shows what one input cannot tell linearly", async () => {
    const data = datasets.sine({ samples: checked ? 100 : 300 });
    const model = await sequential({
      inputShape: [1],
      seed: 3,
      layers: [dense(12, "tanh"), dense(12, "tanh"), dense(1)],
    });
    model.compile({ optimizer: adam({ learningRate: 0.02 }), loss: "meanSquaredError" });
    await model.fit(data, { epochs: checked ? 20 : 100, batchSize: 20 });
    const { layers } = await model.lens(data, { probeSteps: checked ? 60 : 300 });
    const [input = 1, , last = 0] = layers.map(({ r2 }) => r2);
    expect(input).toBeLessThan(0.5);
    expect(last).toBeGreaterThan(checked ? input : 0.95);
  });
  test("of two targets has boundaries of two values", async () => {
    const features = Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
    const targets = features.map(([a = 0, b = 0]) => [a + b, a - b]);
    const model = await sequential({ inputShape: [2], layers: [dense(2)] });
    const data = fromArrays({ features, targets, task: "regression" });
    const { layers } = await model.lens(data, { resolution: 2 });
    expect(layers[0]?.boundary?.shape).toEqual([2, 2, 2]);
    expect(layers[0]?.r2).toBeGreaterThan(0.9);
  });
});

describe("a model of normalized data", () => {
  const raw = fromArrays({
    features: Array.from({ length: 40 }, (_, i) => [
      1000 + 50 * Math.sin(i),
      0.001 * Math.cos(3 * i),
    ]),
    targets: Array.from({ length: 40 }, (_, i) => (Math.sin(i) * Math.cos(3 * i) > 0 ? 1 : 0)),
    classes: 2,
  });
  const trained = async () => {
    const model = await make();
    await model.fit(raw.normalize(), { epochs: 2 });
    return model;
  };
  test("is shown in the units that the data have", async () => {
    const model = await trained();
    const lens = await model.lens(raw, { ...few, resolution: 4 });
    expect(lens.plane?.x[0]).toBeGreaterThan(900);
    expect(lens.plane?.y[1]).toBeLessThan(0.01);
    const predicted = await model.predict(cells(lens.plane, 4));
    expect(layerOf(lens, "dense_3").units?.data).toBeNear(predicted.data, { absolute: 1e-6 });
  });
  test("reads raw and normalized data alike", async () => {
    const model = await trained();
    const [a, b] = [await model.lens(raw, few), await model.lens(raw.normalize(), few)];
    expect(a.layers.map(({ accuracy }) => accuracy)).toEqual(
      b.layers.map(({ accuracy }) => accuracy),
    );
  });
});

describe("in general", () => {
  test("it iterates over the layers, from input to output", async () => {
    const layers = [flatten(), dense(3, "relu"), dropout(0.5), dense(1, "sigmoid")];
    const model = await sequential({ inputShape: [2], layers });
    const names = [];
    for (const layer of await model.lens(moons, few)) names.push(layer.name);
    expect(names).toEqual(["input", "dense_1", "dense_2"]);
  });
  test("it says the same twice", async () => {
    const model = await make();
    const [a, b] = [await model.lens(moons, few), await model.lens(moons, few)];
    expect(a.layers).toEqual(b.layers);
  });
  test("it says the same while the model trains on as before", async () => {
    const [model, alone] = [await make(), await make()];
    const data: Dataset = moons;
    await model.fit(data);
    const before = await model.lens(data, few);
    await alone.fit(data);
    expect((await alone.lens(data, few)).layers).toEqual(before.layers);
    await Promise.all([model.fit(data, { epochs: 2 }), model.lens(data, few)]);
    await alone.fit(data, { epochs: 2 });
    expect(hashModel(model)).toBe(hashModel(alone));
  });
  test("activations that are not finite are refused before a probe trains, naming the layer", async () => {
    using linear = await sequential({ inputShape: [2], layers: [dense(2), dense(1)] });
    linear.setWeights({ "dense_1.weight": new Float32Array(4).fill(3e38) });
    const used = (await engine()).arena.used;
    const error = await rejection(() => linear.lens(moons, few));
    expect(error).toMatchObject({ code: "invalidArgument", details: { where: "lens" } });
    expect(error.message).toMatch(
      /^lens: required finite activations in dense_1, got .*setWeights/,
    );
    expect((await engine()).arena.used).toBe(used);
  });
  test("train and data that don't fit each other are told apart by name", async () => {
    using model = await make();
    const train = datasets.rings({ samples: 9, rings: 3 });
    const { message } = await rejection(() => model.lens(moons, { train }));
    expect(message).toMatch(/^lens: train: expected 2 classes, got 3 classes\./);
    const bare = fromArrays({ features: [[0, 1]], task: "regression" });
    const data = await rejection(() => model.lens(bare, { train: moons }));
    expect(data.message).toMatch(/^lens: expected data with targets, got features only/);
    const other = await rejection(() => model.lens(moons, { train: bare }));
    expect(other.message).toMatch(/^lens: train: expected data with targets, got features only/);
  });
  test("it shows other samples than those that score the probes", async () => {
    const { train, test: held } = moons.split(0.5);
    using model = await make();
    const plain = await model.lens(held, { ...few, train });
    const plane = plain.plane && { x: plain.plane.x, y: plain.plane.y };
    const options = { ...few, train, show: moons, ...(plane && { plane }) };
    const wider = await model.lens(held, options);
    expect(wider.data).toBe(moons);
    expect(wider.layers.map((it) => it.accuracy)).toEqual(plain.layers.map((it) => it.accuracy));
    expect(wider.layers.map((it) => it.boundary)).toEqual(plain.layers.map((it) => it.boundary));
    const all = await model.lens(moons, { ...few, train });
    expect(wider.layers.map((it) => it.activations)).toEqual(
      all.layers.map((it) => it.activations),
    );
    expect(wider.layers.map((it) => it.representation.points)).toEqual(
      all.layers.map((it) => it.representation.points),
    );
    const show = fromArrays({ features: [[1, 2, 3]], targets: [0], classes: 2 });
    const { message } = await rejection(() => model.lens(held, { train, show }));
    expect(message).toMatch(/^lens: show: expected samples of shape \[2\]/);
  });
  test("train in one-hot rows and data in labels go together", async () => {
    using model = await make();
    const a = await model.lens(moons, { ...few, train: moons });
    const b = await model.lens(moons, { ...few, train: moons.oneHot() });
    expect(a.layers).toEqual(b.layers);
  });
  test("dead units harm no probe", async () => {
    const model = await make([4]);
    model.setWeights({ "dense_1.weight": new Float32Array(8) });
    const { accuracy, boundary } = layerOf(
      await model.lens(moons, { ...few, resolution: 2 }),
      "dense_1",
    );
    expect(accuracy).toBeGreaterThanOrEqual(0);
    expect(Array.from(boundary?.data ?? []).every(Number.isFinite)).toBe(true);
  });
});
