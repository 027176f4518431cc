// Which saved models the page can take up, and what it says of the others.

import {
  type ActivationName,
  activation,
  dense,
  elu,
  type Layer,
  leakyRelu,
  sequential,
} from "layerwise";
import { describe, expect, test } from "vitest";
import { checkFit } from "../../web/src/share/files.ts";
import { load } from "../../web/src/worker/load.ts";
import { rejection } from "../support/rejection.ts";

const saved = async (layers: readonly Layer[], inputShape = [2]) =>
  (await sequential({ inputShape, layers })).save();
const hidden = (count: number) => Array.from({ length: count }, () => dense(3, "relu"));
const output = dense(1, "sigmoid");

describe("a saved model", () => {
  test("is told by its layers, its parameters under the page's names", async () => {
    const layers = [
      dense({ units: 2, activation: "gelu", name: "one" }),
      dense({ units: 3, activation: "softmax", name: "last" }),
    ];
    const model = await sequential({ inputShape: [4], layers });
    const { "one.weight": weight, "one.bias": bias } = model.getWeights();
    const loaded = await load(model.save());
    expect(loaded).toMatchObject({
      layers: [{ units: 2, activation: "gelu" }],
      inputs: 4,
      output: { units: 3, activation: "softmax" },
      parameters: {
        "layer_1.weight": [...(weight?.data ?? [])],
        "layer_1.bias": [...(bias?.data ?? [])],
      },
    });
    expect(Object.keys(loaded.parameters)).toEqual([
      "layer_1.weight",
      "layer_1.bias",
      "output.weight",
      "output.bias",
    ]);
  });
  test("tells which units are frozen or switched off, by the page's names", async () => {
    const model = await sequential({
      inputShape: [2],
      layers: [dense({ units: 4, activation: "tanh", name: "first" }), output],
    });
    model.unit("first", 1).enabled = false;
    model.unit("first", 3).frozen = true;
    expect((await load(model.save())).units).toEqual([
      { layer: "layer_1", unit: 1, frozen: false, enabled: false },
      { layer: "layer_1", unit: 3, frozen: true, enabled: true },
    ]);
  });
  test("may have as many layers and units as the page shows, or none that are hidden", async () => {
    expect((await load(await saved([...hidden(8), output]))).layers).toHaveLength(8);
    expect((await load(await saved([dense(64), output]))).layers[0]?.units).toBe(64);
    expect((await load(await saved([output]))).layers).toEqual([]);
  });
  test("may have any activation with its usual parameter", async () => {
    for (const name of ["leakyRelu", "elu", "step"] satisfies ActivationName[]) {
      expect((await load(await saved([dense(3, name), output]))).layers[0]?.activation).toBe(name);
    }
  });
});

const refused: Readonly<Record<string, readonly [readonly Layer[], string, number[]?]>> = {
  "too many layers": [[...hidden(9), output], "at most 8 hidden layers, got 9"],
  "too many units": [[dense(65), output], "at most 64 units in a layer, got 65"],
  "layers of another kind": [
    [dense(2), activation("tanh"), output],
    "layer 2: required dense layers only, got activation",
  ],
  "no bias": [[dense({ units: 2, useBias: false }), output], "layer 1: required a bias, got none"],
  "a parameter of its own": [[dense(2, leakyRelu({ negativeSlope: 0.5 })), output], "layer 1"],
  "another one": [[dense(2, elu({ alpha: 2 })), output], "layer 1"],
  "an output that answers nothing": [
    [dense(2), dense(1, "tanh")],
    "required an output of one sigmoid or linear unit, or of 3 to 6 units with softmax, got 1 units with tanh",
  ],
  "two outputs": [[dense(2, "softmax")], "got 2 units with softmax"],
  "too many classes": [[dense(7, "softmax")], "got 7 units with softmax"],
};

test.each(Object.entries(refused))("one with %s is refused", async (_, [layers, message]) => {
  const { code, message: got } = await rejection(async () => load(await saved(layers)));
  expect([code, got]).toEqual(["invalidArgument", expect.stringContaining(message)]);
});

describe("on the page's data, a model", () => {
  const circles = { inputs: ["x", "y"], classes: 2 };
  const quantity = { inputs: ["x", "y"], classes: 0 };
  const three = { inputs: ["x", "y"], classes: 3 };
  const sigmoid = { inputs: 2, output: { units: 1, activation: "sigmoid" } } as const;
  const linear = { inputs: 2, output: { units: 1, activation: "linear" } } as const;
  const softmax = { inputs: 2, output: { units: 3, activation: "softmax" } } as const;
  const auto = { loss: "auto" } as const;
  const hinge = { loss: "hinge" } as const;

  test("is taken where its output is the one that the data and the loss ask for", () => {
    checkFit(sigmoid, auto, circles);
    checkFit(linear, hinge, circles);
    checkFit(linear, auto, quantity);
    checkFit(softmax, auto, three);
  });
  test.each([
    [
      "a quantity's on classes",
      linear,
      auto,
      circles,
      "First choose data that asks for a quantity",
    ],
    ["two classes' on a quantity", sigmoid, auto, quantity, "First choose data with two classes"],
    ["two classes' under a hinge", sigmoid, hinge, circles, "has 2 classes and the loss is hinge"],
    ["three classes' on two", softmax, auto, circles, "First choose data with 3 classes"],
    ["two classes' on three", sigmoid, auto, three, "the page's data has 3 classes"],
    ["three inputs' on two", { ...sigmoid, inputs: 3 }, auto, circles, "reads 3 inputs"],
  ] as const)("is refused with what to choose: %s", (_, model, settings, points, says) => {
    expect(() => checkFit(model, settings, points)).toThrow(says);
  });
});

test("damaged files are refused as the library refuses them", async () => {
  const good = await saved([output]);
  const bad = { json: good.json, weights: good.weights.slice(0, 40) };
  expect((await rejection(() => load(bad))).code).toBe("safetensorsFormat");
});
