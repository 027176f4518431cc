// The maps' pixels: colors, fields, cursors, and what is laid over them.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  answerOf,
  cellAt,
  movedBy,
  positionOf,
  rescaled,
  sharesOf,
  valuesAt,
} from "../../web/src/draw/cursor.ts";
import { fillField, rangeAround0, rangeOf } from "../../web/src/draw/field.ts";
import { colorAt, palettes, rgb, tableIndex } from "../../web/src/draw/palette.ts";
import { placePoints } from "../../web/src/draw/plane.ts";
import { sparkline } from "../../web/src/draw/sparkline.ts";
import type { Measure, Points } from "../../web/src/protocol.ts";

const themes = ["light", "dark"] as const;

function bytes(pixels: Uint32Array, i: number): number[] {
  return [...new Uint8Array(pixels.buffer, pixels.byteOffset + 4 * i, 4)];
}

function points(change: Partial<Points> = {}): Points {
  return {
    positions: Float32Array.of(-3, 3, 0, 0, 3, -3),
    targets: Float32Array.of(0, 1, 0),
    numbers: Uint32Array.of(0, 1, 2),
    held: Uint8Array.of(0, 1, 0),
    classes: 2,
    classNames: ["a", "b"],
    axes: ["x", "y"],
    window: { x: [-3, 3], y: [-3, 3] },
    inputs: ["x", "y"],
    ...change,
  };
}

/** Of WCAG: the ratio of two colors' luminances. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const luminance = (color: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = color.map((it) =>
      it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(themes)("the %s palette", (theme) => {
  const palette = palettes[theme];
  const css = readFileSync(new URL("../../web/src/styles/tokens.css", import.meta.url), "utf8");
  const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');
  const token = (name: string) =>
    new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme === "dark" ? dark : light)?.[1];

  test("has the classes' and the circles' colors of the style sheet", () => {
    expect(palette.marks).toEqual([0, 1, 2, 3, 4, 5].map((it) => token(`class-${it}`)));
    expect([palette.redCircle, palette.orangeCircle]).toEqual([
      token("red-circle"),
      token("orange-circle"),
    ]);
    expect([palette.ink, palette.faint]).toEqual([token("ink"), token("edge")]);
  });

  test("runs from blue to orange, opaque all the way", () => {
    const [red, , blue] = bytes(palette.diverging, 0);
    expect(blue).toBeGreaterThan(red ?? 0);
    const [lastRed, , lastBlue] = bytes(palette.diverging, 255);
    expect(lastRed).toBeGreaterThan(lastBlue ?? 0);
    expect(new Set(Array.from({ length: 256 }, (_, i) => bytes(palette.diverging, i)[3]))).toEqual(
      new Set([255]),
    );
  });

  test("sets lines that decide off from every part of the maps", () => {
    const areas = Array.from({ length: 256 }, (_, i) => bytes(palette.diverging, i).slice(0, 3));
    for (const area of [...areas, ...palette.areas]) {
      expect(contrast(rgb(palette.ink), area)).toBeGreaterThanOrEqual(3);
    }
  });

  test("gives each mark a contrast of 3 to what sets it off", () => {
    for (const mark of palette.marks) {
      expect(contrast(rgb(mark), rgb(palette.halo))).toBeGreaterThanOrEqual(3);
    }
  });

  test("tells a place on the scale as a CSS color", () => {
    expect(colorAt(palette, 0)).toBe(`rgb(${bytes(palette.diverging, 0).slice(0, 3).join(" ")})`);
    expect(colorAt(palette, 1)).toBe(`rgb(${bytes(palette.diverging, 255).slice(0, 3).join(" ")})`);
  });
});

test("a place beyond the scale is its end; no number is its middle", () => {
  expect([-5, 0, 3.9, 255.5, 256, 1e9, Number.NaN, Infinity, -Infinity].map(tableIndex)).toEqual([
    0, 0, 3, 255, 255, 255, 128, 255, 0,
  ]);
});

describe("a field of numbers", () => {
  const palette = palettes.light;
  const field = { values: Float32Array.of(-2, 0, 1.999, 9), outputs: 1, resolution: 2 };

  test("has the scale's ends at the range's", () => {
    const out = new Uint32Array(4);
    fillField(out, field, { low: -2, high: 2 }, palette);
    expect([...out]).toEqual([0, 128, 255, 255].map((it) => palette.diverging[it]));
  });

  test("shows NaN as the middle", () => {
    const out = new Uint32Array(1);
    const broken = { values: Float32Array.of(Number.NaN), outputs: 1, resolution: 1 };
    fillField(out, broken, { low: 0, high: 1 }, palette);
    expect(out[0]).toBe(palette.diverging[128]);
  });
});

test("shares of classes mix the classes' colors", () => {
  const palette = palettes.light;
  const out = new Uint32Array(2);
  const values = Float32Array.of(0, 0, 1, 0.5, 0.5, 0);
  fillField(out, { values, outputs: 3, resolution: 1 }, { low: 0, high: 1 }, palette);
  const [a, b, c] = palette.areas;
  expect(bytes(out, 0)).toEqual([...Uint8ClampedArray.from(c ?? []), 255]);
  const half = [0, 1, 2].map((i) => ((a?.[i] ?? 0) + (b?.[i] ?? 0)) / 2);
  expect(bytes(out, 1)).toEqual([...Uint8ClampedArray.from(half), 255]);
});

test("a boundary's range is that of probabilities, or of the quantities", () => {
  expect(rangeOf(points())).toEqual({ low: 0, high: 1 });
  const quantities = { classes: 0, targets: Float32Array.of(2, -1, 0.5) };
  expect(rangeOf(points(quantities))).toEqual({ low: -1, high: 2 });
  expect(rangeOf(points({ classes: 0, targets: Float32Array.of(4, 4) }))).toEqual({
    low: 3,
    high: 5,
  });
});

test("a unit's range has 0 in its middle and leaves out what is not finite", () => {
  expect(rangeAround0(Float32Array.of(1, -4, 2, Infinity, Number.NaN))).toEqual({
    low: -4,
    high: 4,
  });
  const { low, high } = rangeAround0(new Float32Array(3));
  expect(low).toBeLessThan(high);
});

test("points stand where the window has them, y up", () => {
  expect([...placePoints(points(), 60)]).toEqual([0, 0, 30, 30, 60, 60]);
});

describe("a cursor", () => {
  test("stands on the cell under a place, on the last one at the edge", () => {
    expect(cellAt(0.5, 0.26, 4)).toEqual({ column: 2, row: 1 });
    expect(cellAt(1, -0.1, 4)).toEqual({ column: 3, row: 0 });
  });

  test("moves by arrows, farther with Shift, and stops at the edge", () => {
    const from = { column: 1, row: 5 };
    const by = (key: string, shiftKey = false) => movedBy(from, { key, shiftKey }, 48);
    expect(by("ArrowRight")).toEqual({ column: 2, row: 5 });
    expect(by("ArrowDown", true)).toEqual({ column: 1, row: 15 });
    expect(by("ArrowLeft", true)).toEqual({ column: 0, row: 5 });
    expect(by("ArrowUp", true)).toEqual({ column: 1, row: 0 });
    expect(by("Enter")).toBeUndefined();
  });

  test("reads the middle of its cell and the value there", () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const field = { values, outputs: 1, resolution: 2 };
    expect(valuesAt(field, { column: 1, row: 0 })).toEqual([2]);
    const pairs = { values: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), outputs: 2, resolution: 2 };
    expect(valuesAt(pairs, { column: 0, row: 1 })).toEqual([4, 5]);
    expect(positionOf({ column: 1, row: 0 }, 2, points().window)).toEqual({ x: 1.5, y: 1.5 });
  });

  test("stays in place on a sharper map", () => {
    const { window } = points();
    const coarse = { column: 10, row: 40 };
    const fine = rescaled(coarse, 48, 192);
    const [a, b] = [positionOf(coarse, 48, window), positionOf(fine, 192, window)];
    expect(Math.abs(a.x - b.x)).toBeLessThanOrEqual(6 / 192);
    expect(Math.abs(a.y - b.y)).toBeLessThanOrEqual(6 / 192);
    expect(rescaled(fine, 192, 48)).toEqual(coarse);
  });

  test("says the class with the largest share, at a half that of class 1", () => {
    expect([[0.4], [0.6], [0.5]].map((it) => answerOf(sharesOf(it)))).toEqual([0, 1, 1]);
    expect(answerOf(sharesOf([0.2, 0.5, 0.3]))).toBe(1);
  });
});

describe("a sparkline", () => {
  const score = { loss: 0, metric: 0 };
  const measure = (step: number, ...probes: number[]): Measure => {
    return { step, epoch: 0, train: score, test: score, probes };
  };
  const size = { width: 100, height: 20 };

  test("goes from the first measure to the newest, 1 on top", () => {
    const measures = [measure(0, 0, 0.5), measure(50, 0, 1), measure(100, 0, 0.75)];
    expect(sparkline(measures, 1, size)).toEqual([0, 10, 50, 0, 100, 5]);
  });

  test("has few corners, with the newest measure among them", () => {
    const measures = Array.from({ length: 2001 }, (_, i) => measure(i, i / 2000));
    const line = sparkline(measures, 0, size);
    expect(line.length / 2).toBeLessThanOrEqual(202);
    expect(line.slice(-2)).toEqual([100, 0]);
  });

  test("passes over measures without probes and cuts what lies outside", () => {
    const bare = { ...measure(5), probes: undefined };
    const measures = [measure(0, -7), bare, measure(8, Number.NaN), measure(10, 3)];
    expect(sparkline(measures, 0, size)).toEqual([0, 20, 100, 0]);
  });

  test("is one point before training", () => {
    expect(sparkline([measure(0, 0.5)], 0, size)).toEqual([0, 10]);
  });
});
