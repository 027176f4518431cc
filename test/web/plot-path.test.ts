// Functions as paths, and what the colors of a unit's map stand for.

import { describe, expect, test } from "vitest";
import { activationNotes } from "../../web/src/activations.ts";
import { rangeOfUnit } from "../../web/src/draw/unit-range.ts";
import { activationNames } from "../../web/src/names.ts";
import { type PlotFrame, plotPath } from "../../web/src/network/plot-path.ts";

const frame: PlotFrame = { x: [-4, 4], y: [-1, 3], width: 80, height: 40 };
const points = (path: string) =>
  path
    .slice(1)
    .split("L")
    .map((it) => it.split(" ").map(Number) as [number, number]);

describe("a path", () => {
  test("goes through the function's points, y up", () => {
    const line = points(plotPath((x) => x / 2, [], frame));
    expect(line[0]).toEqual([0, 50]);
    expect(line.at(-1)).toEqual([80, 10]);
    for (const [x, y] of line) expect(Math.abs(50 - x / 2 - y)).toBeLessThan(0.02);
  });

  test("is upright where the function jumps, on whichever side the value lies", () => {
    for (const f of [(x: number) => (x > 0.7 ? 2 : 0), (x: number) => (x >= 0.7 ? 2 : 0)]) {
      const line = points(plotPath(f, [0.7], frame));
      const slanted = line.slice(1).filter(([x, y], i) => {
        const [before, level] = line[i] ?? [0, 0];
        return y !== level && x - before > 0.01;
      });
      expect(slanted).toEqual([]);
    }
  });

  test("stays near its frame, for every activation", () => {
    for (const name of activationNames) {
      const { f, slope, kinks } = activationNotes[name];
      for (const [x, y] of [
        ...points(plotPath(f, kinks, frame)),
        ...points(plotPath(slope, kinks, frame)),
      ]) {
        expect(x >= 0 && x <= 80 && y >= -40 && y <= 80, `${name}: ${x} ${y}`).toBe(true);
      }
    }
  });
});

describe("the colors of a unit", () => {
  const values = new Float32Array([-0.2, 0.1, 5]);

  test("span what its activation can give, whatever it gives now", () => {
    expect(rangeOfUnit("tanh", values)).toEqual({ low: -1, high: 1 });
    expect(rangeOfUnit("sigmoid", values)).toEqual({ low: 0, high: 1 });
  });

  test("span what it gives now, around 0, where there is no bound", () => {
    for (const name of ["relu", "linear", undefined]) {
      expect(rangeOfUnit(name, values)).toEqual({ low: -5, high: 5 });
    }
  });
});
