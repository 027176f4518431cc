// Signs of how training goes, counted by hand.

import { type ActivationName, adam, dense, type NdArray, sequential } from "layerwise";
import { describe, expect, test } from "vitest";
import type { PageLoss } from "../../web/src/names.ts";
import { type DataName, defaultSettings } from "../../web/src/recipe.ts";
import { makeData } from "../../web/src/worker/data.ts";
import { health } from "../../web/src/worker/health.ts";

async function make(name: DataName, output: ActivationName, loss: PageLoss, classes = 2) {
  const data = makeData({
    ...defaultSettings,
    loss,
    data: { ...defaultSettings.data, name, classes, samples: 120 },
  });
  const units = classes > 2 ? classes : 1;
  const layers = [
    dense({ units: 5, activation: "tanh", name: "layer_1" }),
    dense({ units, activation: output, name: "output" }),
  ];
  const model = await sequential({ inputShape: [2], seed: 2, layers });
  const metrics = [data.points.classes === 0 ? ("r2" as const) : ("accuracy" as const)];
  model.compile({ optimizer: adam({ learningRate: 0.02 }), loss, metrics });
  await model.step(300, { data: data.train, batchSize: 10 });
  return { model, data };
}

const sum = (table: readonly (readonly number[])[]) => table.flat().reduce((a, b) => a + b, 0);
const diagonal = (table: readonly (readonly number[])[]) =>
  table.reduce((total, row, i) => total + (row[i] ?? 0), 0);

describe("the confusion", () => {
  for (const [name, output, loss, classes] of [
    ["circles", "sigmoid", "binaryCrossentropy", 2],
    ["xor", "linear", "hinge", 2],
    ["rings", "softmax", "sparseCategoricalCrossentropy", 4],
    ["rings", "softmax", "categoricalCrossentropy", 3],
  ] as const) {
    test(`of ${classes} classes under ${loss} counts every test point, and agrees with the accuracy`, async () => {
      const { model, data } = await make(name, output, loss, classes);
      const { confusion } = await health(model, data);
      expect(confusion.map((row) => row.length)).toEqual(new Array(classes).fill(classes));
      const labels = [...data.test.labels()];
      expect(confusion.map((row) => row.reduce((a, b) => a + b))).toEqual(
        Array.from({ length: classes }, (_, label) => labels.filter((it) => it === label).length),
      );
      const { accuracy } = await model.evaluate(data.test);
      expect(diagonal(confusion) / sum(confusion)).toBeCloseTo(accuracy ?? Number.NaN, 12);
    });
  }
  test("of quantities is empty", async () => {
    const { model, data } = await make("hills", "linear", "meanSquaredError");
    expect((await health(model, data)).confusion).toEqual([]);
  });
});

test("norms are those of each layer's numbers, weights and bias together", async () => {
  const { model, data } = await make("circles", "sigmoid", "binaryCrossentropy");
  const { gradients } = await health(model, data);
  const norm = (arrays: Record<string, NdArray>, layer: string) =>
    Math.sqrt(
      ["weight", "bias"]
        .flatMap((it) => [...(arrays[`${layer}.${it}`]?.data ?? [])])
        .reduce((total, it) => total + it * it, 0),
    );
  expect(gradients).toEqual(
    ["layer_1", "output"].map((layer) => ({
      layer,
      gradient: norm(model.getGradients(), layer),
      weights: norm(model.getWeights(), layer),
    })),
  );
  expect(gradients.every((it) => it.gradient > 0 && it.weights > 0)).toBe(true);
});
