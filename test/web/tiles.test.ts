// Where the units' tiles stand, and where the arrow keys lead.

import { describe, expect, test } from "vitest";
import { stepTo, TILE_GAP, tileX, tileY, tiling } from "../../web/src/draw/tiles.ts";

describe("tiling", () => {
  const all = Array.from({ length: 64 }, (_, i) => tiling(i + 1));

  test("has room for every unit, and no empty row", () => {
    for (const { units, across, down } of all) {
      expect(across * down).toBeGreaterThanOrEqual(units);
      expect(across * (down - 1)).toBeLessThan(units);
    }
  });

  test("keeps tiles large enough to hit, and blocks within 360 by 136 pixels", () => {
    for (const { size, across, down } of all) {
      expect(size).toBeGreaterThanOrEqual(24);
      expect(down * (size + TILE_GAP) - TILE_GAP).toBeLessThanOrEqual(360);
      expect(across * (size + TILE_GAP) - TILE_GAP).toBeLessThanOrEqual(136);
    }
  });

  test("puts tiles side by side, row by row", () => {
    const block = { x: 5, y: 7, tiling: tiling(12) };
    expect(block.tiling.across).toBe(2);
    expect([0, 1, 2].map((unit) => tileX(block, unit))).toEqual([5, 49, 5]);
    expect([0, 1, 2].map((unit) => tileY(block, unit))).toEqual([7, 7, 51]);
  });
});

describe("arrow keys", () => {
  const tilings = [2, 6, 12, 1].map(tiling);
  const from = (layer: number, unit: number) => ({
    to: (key: string) => {
      const there = stepTo({ layer, unit }, key, tilings);
      return there && [there.layer, there.unit];
    },
  });

  test("move within a layer and stop at its ends", () => {
    expect(from(1, 2).to("ArrowDown")).toEqual([1, 3]);
    expect(from(1, 5).to("ArrowDown")).toBeUndefined();
    expect(from(1, 0).to("ArrowUp")).toBeUndefined();
    expect(from(2, 4).to("ArrowDown")).toEqual([2, 6]);
    expect(from(2, 4).to("ArrowRight")).toEqual([2, 5]);
    expect(from(2, 4).to("End")).toEqual([2, 11]);
  });

  test("lead over a side to the same height of the next layer", () => {
    expect(from(0, 0).to("ArrowRight")).toEqual([1, 2]);
    expect(from(0, 1).to("ArrowRight")).toEqual([1, 3]);
    expect(from(1, 0).to("ArrowLeft")).toEqual([0, 0]);
    expect(from(1, 5).to("ArrowLeft")).toEqual([0, 1]);
    expect(from(1, 1).to("ArrowRight")).toEqual([2, 2]);
    expect(from(2, 3).to("ArrowRight")).toEqual([3, 0]);
    expect(from(3, 0).to("ArrowLeft")?.[0]).toBe(2);
  });

  test("end at the sides of the network", () => {
    expect(from(0, 0).to("ArrowLeft")).toBeUndefined();
    expect(from(3, 0).to("ArrowRight")).toBeUndefined();
    expect(from(1, 0).to("a")).toBeUndefined();
  });

  test("reach every unit from the first one", () => {
    const seen = new Set<string>(["0,0"]);
    const open = [{ layer: 0, unit: 0 }];
    for (let at = open.pop(); at; at = open.pop()) {
      for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]) {
        const next = stepTo(at, key, tilings);
        if (!next || seen.has(`${next.layer},${next.unit}`)) continue;
        seen.add(`${next.layer},${next.unit}`);
        open.push(next);
      }
    }
    expect(seen.size).toBe(2 + 6 + 12 + 1);
  });
});
