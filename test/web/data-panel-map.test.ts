// The map of the data panel: places, reaches, the brush, the keys, the picture.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paintCursor, paintPoints } from "../../web/src/data/map.ts";
import {
  allNear,
  brush,
  crossMoved,
  decimalsOf,
  type Extent,
  nearest,
  placeAt,
  sharesAt,
  UNNUMBERED,
} from "../../web/src/data/places.ts";
import { groupMarks } from "../../web/src/draw/marks.ts";
import { palettes } from "../../web/src/draw/palette.ts";
import type { Points } from "../../web/src/protocol.ts";

const plane: Extent = { x: [-3, 3], y: [-3, 3] };
/** Of a table: axes of very different units. */
const oblong: Extent = { x: [0, 1], y: [20_000, 60_000] };

function pointsAt(
  places: readonly (readonly [x: number, y: number])[],
  change: Partial<Points> = {},
): Points {
  return {
    positions: Float32Array.from(places.flat()),
    targets: new Float32Array(places.length),
    numbers: Uint32Array.from(places, (_, i) => i),
    held: new Uint8Array(places.length),
    classes: 2,
    classNames: ["a", "b"],
    axes: ["x", "y"],
    window: plane,
    inputs: ["x", "y"],
    ...change,
  };
}

describe("places", () => {
  test("are where the pointer is, to a thousandth of the map, and never beside it", () => {
    expect(placeAt(plane, 0.5, 0.25)).toEqual({ x: 0, y: 1.5 });
    expect(placeAt(plane, -1, 7)).toEqual({ x: -3, y: -3 });
    expect(decimalsOf(plane.x)).toBe(2);
    fc.assert(
      fc.property(
        fc.constantFrom(plane, oblong),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (extent, across, down) => {
          const shares = sharesAt(extent, placeAt(extent, across, down));
          expect(Math.abs(shares.across - across)).toBeLessThanOrEqual(0.001);
          expect(Math.abs(shares.down - down)).toBeLessThanOrEqual(0.001);
        },
      ),
    );
  });

  test("find the nearest point within reach, on axes of any unit", () => {
    const points = pointsAt(
      [
        [0.2, 30_000],
        [0.25, 30_500],
        [0.9, 59_000],
      ],
      { window: oblong },
    );
    expect(nearest(points, { x: 0.24, y: 30_400 }, 0.05)).toBe(1);
    expect(nearest(points, { x: 0.19, y: 30_000 }, 0.05)).toBe(0);
    expect(nearest(points, { x: 0.5, y: 45_000 }, 0.05)).toBeUndefined();
    expect(allNear(points, { x: 0.22, y: 30_200 }, 0.05)).toEqual([0, 1]);
  });

  test("find no point that has no number yet", () => {
    const points = pointsAt([[0, 0]], { numbers: Uint32Array.of(UNNUMBERED) });
    expect(nearest(points, { x: 0, y: 0 }, 1)).toBeUndefined();
    expect(allNear(points, { x: 0, y: 0 }, 1)).toEqual([]);
  });
});

describe("the brush", () => {
  test("leaves points evenly, however the pointer's way is cut into pieces", () => {
    const spacing = 0.05;
    const whole = brush(plane, { x: -3, y: 0 }, { x: 2.9, y: 0 }, spacing);
    expect(whole.length).toBe(19);
    let last = { x: -3, y: 0 };
    const pieces = Array.from({ length: 37 }, (_, i) => ({ x: -3 + ((i + 1) / 37) * 5.9, y: 0 }));
    const left = pieces.flatMap((to) => {
      const spots = brush(plane, last, to, spacing);
      last = spots.at(-1) ?? last;
      return spots;
    });
    expect(left).toEqual(whole);
  });

  test("leaves nothing while it is too near", () => {
    expect(brush(plane, { x: 0, y: 0 }, { x: 0.2, y: 0.2 }, 0.05)).toEqual([]);
  });

  test("leaves neighbours as far apart as asked, on any straight way", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, (a, b, c, d) => {
        const from = placeAt(plane, a, b);
        const all = [from, ...brush(plane, from, placeAt(plane, c, d), 0.05)];
        for (let i = 1; i < all.length; i++) {
          const [p, q] = [all[i - 1], all[i]];
          if (!p || !q) throw new Error("a hole");
          // 0.05 of 6 units, rounded to hundredths.
          expect(Math.abs(Math.hypot(p.x - q.x, p.y - q.y) - 0.3)).toBeLessThan(0.015);
        }
      }),
    );
  });
});

describe("the keys' cross", () => {
  test("goes by small steps, with Shift by larger ones, and stops at the edge", () => {
    const go = (key: string, shiftKey = false) =>
      crossMoved(plane, { x: 2.9, y: 0 }, { key, shiftKey });
    expect(go("ArrowLeft")).toEqual({ x: 2.8, y: 0 });
    expect(go("ArrowUp")).toEqual({ x: 2.9, y: 0.1 });
    expect(go("ArrowDown", true)).toEqual({ x: 2.9, y: -0.6 });
    expect(go("ArrowRight", true)).toEqual({ x: 3, y: 0 });
    expect(go("Enter")).toBeUndefined();
  });

  test("leaves no place that it can't come back to", () => {
    let cross = { x: 0, y: 0 };
    for (const key of ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"]) {
      for (let i = 0; i < 25; i++) {
        cross = crossMoved(plane, cross, { key, shiftKey: false }) ?? cross;
      }
    }
    expect(cross).toEqual({ x: 0, y: 0 });
  });
});

describe("the picture", () => {
  /** A context that notes its arcs. */
  function sheet() {
    const arcs: (readonly [x: number, y: number, radius: number])[] = [];
    const context = new Proxy(
      { arc: (x: number, y: number, radius: number) => arcs.push([x, y, radius]) },
      { get: (target, key) => (key === "arc" ? target.arc : () => {}) },
    ) as unknown as CanvasRenderingContext2D;
    return { arcs, canvas: { context, width: 300 } };
  }
  const palette = palettes.light;

  test("rings the point that is meant, where it is drawn", () => {
    const points = pointsAt([
      [0, 0],
      [1.5, -1.5],
    ]);
    const { arcs, canvas } = sheet();
    paintCursor(canvas, { points, palette, near: 1, cross: undefined });
    expect(arcs.map(([x, y]) => [x, y])).toEqual([[225, 225]]);
    paintCursor(canvas, { points, palette, near: undefined, cross: { x: 0, y: 0 } });
    expect(arcs.length).toBe(1);
  });

  test("shows the circles where the data has them", () => {
    const points = pointsAt([[2, 0]]);
    const groups = groupMarks(points, palette);
    const radii = (circles: boolean) => {
      const { arcs, canvas } = sheet();
      paintPoints(canvas, { points, groups, palette, circles });
      return arcs.filter(([x, y]) => x === 150 && y === 150).map(([, , radius]) => radius);
    };
    expect(radii(true)).toEqual([50, 100]);
    expect(radii(false)).toEqual([]);
  });
});
