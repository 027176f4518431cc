// The numbers behind the curves, and what is said of changes.

import { describe, expect, test } from "vitest";
import { changesOf } from "../../web/src/health/changes.ts";
import {
  dashOf,
  lossCurves,
  metricRange,
  nearestStep,
  probeCurves,
  sampledRows,
  valuesOf,
} from "../../web/src/health/curves.ts";
import type { Frame, Measure } from "../../web/src/protocol.ts";
import { defaultSettings, type Recipe } from "../../web/src/recipe.ts";
import { historyText } from "../../web/src/share/saves.ts";

const measure = (step: number, loss: number, probes?: readonly number[]): Measure => ({
  step,
  epoch: 0,
  train: { loss: loss / 2, metric: 0.5 },
  test: { loss, metric: 0.5 },
  probes,
});
const steps = (count: number) => Array.from({ length: count }, (_, i) => measure(i * 10, 1));

describe("a curve", () => {
  test("has no point where the loss is not finite, and on a logarithmic scale none at 0 and below", () => {
    const measures = [1, Number.NaN, Number.POSITIVE_INFINITY, 0, -1].map((it, i) =>
      measure(i, it),
    );
    const [testLoss] = lossCurves;
    if (!testLoss) throw new Error("no curve");
    expect(valuesOf(measures, testLoss, false)).toEqual([1, null, null, 0, -1]);
    expect(valuesOf(measures, testLoss, true)).toEqual([1, null, null, null, null]);
  });

  test("there is one for each layer's probe, with gaps where only scores were measured", () => {
    const layers = ["input", "layer_1", "output"].map((name) => ({ name }));
    const curves = probeCurves(layers as unknown as Frame["layers"]);
    expect(curves.map((it) => it.label)).toEqual(["Input", "Layer 1", "Output"]);
    const measures = [measure(0, 1, [0.5, 0.6, 0.7]), measure(1, 1)];
    expect(curves.map((it) => valuesOf(measures, it, false))).toEqual([
      [0.5, null],
      [0.6, null],
      [0.7, null],
    ]);
  });

  test("each has a dash of its own, the last none", () => {
    for (const count of [1, 2, 5, 10]) {
      const dashes = Array.from({ length: count }, (_, i) => dashOf(i, count).join());
      expect(new Set(dashes).size).toBe(count);
      expect(dashes.at(-1)).toBe("");
    }
  });
});

describe("the step next to another", () => {
  test("is the nearer one, the earlier one of two", () => {
    const rising = [0, 10, 20, 30, 40];
    expect([0, 4, 5, 6, 10, 39, 1000, -5].map((it) => nearestStep(rising, it))).toEqual([
      0, 0, 0, 1, 1, 4, 4, 0,
    ]);
  });

  test("is none among none", () => {
    expect(nearestStep([], 5)).toBe(-1);
  });
});

describe("a chart's table", () => {
  test("has about every twentieth measure, and the last", () => {
    const rows = sampledRows(steps(1001)).map((it) => it.step);
    expect(rows.slice(0, 3)).toEqual([0, 200, 400]);
    expect(rows.at(-1)).toBe(10000);
  });

  test("has all of a few, and none of none", () => {
    expect(sampledRows(steps(7))).toHaveLength(7);
    expect(sampledRows([])).toEqual([]);
  });
});

test("accuracy is shown from a half or a round value below; R² never below −1", () => {
  expect(metricRange(0.72, false)).toEqual([0.5, 1]);
  expect(metricRange(0.43, false)).toEqual([0.4, 1]);
  expect(metricRange(null, false)).toEqual([0, 1]);
  expect(metricRange(0.9, true)).toEqual([0, 1]);
  expect(metricRange(-40, true)).toEqual([-1, 1]);
});

test("the history holds the recipe and every measure", () => {
  const recipe: Recipe = { start: defaultSettings, changes: [{ step: 3, set: { batchSize: 5 } }] };
  const measures = steps(3);
  const left = { recipe: { ...recipe, changes: [] }, measures: steps(5), end: 40 };
  const { runs } = JSON.parse(historyText({ recipe, measures, branches: [left] }));
  expect(runs).toHaveLength(2);
  expect(runs[0].measures).toHaveLength(3);
  expect(runs[0].measures[2].test).toEqual(measures[2]?.test);
  expect(runs[0].recipe.changes).toEqual(recipe.changes);
  expect(runs[1].measures).toHaveLength(5);
});

describe("changes in words", () => {
  const { optimizer } = defaultSettings;
  const words = (...changes: Recipe["changes"]) =>
    changesOf({ start: defaultSettings, changes }).map((it) => it.what);

  test("say what it was and what it is", () => {
    expect(
      words({
        step: 5,
        set: { optimizer: { ...optimizer, learningRate: 0.001 }, batchSize: 20, l2: 0.01 },
      }),
    ).toEqual(["learning rate 0.01 → 0.001, batch size 10 → 20, L2 0 → 0.01"]);
  });

  test("start from the change before", () => {
    expect(words({ step: 5, set: { l1: 0.5 } }, { step: 9, set: { l1: 0.25 } })).toEqual([
      "L1 0 → 0.5",
      "L1 0.5 → 0.25",
    ]);
  });

  test("tell another optimizer from other options", () => {
    expect(
      words({ step: 1, set: { optimizer: { ...optimizer, options: { beta1: 0.5 } } } }),
    ).toEqual(["the optimizer's options"]);
    expect(words({ step: 1, set: { optimizer: { ...optimizer, name: "sgd" } } })).toEqual([
      "Gradient descent",
    ]);
  });

  test("count points and weights", () => {
    const remove = { do: "remove", point: 1 } as const;
    const weight = { name: "output.bias", index: [0], value: 1 };
    expect(words({ step: 1, edits: [remove, remove], weights: [weight] })).toEqual([
      "2 edited points, 1 weight set by hand",
    ]);
  });

  test("name the schedule", () => {
    expect(words({ step: 1, set: { schedule: { name: "cosine", epochs: 9 } } })).toEqual([
      "learning rate: down along a cosine",
    ]);
  });
});
