import { describe, expect, test } from "vitest";
import { parseCommand, type TrainCommand } from "../../src/cli/args.ts";
import { loadParts } from "../../src/cli/data.ts";
import { predictionCSV } from "../../src/cli/predict.ts";
import { buildLayers, goalOf, recipeFor } from "../../src/cli/recipe.ts";
import { NdArray } from "../../src/index.ts";

const none = {
  layers: undefined,
  epochs: undefined,
  batchSize: undefined,
  learningRate: undefined,
};
const units = (recipe: ReturnType<typeof recipeFor>) =>
  recipe.layers.map((it) => `${it.units}:${it.activation}`).join();

describe("the recipe", () => {
  test("for circles is two layers of eight", () => {
    const recipe = recipeFor({ generated: "circles", samples: 800, features: 2 }, none);
    expect(units(recipe)).toBe("8:tanh,8:tanh");
  });

  test.each([
    [120, 4, "16:tanh,16:tanh"],
    [5000, 15, "32:tanh,32:tanh"],
    [50_000, 4, "64:tanh,64:tanh"],
    [1438, 64, "128:relu,64:relu"],
    [200, 16, "32:relu,16:relu"],
    [60_000, 784, "256:relu,128:relu"],
  ])("for a file of %i samples with %i features", (samples, features, expected) => {
    expect(units(recipeFor({ generated: undefined, samples, features }, none))).toBe(expected);
  });

  test("ends: more samples, fewer epochs", () => {
    const epochs = (samples: number) =>
      recipeFor({ generated: undefined, samples, features: 4 }, none).epochs;
    expect([100, 1438, 1e6].map(epochs)).toEqual([100, 70, 20]);
  });

  test("yields to wishes", () => {
    const wishes = {
      layers: [
        { units: 3, activation: "elu" as const },
        { units: 2, activation: undefined },
      ],
      epochs: 1,
      batchSize: 2,
      learningRate: 5,
    };
    const recipe = recipeFor({ generated: "circles", samples: 800, features: 2 }, wishes);
    expect(units(recipe)).toBe("3:elu,2:tanh");
    expect(recipe).toMatchObject({ epochs: 1, batchSize: 2, learningRate: 5 });
  });

  test("never has a batch larger than the data", () => {
    expect(recipeFor({ generated: undefined, samples: 7, features: 2 }, none).batchSize).toBe(7);
  });
});

describe("the goal", () => {
  test("of two classes is one sigmoid, of more a softmax, of a quantity a linear output", () => {
    const goal = (task: "classification" | "regression", classes: number, targetWidth = 1) => {
      const { units, activation, loss } = goalOf({ task, classes, targetWidth });
      return [units, activation, loss];
    };
    expect(goal("classification", 2)).toEqual([1, "sigmoid", "binaryCrossentropy"]);
    expect(goal("classification", 3)).toEqual([3, "softmax", "sparseCategoricalCrossentropy"]);
    expect(goal("regression", 0)).toEqual([1, "linear", "meanSquaredError"]);
  });

  test("ends the network, and weights whose units change have no penalty", () => {
    const recipe = recipeFor({ generated: undefined, samples: 100, features: 3 }, none);
    const penalties = (task: "classification" | "regression") =>
      buildLayers(recipe, goalOf({ task, classes: 2, targetWidth: 1 })).map(({ name, config }) => [
        name,
        "kernelRegularizer" in config,
      ]);
    expect(penalties("classification")).toEqual([
      ["dense_1", true],
      ["dense_2", true],
      ["output", true],
    ]);
    expect(penalties("regression").at(-1)).toEqual(["output", false]);
  });
});

describe("the data", () => {
  const parts = (line: string) => {
    const command = parseCommand(line.split(" ")) as TrainCommand;
    return loadParts(command.source, command.seed, command.testShare);
  };

  test("is dealt out by seed and share, with equal shares of the classes", () => {
    const { train, test: held } = parts("train circles --samples 400 --test-share 0.25 --seed 3");
    expect([train.samples, held.samples]).toEqual([300, 100]);
    expect(held.labels().reduce((sum, it) => sum + it, 0)).toBe(50);
    expect(
      parts("train circles --samples 400 --test-share 0.25 --seed 4").train.features,
    ).not.toEqual(train.features);
  });

  test("is normalized by its training part alone", () => {
    const { train, test: held } = parts("train moons");
    const mean = train.features.reduce((sum, it) => sum + it, 0) / train.features.length;
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    expect(held.normalization).toEqual(train.normalization);
  });

  test("of a quantity has its targets scaled, by the training part too", () => {
    const { train, all, scale } = parts("train plane --samples 100");
    const targets = train.targets ?? new Float32Array(0);
    const mean = targets.reduce((sum, it) => sum + it, 0) / targets.length;
    const square = targets.reduce((sum, it) => sum + it * it, 0) / targets.length;
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    expect(square).toBeCloseTo(1, 5);
    expect(scale?.deviation).toBeGreaterThan(0);
    expect(all.targets).not.toEqual(train.targets);
    expect(parts("train circles").scale).toBeUndefined();
  });

  test.each([
    ["circles", 3],
    ["rings", 4],
    ["gaussians", 5],
    ["spiral", 3],
  ])("of %s may have %i classes", (name, classes) => {
    expect(parts(`train ${name} --classes ${classes}`).all.classes).toBe(classes);
  });
});

describe("predictions as CSV", () => {
  const rows = (values: readonly number[], width: number) =>
    new NdArray(Float32Array.from(values), [values.length / width, width]);

  test("two classes: the likelier one and how likely it is", () => {
    expect(predictionCSV(rows([0.25, 0.75], 1), [2, 4], ["no", "yes"])).toBe(
      "line,prediction,probability\n2,no,0.75\n4,yes,0.75\n",
    );
  });

  test("more classes: the likeliest, its name quoted where it must be", () => {
    expect(predictionCSV(rows([0.25, 0.5, 0.25], 3), [2], ["a", 'b, "c"', "d"])).toBe(
      'line,prediction,probability\n2,"b, ""c""",0.5\n',
    );
  });

  test("a quantity: its value, with the digits that an f32 has", () => {
    expect(predictionCSV(rows([0.1, 123_456.789], 1), [1, 2], undefined)).toBe(
      "line,prediction\n1,0.1\n2,123456.8\n",
    );
  });
});
