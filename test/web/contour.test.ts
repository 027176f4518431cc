// Iso-lines of fields that are known: they lie where the formula says, and reach the border of the map.

import { describe, expect, test } from "vitest";
import { borders, isolines, type Line } from "../../web/src/worker/contour.ts";

const SIDE = 40;

/** A field over [0, 1]², y down, in the middles of cells. */
const fieldOf = (f: (x: number, y: number) => number, side = SIDE) =>
  Float32Array.from({ length: side * side }, (_, i) =>
    f(((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side),
  );
const pointsOf = (line: Line) =>
  Array.from({ length: line.length / 2 }, (_, i) => [line[2 * i] ?? 0, line[2 * i + 1] ?? 0]);
const ends = (line: Line) => [pointsOf(line).at(0), pointsOf(line).at(-1)];
const isOnBorder = ([x = 0.5, y = 0.5]: readonly number[] = []) =>
  [x, y, 1 - x, 1 - y].some((it) => Math.abs(it) < 1e-6);

describe("an iso-line", () => {
  test("of a tilted plane is straight, from border to border", () => {
    const lines = isolines(
      fieldOf((x, y) => x + 2 * y),
      SIDE,
      1.3,
    );
    expect(lines).toHaveLength(1);
    for (const [x = 0, y = 0] of lines.flatMap(pointsOf)) expect(x + 2 * y).toBeCloseTo(1.3, 5);
    const found = lines.flatMap(ends).sort(([a = 0] = [], [b = 0] = []) => a - b);
    expect(found.flat()).toBeNear([0, 0.65, 1, 0.15], { absolute: 1e-5 });
    expect(found.every(isOnBorder)).toBe(true);
  });
  test("upright and level is where the field has the value", () => {
    const upright = isolines(
      fieldOf((x) => x),
      SIDE,
      0.31,
    );
    expect(upright.flatMap(pointsOf).every(([x = 0]) => Math.abs(x - 0.31) < 1e-6)).toBe(true);
    const level = isolines(
      fieldOf((_, y) => -y),
      SIDE,
      -0.77,
    );
    expect(level.flatMap(pointsOf).every(([, y = 0]) => Math.abs(y - 0.77) < 1e-6)).toBe(true);
    expect([...upright, ...level].flatMap(ends).every(isOnBorder)).toBe(true);
  });
  test("around a hill is closed", () => {
    const [line = new Float32Array(0), ...others] = isolines(
      fieldOf((x, y) => (x - 0.5) ** 2 + (y - 0.4) ** 2),
      SIDE,
      0.09,
    );
    expect(others).toEqual([]);
    for (const [x = 0, y = 0] of pointsOf(line)) {
      expect(Math.sqrt((x - 0.5) ** 2 + (y - 0.4) ** 2)).toBeCloseTo(0.3, 3);
    }
    expect(pointsOf(line).at(0)).toEqual(pointsOf(line).at(-1));
    expect(pointsOf(line).length).toBeGreaterThan(60);
  });
  test("of a ring are two, closed", () => {
    const ring = fieldOf((x, y) => Math.abs(Math.sqrt((x - 0.5) ** 2 + (y - 0.5) ** 2) - 0.3));
    const lines = isolines(ring, SIDE, 0.1);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(pointsOf(line).at(0)).toEqual(pointsOf(line).at(-1));
  });
  test("cut by the border several times comes in pieces that end there", () => {
    const lines = isolines(
      fieldOf((x, y) => Math.sin(9 * x) * Math.cos(7 * y)),
      SIDE,
      0.2,
    );
    expect(lines.length).toBeGreaterThan(3);
    const open = lines.filter((line) => {
      const [first, last] = ends(line);
      return first?.[0] !== last?.[0] || first?.[1] !== last?.[1];
    });
    expect(open.length).toBeGreaterThan(2);
    expect(open.flatMap(ends).every(isOnBorder)).toBe(true);
    expect(lines.flatMap(pointsOf).every((it) => it.every((c) => c >= 0 && c <= 1))).toBe(true);
  });
  test("is not there where the field is the same everywhere, at the level or not", () => {
    for (const value of [0.2, 0.5, 0.9]) {
      expect(
        isolines(
          fieldOf(() => value),
          SIDE,
          0.5,
        ),
      ).toEqual([]);
    }
  });
  test("is found in a field of one cell, or two", () => {
    expect(isolines(Float32Array.of(1), 1, 0.5)).toEqual([]);
    const [line = new Float32Array(0)] = isolines(Float32Array.of(0, 1, 0, 1), 2, 0.5);
    expect(pointsOf(line).every(([x = 0]) => Math.abs(x - 0.5) < 1e-6)).toBe(true);
  });
});

describe("borders between classes", () => {
  /** Three sectors about the middle, [cells × 3]. */
  const sectors = (x: number, y: number) => {
    const scores = [0, 1, 2].map((k) => {
      const angle = (2 * Math.PI * k) / 3 + 0.3;
      return (x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle);
    });
    const weights = scores.map((it) => Math.exp(6 * it));
    const total = weights.reduce((a, b) => a + b);
    return weights.map((it) => it / total);
  };
  const cells = Array.from({ length: SIDE * SIDE }, (_, i) =>
    sectors(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE),
  );
  const field = Float32Array.from(cells.flat());

  test("of two are where one output is a half", () => {
    const two = fieldOf((x, y) => 1 / (1 + Math.exp(-(3 * x - 4 * y + 1))));
    for (const [x = 0, y = 0] of borders(two, 1, SIDE).flatMap(pointsOf)) {
      expect(3 * x - 4 * y + 1).toBeCloseTo(0, 2);
    }
  });
  test("of three are where the two largest outputs are alike", () => {
    const points = borders(field, 3, SIDE).flatMap(pointsOf);
    expect(points.length).toBeGreaterThan(60);
    for (const [x = 0, y = 0] of points) {
      const [first = 0, second = 0] = sectors(x, y).sort((a, b) => b - a);
      expect(first - second).toBeLessThan(0.03);
    }
  });
  test("part every two cells of different classes", () => {
    const points = borders(field, 3, SIDE).flatMap(pointsOf);
    const label = (i: number) => {
      const cell = cells[i] ?? [];
      return cell.indexOf(Math.max(...cell));
    };
    for (let i = 0; i < SIDE * SIDE; i++) {
      if (i % SIDE === SIDE - 1 || label(i) === label(i + 1)) continue;
      const [x, y] = [((i % SIDE) + 1) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE];
      const near = points.some(([a = 0, b = 0]) => (a - x) ** 2 + (b - y) ** 2 < (1.2 / SIDE) ** 2);
      expect(near).toBe(true);
    }
  });
});
