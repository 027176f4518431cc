// Who answers the two questions about the circles: checked on networks whose answers are known.

import { dense, sequential } from "layerwise";
import { describe, expect, test } from "vitest";
import { defaultSettings, type Settings } from "../../web/src/recipe.ts";
import { makeData } from "../../web/src/worker/data.ts";
import { bestThreshold, shareRight } from "../../web/src/worker/threshold.ts";
import { zones } from "../../web/src/worker/zones.ts";

const make = (data: Partial<Settings["data"]> = {}, settings: Partial<Settings> = {}) =>
  makeData({
    ...defaultSettings,
    ...settings,
    data: { ...defaultSettings.data, noise: 0, ...data },
  });

describe("the best threshold", () => {
  test("lies in the middle of the gap, on whichever side is yes", () => {
    expect(bestThreshold([1, 2, 5, 6], [0, 0, 1, 1])).toEqual({ at: 3.5, above: true });
    expect(bestThreshold([6, 1, 5, 2], [0, 1, 0, 1])).toEqual({ at: 3.5, above: false });
  });
  test("has as many right answers as any other has", () => {
    for (let seed = 1; seed < 40; seed++) {
      const values = Array.from({ length: 25 }, (_, i) => (i * seed * 7919) % 13);
      const isYes = values.map((it, i) => (it * 3 + i * seed) % 5 < 2);
      const share = shareRight(bestThreshold(values, isYes), values, isYes);
      const others = [...new Set(values), Number.NEGATIVE_INFINITY].flatMap((at) =>
        [true, false].map((above) => shareRight({ at, above }, values, isYes)),
      );
      expect(share).toBe(Math.max(...others));
    }
  });
  test("of a number that never changes is the more frequent answer", () => {
    const isYes = [1, 0, 0];
    expect(shareRight(bestThreshold([4, 4, 4], isYes), [4, 4, 4], isYes)).toBeCloseTo(2 / 3, 12);
    expect(shareRight(bestThreshold([4, 4], [1, 1]), [4, 4, 4], [1, 1, 0])).toBeCloseTo(2 / 3, 12);
  });
});

describe("zones", () => {
  /** One unit is x² + y² and tells all; the others are x alone, which tells little. */
  test("of a network with a radius unit: that unit and its layer answer both, the input neither", async () => {
    const data = make({}, { features: ["x", "y", "x²", "y²"] });
    const layers = [
      dense({ units: 2, name: "layer_1" }),
      dense({ units: 1, activation: "sigmoid", name: "output" }),
    ];
    const model = await sequential({ inputShape: [4], seed: 0, layers });
    model.setWeights({
      "layer_1.weight": Float32Array.of(0, 1, 0, 0, 1, 0, 1, 0),
      "layer_1.bias": [0, 0],
      "output.weight": Float32Array.of(0, 1),
      "output.bias": [0],
    });
    const found = await zones(model, data);
    const [input, first, output] = found?.layers ?? [];
    expect(found?.layers.map((it) => it.name)).toEqual(["input", "layer_1", "output"]);
    expect(first?.units[0]).toEqual({ insideRed: 1, outsideOrange: 1 });
    expect(first).toMatchObject({ insideRed: 1, outsideOrange: 1 });
    expect(first?.units[1]?.insideRed).toBeLessThan(0.9);
    // The output reads x only.
    expect(output?.outsideOrange).toBeLessThan(0.9);
    expect(input?.units).toHaveLength(4);
    expect(input).toMatchObject({ insideRed: 1, outsideOrange: 1 });
  });
  test("of coordinates alone: no layer without a bend answers better than chance allows", async () => {
    const data = make();
    const layers = [dense({ units: 3, name: "layer_1" }), dense({ units: 1, name: "output" })];
    const model = await sequential({ inputShape: [2], seed: 0, layers });
    const found = await zones(model, data);
    for (const layer of found?.layers ?? []) {
      expect(layer.insideRed).toBe(found?.chance.insideRed);
      expect(layer.outsideOrange).toBeLessThan(0.85);
    }
  });
  test("ask by where points are, whatever their class", async () => {
    const model = await sequential({
      inputShape: [2],
      layers: [dense({ units: 3, name: "output" })],
    });
    const [two, three] = [make({ classes: 2 }), make({ classes: 3 })];
    // Two classes: a quarter inside, half between, a quarter outside. Three: a third each.
    expect((await zones(model, two))?.chance.insideRed).toBeCloseTo(0.75, 1);
    expect((await zones(model, three))?.chance.outsideOrange).toBeCloseTo(2 / 3, 1);
    const removed = [...two.points.numbers].filter((_, i) => {
      const [x = 0, y = 0] = two.points.positions.subarray(2 * i, 2 * i + 2);
      return x * x + y * y < 1;
    });
    const edits = removed.map((point) => ({ do: "remove", point }) as const);
    const without = await zones(model, make({ edits }));
    expect(without?.chance.insideRed).toBe(1);
    expect(without?.layers[0]?.insideRed).toBe(1);
  });
  test("are those of the circles only", async () => {
    const model = await sequential({ inputShape: [2], layers: [dense(1, "sigmoid")] });
    expect(await zones(model, make({ name: "moons" }))).toBeUndefined();
  });
});
