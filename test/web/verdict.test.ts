// The sentence on who solved which question about the circles says what the numbers say.

import { expect, test } from "vitest";
import type { ZonesFrame } from "../../web/src/protocol.ts";
import { bestUnit, verdict } from "../../web/src/zones/verdict.ts";

type Shares = readonly [insideRed: number, outsideOrange: number];

/** Layers from the input to the output; the units of each do no better than chance, but those given. */
function zones(layers: readonly Shares[], units: Readonly<Record<number, readonly Shares[]>> = {}) {
  const asLayer = ([insideRed, outsideOrange]: Shares) => ({ insideRed, outsideOrange });
  const frame: ZonesFrame = {
    layers: layers.map((it, i) => ({
      name: i === 0 ? "input" : i === layers.length - 1 ? "output" : `layer_${i}`,
      ...asLayer(it),
      units: (units[i] ?? [[0.75, 0.75]]).map(asLayer),
    })),
    chance: { insideRed: 0.75, outsideOrange: 0.75 },
  };
  return frame;
}

test("says so where no layer has answered anything, and what comes closest", () => {
  const some = zones([
    [0.75, 0.75],
    [0.78, 0.88],
    [0.8, 0.94],
    [0.8, 0.9],
  ]);
  expect(verdict(some)).toEqual([
    "No layer answers either question yet. Layer 2 comes closest: 94\u00a0% on “outside the orange circle?”, where one answer to everything gets 75\u00a0%.",
  ]);
  const none = zones([
    [0.75, 0.75],
    [0.7, 0.75],
    [0.75, 0.6],
  ]);
  expect(verdict(none)).toEqual([
    "No layer answers either question yet. None does better than one answer to everything.",
  ]);
});

test("names the first layer that solved one question, and that the other is open", () => {
  const red = zones([
    [0.75, 0.75],
    [0.96, 0.8],
    [0.99, 0.94],
  ]);
  expect(verdict(red)[0]).toBe(
    "Layer 1 is the first to answer “inside the red circle?”. No layer answers “outside the orange circle?” yet.",
  );
  const orange = zones([
    [0.75, 0.75],
    [0.9, 0.8],
    [0.94, 0.95],
  ]);
  expect(verdict(orange)[0]).toBe(
    "The output is the first to answer “outside the orange circle?”. No layer answers “inside the red circle?” yet.",
  );
});

test("tells divided work from one layer that did both", () => {
  const divided = zones([
    [0.75, 0.75],
    [0.8, 0.97],
    [0.97, 0.98],
    [0.98, 0.98],
  ]);
  expect(verdict(divided)[0]).toBe(
    "The work is divided: layer 2 is the first to answer “inside the red circle?”, layer 1 the first to answer “outside the orange circle?”.",
  );
  const both = zones([
    [0.75, 0.75],
    [0.95, 0.96],
    [1, 1],
  ]);
  expect(verdict(both)[0]).toMatch(/^One layer did both: layer 1 /);
  const inputs = zones([
    [1, 1],
    [1, 1],
  ]);
  expect(verdict(inputs)[0]).toBe(
    "Both questions are simple from the start: the inputs answer them already.",
  );
});

test("says whether a single unit is enough, and which", () => {
  const layers: readonly Shares[] = [
    [0.75, 0.75],
    [0.9, 0.9],
    [0.99, 0.99],
    [0.99, 0.99],
  ];
  expect(verdict(zones(layers))[1]).toBe(
    "No unit answers one of them alone: it takes several together.",
  );
  const units = {
    2: [
      [0.75, 0.8],
      [0.96, 0.75],
    ] as const,
  };
  expect(verdict(zones(layers, units))[1]).toBe(
    "Solved by a single unit: unit 2 of layer 2 answers “inside the red circle?” (96\u00a0%).",
  );
});

test("finds the best unit of a layer by question, the first among equals", () => {
  const [layer] = zones([[0.9, 0.9]], {
    0: [
      [0.7, 0.8],
      [0.9, 0.8],
      [0.9, 0.7],
    ],
  }).layers;
  if (!layer) throw new Error("no layer");
  expect(bestUnit(layer, "insideRed")).toEqual({ unit: 1, score: 0.9 });
  expect(bestUnit(layer, "outsideOrange")).toEqual({ unit: 0, score: 0.8 });
});
