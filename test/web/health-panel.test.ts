// What the health panel lists of units and draws of gradients.

import { describe, expect, test } from "vitest";
import { gradientShare, listed, unitRows } from "../../web/src/health/units.ts";
import type { LayerFrame, UnitState } from "../../web/src/protocol.ts";

const state = (change: Partial<UnitState> = {}): UnitState => ({
  frozen: false,
  enabled: true,
  dead: false,
  saturated: 0,
  ...change,
});
const layer = (name: string, unitStates: readonly UnitState[]) =>
  ({ name, unitStates }) as LayerFrame;

describe("units that hardly learn", () => {
  test("are listed by number, of hidden layers only", () => {
    const rows = unitRows([
      layer("input", [state({ dead: true })]),
      layer("layer_1", [
        state({ saturated: 0.95 }),
        state({ dead: true }),
        state({ saturated: 0.5 }),
      ]),
      layer("output", [state({ saturated: 1 })]),
    ]);
    expect(rows).toEqual([{ name: "Layer 1", units: 3, dead: [2], saturated: [1] }]);
  });

  test("are not those that were switched off, nor both at once", () => {
    const [row] = unitRows([
      layer("input", []),
      layer("layer_1", [
        state({ dead: true, enabled: false }),
        state({ dead: true, saturated: 1 }),
      ]),
      layer("output", []),
    ]);
    expect(row).toMatchObject({ dead: [2], saturated: [] });
  });

  test("are counted and named", () => {
    expect([[], [3], [1, 4], [1, 2, 6]].map(listed)).toEqual([
      "0",
      "1: unit 3",
      "2: units 1 and 4",
      "3: units 1, 2 and 6",
    ]);
  });
});

test("a gradient's bar goes by powers of ten, and nothing has no bar", () => {
  expect(gradientShare(1e-8)).toBe(0.01);
  expect(gradientShare(1e-3)).toBeCloseTo(0.5);
  expect(gradientShare(100)).toBe(1);
  expect(gradientShare(1e9)).toBe(1);
  expect(gradientShare(1e-30)).toBe(0.01);
  expect([0, Number.NaN].map(gradientShare)).toEqual([0, 0]);
});
