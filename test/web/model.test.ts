// The network of some settings.

import { describe, expect, test } from "vitest";
import { lossesFor, lossOf } from "../../web/src/losses.ts";
import { lossNames } from "../../web/src/names.ts";
import type { DataSettings, Settings } from "../../web/src/recipe.ts";
import { makeData } from "../../web/src/worker/data.ts";
import { makeModel, multiplyAdds } from "../../web/src/worker/model.ts";
import { small } from "./support/recipes.ts";

/** A data set of each task. */
const tasks: Readonly<Record<string, Partial<DataSettings>>> = {
  "two classes": { name: "circles", classes: 2 },
  "four classes": { name: "gaussians", classes: 4 },
  "a quantity": { name: "hills" },
};
const classesOf: Readonly<Record<string, number>> = {
  "two classes": 2,
  "four classes": 4,
  "a quantity": 0,
};
const settingsFor = (task: string, more: Partial<Settings> = {}): Settings => ({
  ...small,
  ...more,
  data: { ...small.data, ...tasks[task] },
});
const make = (settings: Settings) => makeModel(settings, makeData(settings));

describe.each(Object.keys(tasks))("for %s", (task) => {
  const fitting = lossesFor({ classes: classesOf[task] ?? 0 });

  test.each(fitting)("%s trains", async (loss) => {
    const settings = settingsFor(task, {
      loss,
      optimizer: { ...small.optimizer, learningRate: 0.03 },
    });
    const { train } = makeData(settings);
    const model = await make(settings);
    const before = await model.evaluate(train);
    await model.step(200, { data: train, batchSize: 8 });
    const after = await model.evaluate(train);
    expect(after.loss).toBeLessThan(before.loss ?? Number.NaN);
    expect(Object.keys(after)).toEqual(["loss", task === "a quantity" ? "r2" : "accuracy"]);
  });
  test("losses that don't fit are refused, with those that do", async () => {
    const others = lossNames.filter((it) => !fitting.includes(it));
    expect(others.length).toBeGreaterThan(0);
    for (const loss of others) {
      const settings = settingsFor(task, { loss });
      const data = makeData({ ...settings, loss: "auto" });
      await expect(makeModel(settings, data)).rejects.toMatchObject({
        code: "invalidArgument",
        message: expect.stringContaining(`(${fitting.join(", ")}), got ${loss}.`),
      });
    }
  });
});

describe("the output", () => {
  const output = async (task: string, loss: Settings["loss"]) => {
    const model = await make(settingsFor(task, { loss }));
    const last = model.layers.at(-1);
    return [last?.name, last?.outputShape[0], last?.activation];
  };
  test("is one sigmoid for two classes, and straight for the hinges", async () => {
    expect(await output("two classes", "auto")).toEqual(["output", 1, "sigmoid"]);
    expect(await output("two classes", "huber")).toEqual(["output", 1, "sigmoid"]);
    expect(await output("two classes", "hinge")).toEqual(["output", 1, "linear"]);
    expect(await output("two classes", "squaredHinge")).toEqual(["output", 1, "linear"]);
  });
  test("is a softmax over more classes", async () => {
    expect(await output("four classes", "auto")).toEqual(["output", 4, "softmax"]);
    expect(await output("four classes", "meanSquaredError")).toEqual(["output", 4, "softmax"]);
  });
  test("is one straight unit for a quantity", async () => {
    expect(await output("a quantity", "auto")).toEqual(["output", 1, "linear"]);
  });
});

test("auto is the cross-entropy of classes, the squared error of quantities", () => {
  const meant = [2, 3, 0].map((classes) => lossOf("auto", { classes }));
  expect(meant).toEqual([
    "binaryCrossentropy",
    "sparseCategoricalCrossentropy",
    "meanSquaredError",
  ]);
  expect(lossOf("huber", { classes: 2 })).toBe("huber");
});

test("hidden layers are numbered from 1", async () => {
  const model = await make(small);
  expect(model.layers.map((it) => it.name)).toEqual(["layer_1", "layer_2", "output"]);
});

test("without hidden layers it is the linear classifier", async () => {
  const model = await make({ ...small, layers: [] });
  expect([model.layers.length, model.parameterCount, multiplyAdds(model)]).toEqual([1, 3, 2]);
});

test("penalties are on all weights, and not there at 0", async () => {
  const penalty = async (it: Partial<Settings>) =>
    (await make({ ...small, ...it })).save().json.match(/"l[12]": [\d.]+/g);
  expect(await penalty({})).toBeNull();
  expect(await penalty({ l1: 0.5 })).toEqual(Array(3).fill(['"l1": 0.5', '"l2": 0']).flat());
});

test("initial weights follow the initializer and the seed", async () => {
  const weights = async (it: Partial<Settings>) => {
    const { "layer_1.weight": weight } = (await make({ ...small, ...it })).getWeights();
    return [...(weight?.data ?? [])];
  };
  expect(await weights({})).toEqual(await weights({}));
  expect(await weights({ seed: 2 })).not.toEqual(await weights({}));
  expect(await weights({ initializer: "ones" })).toEqual(Array(8).fill(1));
});
