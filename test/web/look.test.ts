// What the page shows of a model: the library's lens, laid out for drawing.

import {
  type ActivationName,
  adam,
  datasets,
  dense,
  type Lens,
  type Sequential,
  sequential,
} from "layerwise";
import { describe, expect, test } from "vitest";
import type { PageLoss } from "../../web/src/names.ts";
import type { LayerFrame, UnitState } from "../../web/src/protocol.ts";
import { defaultSettings, type Settings } from "../../web/src/recipe.ts";
import { answers } from "../../web/src/worker/answers.ts";
import { loadSource, makeData, type RunData } from "../../web/src/worker/data.ts";
import { enlarge, look } from "../../web/src/worker/look.ts";
import { deadUnits, saturation } from "../../web/src/worker/unit-states.ts";
import { rejection } from "../support/rejection.ts";

interface Run {
  readonly model: Sequential;
  readonly data: RunData;
}
interface Choices {
  readonly data?: Partial<Settings["data"]>;
  readonly settings?: Partial<Settings>;
  readonly hidden?: readonly [number, ActivationName][];
  readonly output?: ActivationName;
  readonly loss?: PageLoss;
  readonly steps?: number;
}

/** A trained model on some data. */
async function make({
  hidden = [
    [6, "tanh"],
    [2, "tanh"],
  ],
  steps = 400,
  ...choices
}: Choices = {}): Promise<Run> {
  await loadSource({ table: choices.data?.table });
  const data = makeData({
    ...defaultSettings,
    ...choices.settings,
    data: { ...defaultSettings.data, samples: 120, trainShare: 0.7, ...choices.data },
  });
  const { classes } = data.points;
  const [output, loss] =
    classes === 0
      ? (["linear", "meanSquaredError"] as const)
      : classes === 2
        ? (["sigmoid", "binaryCrossentropy"] as const)
        : (["softmax", "sparseCategoricalCrossentropy"] as const);
  const model = await sequential({
    inputShape: data.train.inputShape,
    seed: 3,
    layers: [
      ...hidden.map(([units, activation], i) =>
        dense({ units, activation, name: `layer_${i + 1}` }),
      ),
      dense({
        units: classes > 2 ? classes : 1,
        activation: choices.output ?? output,
        name: "output",
      }),
    ],
  });
  model.compile({
    optimizer: adam({ learningRate: 0.02 }),
    loss: choices.loss ?? loss,
    metrics: [classes === 0 ? "r2" : "accuracy"],
  });
  await model.step(steps, { data: data.train, batchSize: 10 });
  return { model, data };
}

const options = { resolution: 12, projection: "probe" } as const;
const frame = (layers: readonly LayerFrame[], name: string): LayerFrame => {
  const found = layers.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return found;
};
const lensOf = ({ model, data }: Run, resolution = 12): Promise<Lens> =>
  model.lens(data.test, {
    train: data.train,
    resolution,
    plane: { x: data.points.window.x, y: data.points.window.y },
  });

describe("the strip", () => {
  test("says what the library's lens says of a plain program's own data", async () => {
    const { model, data } = await make();
    const split = datasets
      .circles({ samples: 120, noise: 0.1, seed: 1 })
      .split({ fraction: 0.7, seed: 1 });
    const lens = await model.lens(split.test, {
      train: split.train,
      resolution: 12,
      plane: { x: [-3, 3], y: [-3, 3] },
    });
    const layers = await look(model, data, options);
    expect(layers.map((it) => it.name)).toEqual(["input", "layer_1", "layer_2", "output"]);
    lens.layers.forEach((expected, i) => {
      expect(layers[i]?.score).toBe(expected.accuracy);
      expect(layers[i]?.boundary).toEqual(expected.boundary?.data);
      expect(layers[i]?.units).toEqual(expected.units?.data);
      expect(layers[i]?.width).toBe(expected.width);
    });
  });
  test("has each layer's activation, weights and bias; the input has none", async () => {
    const { model, data } = await make();
    const [input, first, second, output] = await look(model, data, options);
    expect([input, first, second, output].map((it) => it?.activation)).toEqual([
      undefined,
      "tanh",
      "tanh",
      "sigmoid",
    ]);
    const weights = model.getWeights();
    expect(first?.weight).toEqual(weights["layer_1.weight"]?.data);
    expect(output?.bias).toEqual(weights["output.bias"]?.data);
    expect(input?.weight).toHaveLength(0);
    expect(input?.bias).toHaveLength(0);
  });
  test("is made of copies: nothing of it is shared with the model or the data", async () => {
    const { model, data } = await make({ steps: 10 });
    const buffers = (it: unknown): ArrayBufferLike[] =>
      ArrayBuffer.isView(it)
        ? [it.buffer]
        : typeof it === "object" && it !== null
          ? Object.values(it).flatMap(buffers)
          : [];
    const first = await look(model, data, options);
    const second = await look(model, data, options);
    for (const buffer of buffers(first)) {
      expect(buffer).toBeInstanceOf(ArrayBuffer);
      expect(buffers(second)).not.toContain(buffer);
      expect(buffers(data)).not.toContain(buffer);
    }
    structuredClone(first, { transfer: [...new Set(buffers(first) as ArrayBuffer[])] });
    expect(await look(model, data, options)).toEqual(second);
  });
  test("changes nothing about the training", async () => {
    const [seen, unseen] = [await make(), await make()];
    await look(seen.model, seen.data, options);
    await seen.model.step(30);
    await unseen.model.step(30);
    expect(seen.model.getWeights()).toEqual(unseen.model.getWeights());
  });
  test("draws the boundary's line where the map has a half", async () => {
    const run = await make();
    const { boundary, contour } = frame(await look(run.model, run.data, options), "layer_2");
    expect(contour.length).toBeGreaterThan(0);
    for (const line of contour) {
      for (let i = 0; i < line.length; i += 2) {
        const [column, row] = [(line[i] ?? 0) * 12 - 0.5, (line[i + 1] ?? 0) * 12 - 0.5];
        const around = [Math.floor(row), Math.ceil(row)].flatMap((r) =>
          [Math.floor(column), Math.ceil(column)].map((c) => {
            const within = (at: number) => Math.min(Math.max(at, 0), 11);
            return boundary[within(r) * 12 + within(c)] ?? 0;
          }),
        );
        expect(Math.min(...around)).toBeLessThanOrEqual(0.62);
        expect(Math.max(...around)).toBeGreaterThanOrEqual(0.38);
      }
    }
  });
  test("has no lines for quantities, and R² for a score", async () => {
    const run = await make({ data: { name: "plane", noise: 0 } });
    const layers = await look(run.model, run.data, options);
    const lens = await lensOf(run);
    expect(layers.map((it) => it.score)).toEqual(lens.layers.map((it) => it.r2));
    expect(layers[0]?.score).toBeGreaterThan(0.99);
    expect(layers.flatMap((it) => [...it.contour, ...it.space.lines])).toEqual([]);
  });
  test("shows quantities of a table in their own units", async () => {
    const text = Array.from({ length: 80 }, (_, i) => {
      const [a, b] = [(i % 9) - 4, Math.floor(i / 9) - 4];
      return `${a},${b},${50000 + 1000 * a - 3000 * b}`;
    }).join("\n");
    const table = { text, name: "t", target: 2, columns: [0, 1], task: "regression" } as const;
    const run = await make({ data: { name: "table", table } });
    const [input] = await look(run.model, run.data, options);
    const { x, y } = run.data.points.window;
    const expected = Array.from({ length: 144 }, (_, i) => {
      const u = x[0] + (((i % 12) + 0.5) / 12) * (x[1] - x[0]);
      const v = y[1] - ((Math.floor(i / 12) + 0.5) / 12) * (y[1] - y[0]);
      return 50000 + 1000 * u - 3000 * v;
    });
    expect(input?.boundary).toBeNear(expected, { absolute: 250 });
    const said = await answers(run.model, run.data, 12);
    expect(said.values).toBeNear(expected, { absolute: 9000 });
  });
});

describe("a layer's space", () => {
  test("holds every point, in the order of the points", async () => {
    const run = await make();
    const layers = await look(run.model, run.data, options);
    const { model, data } = run;
    const { data: given } = await model.predict(data.all);
    const end = (name: string) => frame(layers, name).space.stages.at(-1)?.points;
    expect(end("input")).toEqual(data.points.positions);
    expect(end("output")).toEqual(
      Float32Array.from({ length: 240 }, (_, i) => (i % 2 === 0 ? (given[i / 2] ?? 0) : 0)),
    );
  });
  test("is reached from the one below in four stages", async () => {
    const { model, data } = await make();
    const layers = await look(model, data, options);
    expect(layers.map((it) => it.space.stages.length)).toEqual([1, 4, 4, 4]);
    const [below, weighted, shifted, end] = frame(layers, "layer_2").space.stages;
    expect(below?.points).toEqual(frame(layers, "layer_1").space.stages.at(-1)?.points);
    const bias = frame(layers, "layer_2").bias;
    expect(shifted?.points).toBeNear(
      [...(weighted?.points ?? [])].map((it, i) => it + (bias[i % 2] ?? 0)),
      { absolute: 1e-5 },
    );
    expect(end?.points).toBeNear([...(shifted?.points ?? [])].map(Math.tanh), { absolute: 1e-5 });
    for (const stage of [below, weighted, shifted, end]) {
      expect(stage?.lines).toHaveLength(2 * 13 * (stage?.linePoints ?? 0) * 2);
    }
  });
  /** Whether a point's side of a line is the probe's answer, for every point. */
  const agrees = async (run: Run, projection: "probe" | "fixed") => {
    const layers = await look(run.model, run.data, { resolution: 4, projection });
    const { train, test: held, all } = run.data;
    const lens = await run.model.lens(held, { train, show: all, resolution: 0, projection });
    return layers.map(({ space, width }, i) => {
      const { activations, probe } = lens.layers[i] as Lens["layers"][number];
      const points = space.stages.at(-1)?.points ?? new Float32Array(0);
      const [outputs = 1] = probe.bias.shape;
      let right = 0;
      for (let point = 0; point < all.samples; point++) {
        const scores = Array.from({ length: outputs }, (_, k) =>
          Array.from(activations.data.subarray(point * width, (point + 1) * width)).reduce(
            (sum, value, unit) => sum + value * (probe.weight.data[unit * outputs + k] ?? 0),
            probe.bias.data[k] ?? 0,
          ),
        );
        const pairs =
          outputs === 1
            ? [scores[0] ?? 0]
            : scores.flatMap((a, k) => scores.slice(k + 1).map((b) => a - b));
        const sides = space.lines.map(
          ([a, b, c]) => a * (points[2 * point] ?? 0) + b * (points[2 * point + 1] ?? 0) + c,
        );
        expect(sides).toHaveLength(pairs.length);
        if (
          pairs.every((it, k) => Math.abs(it) < 1e-4 || Math.sign(it) === Math.sign(sides[k] ?? 0))
        )
          right++;
      }
      return { share: right / all.samples, exact: space.exact, width };
    });
  };
  test("has the probe's line just where the probe decides, seen along the probe", async () => {
    for (const it of await agrees(await make(), "probe")) {
      expect(it).toMatchObject({ share: 1, exact: true });
    }
  });
  test("has the lines of three classes exactly too", async () => {
    const run = await make({ data: { name: "rings", classes: 3 } });
    for (const it of await agrees(run, "probe")) {
      expect(it).toMatchObject({ share: 1, exact: true });
    }
  });
  test("is exact along fixed directions, or for more classes, up to two units only", async () => {
    const fixed = await agrees(await make(), "fixed");
    expect(fixed.map((it) => it.exact)).toEqual([true, false, true, true]);
    const five = await agrees(await make({ data: { name: "gaussians", classes: 5 } }), "probe");
    expect(five.map((it) => it.exact)).toEqual([true, false, true, false]);
    for (const it of [...fixed, ...five].filter(({ exact }) => exact)) expect(it.share).toBe(1);
    for (const it of [...fixed, ...five].filter(({ exact }) => !exact)) {
      expect(it.share).toBeLessThan(1);
    }
  });
});

describe("units", () => {
  const held = Uint8Array.of(0, 1, 0, 0);
  const activity = (...values: number[]) => ({
    activations: Float32Array.from(values),
    width: 1,
    held,
  });
  test("are flat where the slope is below 5 % of its largest, counted over training points", () => {
    expect(saturation("tanh", activity(0.98, 0.98, 0.97, -0.99))[0]).toBeCloseTo(2 / 3, 12);
    expect(saturation("sigmoid", activity(0.01, 0.5, 0.02, 0.99))[0]).toBeCloseTo(2 / 3, 12);
    expect(saturation("relu", activity(0, 0, 1, 0))[0]).toBeCloseTo(2 / 3, 12);
    expect(saturation("relu6", activity(6, 0, 1, 5.9))[0]).toBeCloseTo(1 / 3, 12);
    expect(saturation("linear", activity(0, 0, 0, 0))[0]).toBe(0);
    expect(saturation(undefined, activity(0, 0, 0, 0))[0]).toBe(0);
  });
  test("are flat where the slopes of the functions themselves are", () => {
    const functions: Partial<Record<ActivationName, (x: number) => number>> = {
      elu: (x) => (x > 0 ? x : Math.expm1(x)),
      selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      hardSigmoid: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
      tanh: Math.tanh,
      softplus: (x) => Math.log1p(Math.exp(x)),
      softsign: (x) => x / (1 + Math.abs(x)),
      relu: (x) => Math.max(x, 0),
      relu6: (x) => Math.min(Math.max(x, 0), 6),
    };
    const xs = Array.from({ length: 2000 }, (_, i) => (i - 999.5) / 100);
    for (const [name, f] of Object.entries(functions)) {
      const slopes = xs.map((x) => Math.abs(f(x + 1e-5) - f(x - 1e-5)) / 2e-5);
      const largest = Math.max(...slopes);
      const flat = slopes.filter((it) => it < 0.05 * largest).length / xs.length;
      const activations = Float32Array.from(xs, f);
      const all = { activations, width: 1, held: new Uint8Array(xs.length) };
      expect(Math.abs((saturation(name, all)[0] ?? 0) - flat)).toBeLessThan(0.003);
      expect(flat).toBeGreaterThan(0.05);
    }
  });
  test("are dead if they give the same for every training point", () => {
    const values = Float32Array.of(1, 2, 9, 9, 1, 2, 1, 3);
    expect(deadUnits({ activations: values, width: 2, held })).toEqual([true, false]);
  });
  test("say whether they are frozen or switched off", async () => {
    const { model, data } = await make({ hidden: [[3, "relu"]] });
    model.unit("layer_1", 1).frozen = true;
    model.unit("layer_1", 2).enabled = false;
    const layers = await look(model, data, options);
    const states: readonly UnitState[] = frame(layers, "layer_1").unitStates;
    expect(states.map((it) => [it.frozen, it.enabled])).toEqual([
      [false, true],
      [true, true],
      [false, false],
    ]);
    expect(states[2]).toMatchObject({ dead: true, saturated: 1 });
    expect(frame(layers, "input").unitStates).toEqual(
      [0, 1].map(() => ({ frozen: false, enabled: true, dead: false, saturated: 0 })),
    );
  });
});

describe("a map in large", () => {
  test("is the lens's in that resolution: the probe with its line, or one unit", async () => {
    const run = await make();
    const lens = await lensOf(run, 30);
    const probe = await enlarge(run.model, run.data, { layer: 1, unit: "probe" }, 30);
    expect(probe).toMatchObject({ outputs: 1, resolution: 30 });
    expect(probe.values).toEqual(lens.layers[1]?.boundary?.data);
    expect(probe.contour.length).toBeGreaterThan(0);
    const unit = await enlarge(run.model, run.data, { layer: 1, unit: 4 }, 30);
    expect(unit.values).toEqual(lens.layers[1]?.units?.data.slice(4 * 900, 5 * 900));
    expect(unit).toMatchObject({ outputs: 1, resolution: 30, contour: [] });
  });
  test("that is not there is refused", async () => {
    const { model, data } = await make({ steps: 1 });
    const refused = (layer: number, unit: number | "probe") =>
      rejection(() => enlarge(model, data, { layer, unit }, 4));
    expect((await refused(4, "probe")).message).toMatch(/^enlarge: required a layer from 0 to 3/);
    expect((await refused(2, 2)).message).toMatch(/a unit from 0 to 1 of layer_2, got 2/);
    expect((await refused(2, -1)).code).toBe("invalidArgument");
  });
});

describe("the network's own answers over the plane", () => {
  test("are what its last layer gives there", async () => {
    for (const classes of [2, 3]) {
      const run = await make({ data: { name: "rings", classes } });
      const { values, outputs, contour } = await answers(run.model, run.data, 12);
      const units = (await lensOf(run)).layers.at(-1)?.units?.data ?? new Float32Array(0);
      expect(outputs).toBe(classes === 2 ? 1 : 3);
      expect(values).toEqual(
        values.map((_, i) => units[(i % outputs) * 144 + Math.floor(i / outputs)] ?? 0),
      );
      expect(contour.length).toBeGreaterThan(0);
    }
  });
  test("of features are those of the features' values there", async () => {
    const settings = { features: ["x²", "sin y"] } as const;
    const { model, data } = await make({ settings });
    const { values } = await answers(model, data, 3);
    const rows = [2, 0, -2].flatMap((y) => [-2, 0, 2].map((x) => [...data.lift(x, y)]));
    expect(values).toBeNear((await model.predict(rows)).data, { absolute: 1e-6 });
  });
  test("of a hinge loss are laid on 0 to 1, with the border at 0", async () => {
    const { model, data } = await make({ output: "linear", loss: "hinge" });
    const { values } = await answers(model, data, 12);
    const units = (await lensOf({ model, data })).layers.at(-1)?.units?.data;
    expect(values).toEqual(units?.map((it) => Math.min(Math.max((it + 1) / 2, 0), 1)));
  });
});
