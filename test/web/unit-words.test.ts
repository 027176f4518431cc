// Layers, units and weights in words.

import { describe, expect, test } from "vitest";
import type { LayerFrame, Points, UnitState } from "../../web/src/protocol.ts";
import {
  marksOf,
  readLink,
  readUnit,
  short,
  stateInWords,
  unitTitle,
} from "../../web/src/strip/unit-words.ts";

const fine: UnitState = { frozen: false, enabled: true, dead: false, saturated: 0.1 };

function layer(name: string, width: number, inputs: number, first = 0): LayerFrame {
  return {
    name,
    width,
    activation: inputs > 0 ? "tanh" : undefined,
    score: 0.5,
    boundary: new Float32Array(4),
    outputs: 1,
    resolution: 2,
    contour: [],
    units: new Float32Array(4 * width),
    unitStates: Array.from({ length: width }, () => fine),
    weight: Float32Array.from({ length: inputs * width }, (_, i) => first + i),
    bias: new Float32Array(inputs > 0 ? width : 0).fill(0.5),
    space: { stages: [], lines: [], exact: true },
  };
}

const points: Points = {
  positions: new Float32Array(0),
  targets: new Float32Array(0),
  numbers: new Uint32Array(0),
  held: new Uint8Array(0),
  classes: 3,
  classNames: ["red", "green", "blue"],
  axes: ["x", "y"],
  window: { x: [-1, 1], y: [-1, 1] },
  inputs: ["x", "y²"],
};

const layers = [layer("input", 2, 0), layer("layer_1", 3, 2, -2), layer("output", 3, 3, 10)];

describe("a unit", () => {
  test("has the name of its input or of its class, else a number", () => {
    const title = (layer: number, unit: number) => unitTitle(layers, { layer, unit }, points);
    expect([title(0, 1), title(1, 2), title(2, 1)]).toEqual(["y²", "unit 3", "green"]);
    expect(unitTitle([{ width: 2 }, { width: 1 }], { layer: 1, unit: 0 }, points)).toBe("unit 1");
    expect(unitTitle(layers, { layer: 0, unit: 1 }, undefined)).toBe("input 2");
  });

  test("reads its bias and its weights on both sides, each by its own row or column", () => {
    expect(readUnit(layers, { layer: 1, unit: 1 }, points)).toBe(
      "Layer 1, unit 2 · bias 0.500 · in: x −1.00, y² 2.00 · out: red 13.0, green 14.0, blue 15.0",
    );
    expect(readUnit(layers, { layer: 0, unit: 0 }, points)).toBe(
      "Input, x · out: unit 1 −2.00, unit 2 −1.00, unit 3 0",
    );
    expect(readUnit(layers, { layer: 2, unit: 2 }, points)).toBe(
      "Output, blue · bias 0.500 · in: unit 1 12.0, unit 2 15.0, unit 3 18.0",
    );
  });

  test("reads only the strongest of many weights, in their order", () => {
    const wide = [layer("input", 9, 0), layer("output", 1, 9, -4)];
    expect(readUnit(wide, { layer: 1, unit: 0 }, undefined)).toContain(
      "in: input 1 −4.00, input 2 −3.00, input 3 −2.00, input 7 2.00, input 8 3.00, input 9 4.00, and 3 weaker",
    );
  });

  test("says what is unusual about it", () => {
    expect(marksOf(fine)).toEqual([]);
    expect(marksOf({ ...fine, saturated: 0.95 })).toEqual(["saturated"]);
    expect(marksOf({ ...fine, dead: true, saturated: 1 })).toEqual(["dead"]);
    expect(marksOf({ frozen: true, enabled: false, dead: true, saturated: 1 })).toEqual([
      "off",
      "frozen",
    ]);
    expect(stateInWords({ ...fine, saturated: 0.934 })).toContain("93\u00a0%");
    expect(stateInWords({ ...fine, dead: true, saturated: 1 })).toMatch(/^Dead/);
    expect(stateInWords({ ...fine, enabled: false, dead: true })).toMatch(/gives 0/);
    expect(stateInWords(fine)).toMatch(/^At work/);
  });
});

test("a line reads its weight and what it joins", () => {
  expect(readLink(layers, { layer: 1, source: 1, target: 0 }, points)).toBe(
    "Input, y² → Layer 1, unit 1: weight 1.00",
  );
  expect(readLink(layers, { layer: 5, source: 0, target: 0 }, points)).toBe("");
});

test("numbers are short, and zero is zero", () => {
  expect([0.123456, -12.345, 0, -0, 123456, Number.NaN].map(short)).toEqual([
    "0.123",
    "−12.3",
    "0",
    "0",
    "123500",
    "–",
  ]);
});
