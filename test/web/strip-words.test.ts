// What the strip says in words.

import { describe, expect, test } from "vitest";
import type { LayerFrame } from "../../web/src/protocol.ts";
import { captionsFor, foldingText, titleOf, viewText } from "../../web/src/strip/words.ts";

function layer(width: number, lines: number, exact: boolean): LayerFrame {
  return {
    name: "layer_1",
    width,
    activation: "tanh",
    score: 1,
    boundary: new Float32Array(0),
    outputs: 1,
    resolution: 0,
    contour: [],
    units: new Float32Array(0),
    unitStates: [],
    weight: new Float32Array(0),
    bias: new Float32Array(0),
    space: { stages: [], lines: Array.from({ length: lines }, () => [1, 0, 0] as const), exact },
  };
}

test("layers are counted between the input and the output", () => {
  expect([0, 1, 2, 3].map((it) => titleOf(it, 4))).toEqual([
    "Input",
    "Layer 1",
    "Layer 2",
    "Output",
  ]);
});

test("a fold is told by its stage, and on the way by the next one", () => {
  expect([0, 0.4, 1, 2, 2.5, 3].map(foldingText)).toEqual([
    "x",
    "→ x·W",
    "x·W",
    "x·W + b",
    "→ f(x·W + b)",
    "f(x·W + b)",
  ]);
});

test("quantities have a fit, not a boundary", () => {
  const said = (regression: boolean) =>
    Object.values(captionsFor(regression))
      .map(({ title, text }) => `${title}. ${text}`)
      .join(" ");
  expect(said(true)).not.toContain("boundary");
  expect(said(true)).toContain("a straight fit made behind a layer");
  expect(said(false)).toContain("a straight boundary fitted behind a layer");
});

describe("a space", () => {
  test("of one unit is a threshold", () => {
    expect(viewText(layer(1, 1, true))).toContain("threshold");
    expect(viewText(layer(1, 0, true))).not.toContain("threshold");
  });

  test("of two units is whole", () => {
    expect(viewText(layer(2, 1, true))).toBe("Two units: the whole space. The boundary is exact.");
    expect(viewText(layer(2, 0, true))).toBe("Two units: the whole space.");
  });

  test("of more says whether its boundary is exact or a slice", () => {
    expect(viewText(layer(6, 1, true))).toMatch(/^6 units.*exact\.$/);
    expect(viewText(layer(6, 10, false))).toMatch(/^6 units.*slice\.$/);
    expect(viewText(layer(6, 0, false))).not.toMatch(/exact|slice/);
  });
});
