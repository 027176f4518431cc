// Marks, and layers' spaces: where things stand in the picture.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  groupMarks,
  markPath,
  markRadius,
  type Shape,
  shapeOf,
  shapes,
  type Tracer,
  traceMark,
} from "../../web/src/draw/marks.ts";
import { palettes } from "../../web/src/draw/palette.ts";
import {
  drawHairs,
  drawStamps,
  fillArea,
  fillGround,
  PHASES,
  type Raster,
  rasterOf,
  stampFrom,
} from "../../web/src/draw/raster.ts";
import {
  type Area,
  areasOf,
  type Line,
  place,
  Room,
  scattered,
  sceneAt,
  spread,
  stageAt,
} from "../../web/src/draw/space.ts";
import { eased, settled, type View, viewAround } from "../../web/src/draw/viewport.ts";
import type { Points, Stage } from "../../web/src/protocol.ts";

/** Evenly spread, as doubles of fast-check are not. */
const between = (min: number, max: number) =>
  fc.integer({ min: 0, max: 1_000_003 }).map((it) => min + (it / 1_000_003) * (max - min));
const number = (most: number) => between(-most, most);
const span = fc.record({ middle: number(10), half: between(0.1, 10) });
const view: fc.Arbitrary<View> = fc.record({ x: span, y: span });
const square = (half: number): View => ({ x: { middle: 0, half }, y: { middle: 0, half } });

function traced(shape: Shape, x: number, y: number, radius: number): [string, number, number][] {
  const calls: [string, number, number][] = [];
  const path: Tracer = {
    moveTo: (u, v) => calls.push(["move", u, v]),
    lineTo: (u, v) => calls.push(["line", u, v]),
    arc: (u, v, r) => calls.push(["arc", u + r, v + r]),
    closePath: () => {},
  };
  traceMark(path, shape, x, y, radius);
  return calls;
}

describe("marks", () => {
  test("have a shape of their own for each of six classes", () => {
    const outlines = [0, 1, 2, 3, 4, 5].map((it) => JSON.stringify(traced(shapeOf(it), 0, 0, 1)));
    expect(new Set(outlines).size).toBe(6);
    expect(new Set(shapes.map((it) => markPath(it, 5))).size).toBe(6);
  });

  test.each(shapes)("a %s stands around its point, within half a radius more", (shape) => {
    const calls = traced(shape, 10, 20, 4);
    expect(calls[0]?.[0]).toBe("move");
    for (const [, x, y] of calls) {
      expect(Math.abs(x - 10)).toBeLessThanOrEqual(6);
      expect(Math.abs(y - 20)).toBeLessThanOrEqual(6);
    }
  });

  test("are grouped by look: each point once", () => {
    const points = pointsOf([0, 1, 0, 2, 1, 0], [0, 0, 1, 0, 0, 0], 3);
    const groups = groupMarks(points, palettes.dark);
    expect(groups.flatMap((it) => [...it.members]).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groups.map((it) => [it.shape, it.color, it.held, [...it.members]])).toEqual([
      ["circle", palettes.dark.marks[0], false, [0, 5]],
      ["square", palettes.dark.marks[1], false, [1, 4]],
      ["circle", palettes.dark.marks[0], true, [2]],
      ["triangle", palettes.dark.marks[2], false, [3]],
    ]);
  });

  test("of quantities are circles in few tones, from the scale's one end to its other", () => {
    const targets = Array.from({ length: 500 }, (_, i) => i - 250);
    const groups = groupMarks(pointsOf(targets, [], 0), palettes.light);
    expect(groups.length).toBe(12);
    expect(new Set(groups.map((it) => it.shape))).toEqual(new Set(["circle"]));
    expect(new Set(groups.map((it) => it.color)).size).toBe(12);
    expect(groups.reduce((sum, it) => sum + it.members.length, 0)).toBe(500);
  });

  test("get smaller in a crowd, but can always be seen", () => {
    expect(markRadius(190, 400)).toBeGreaterThan(markRadius(190, 2000));
    expect(markRadius(100, 100_000)).toBe(1.5);
  });
});

describe("the viewport", () => {
  test("has everything in it, in one scale, and leaves out what is not finite", () => {
    const points = Float32Array.of(0, 0, 4, 2, Number.NaN, Number.NaN, Infinity, -Infinity);
    const { x, y } = viewAround(points, Float32Array.of(2, -4));
    expect([x.middle, y.middle]).toEqual([2, -1]);
    expect(y.half).toBeGreaterThan(3);
    expect(y.half).toBeLessThan(3.5);
    expect(x.half).toBe(y.half);
    expect(viewAround(new Float32Array(0)).x.half).toBeGreaterThan(0);
  });

  test("stretches what would be too flat to see", () => {
    const { x, y } = viewAround(Float32Array.of(-100, 0, 100, 1));
    expect(x.half).toBeGreaterThan(100);
    expect(y.middle).toBe(0.5);
    expect(y.half).toBeGreaterThan(0.5);
    expect(y.half).toBeLessThan(1.2);
    // All on a line: nothing to stretch.
    expect(viewAround(Float32Array.of(-1, 0, 1, 0)).y.half).toBeGreaterThan(0);
  });

  test("shows what it has to, wherever it aims", () => {
    fc.assert(
      fc.property(view, view, (aim, wanted) => {
        const it = settled(aim, wanted);
        for (const axis of ["x", "y"] as const) {
          const reach = Math.abs(wanted[axis].middle - it[axis].middle) + wanted[axis].half;
          // Within the margin, which is what may be used up.
          expect(reach).toBeLessThanOrEqual(it[axis].half * 1.08 + 1e-9);
        }
      }),
    );
  });

  test("stays at small changes and follows large ones", () => {
    const aim = square(1);
    expect(settled(aim, { ...square(0.9), x: { middle: 0.02, half: 0.9 } })).toBe(aim);
    for (const half of [0.2, 2]) {
      const wanted = { ...aim, y: { middle: 0, half } };
      expect(settled(aim, wanted)).toBe(wanted);
    }
  });

  test("comes nearer with every frame, never goes beyond, and arrives", () => {
    fc.assert(
      fc.property(view, view, (start, aim) => {
        const numbers = ({ x, y }: View) => [x.middle, x.half, y.middle, y.half];
        const ends = numbers(aim);
        let at = start;
        for (let i = 0; i < 600 && at !== aim; i++) {
          const next = eased(at, aim, 1 / 60);
          const [before, after] = [numbers(at), numbers(next)];
          const isNearer = ends.every((end, k) => {
            const [old, left] = [end - (before[k] ?? 0), end - (after[k] ?? 0)];
            return Math.abs(left) <= Math.abs(old) && old * left >= 0;
          });
          expect(isNearer).toBe(true);
          at = next;
        }
        expect(at).toBe(aim);
      }),
    );
  });
});

describe("a space", () => {
  const stage = (...points: number[]): Stage => ({
    points: Float32Array.from(points),
    lines: Float32Array.from(points, (it) => -it),
    linePoints: 2,
  });
  const stages = [stage(0, 0, 2, 2), stage(4, 8, 6, 2), stage(1, 1, 1, 1)];

  test("is at a whole position the stage itself", () => {
    expect([0, 1, 2, 7, -1].map((it) => sceneAt(stages, it, new Room()))).toEqual(
      [0, 1, 2, 2, 0].map((it) => stages[it]),
    );
  });

  test("is between two stages on the straight way from one to the other", () => {
    const scene = sceneAt(stages, 0.25, new Room());
    expect([...(scene?.points ?? [])]).toEqual([1, 2, 3, 2]);
    expect([...(scene?.lines ?? [])]).toEqual([-1, -2, -3, -2]);
  });

  test("has one stage where no dense layer made it", () => {
    expect(stageAt(2.5, 1)).toEqual({ index: 0, share: 0 });
    expect(sceneAt(stages.slice(0, 1), 1, new Room())).toBe(stages[0]);
  });

  test("uses its arrays again", () => {
    const room = new Room();
    expect(sceneAt(stages, 0.3, room)?.points).toBe(sceneAt(stages, 0.6, room)?.points);
  });

  test("stands in the picture with y up", () => {
    const out = new Float32Array(6);
    const picture = { view: { ...square(2), x: { middle: 1, half: 2 } }, size: 100 };
    place(picture, Float32Array.of(-1, 2, 1, 0, 3, -2), out);
    expect([...out]).toEqual([0, 0, 50, 50, 100, 100]);
  });

  test("spreads points by their number, always the same, and evenly", () => {
    const numbers = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const [a, b] = [new Float32Array(2000), new Float32Array(2000)];
    spread(a, numbers, 10);
    spread(b, numbers, 10);
    expect(a).toEqual(b);
    expect(a.every((it, i) => (i % 2 === 0 ? it === 0 : Math.abs(it) <= 5))).toBe(true);
    const shares = Array.from(numbers, scattered);
    for (let part = 0; part < 4; part++) {
      const within = shares.filter((it) => it >= part / 4 && it < (part + 1) / 4).length;
      expect(within).toBeGreaterThan(200);
      expect(within).toBeLessThan(300);
    }
  });
});

describe("the areas of a view", () => {
  const line = fc.tuple(number(5), number(5), number(20)).filter(([a, b]) => a * a + b * b > 0.01);
  const size = (area: Area) => {
    let sum = 0;
    for (let i = 0; i < area.length; i += 2) {
      const [x = 0, y = 0] = area.slice(i, i + 2);
      const [u = 0, v = 0] = area.slice((i + 2) % area.length);
      sum += x * v - u * y;
    }
    return Math.abs(sum) / 2;
  };
  const within = (area: Area, x: number, y: number) => {
    for (let i = 0; i < area.length; i += 2) {
      const [p = 0, q = 0] = area.slice(i, i + 2);
      const [u = 0, v = 0] = area.slice((i + 2) % area.length);
      if ((u - p) * (y - q) - (v - q) * (x - p) < -1e-9) return false;
    }
    return area.length > 0;
  };

  test("are both sides of a single line, class 1 where it is above 0", () => {
    fc.assert(
      fc.property(view, line, (seen, [a, b, c]) => {
        const [zero = [], one = []] = areasOf(seen, [[a, b, c]]);
        expect(size(zero) + size(one)).toBeCloseTo(2.2 * seen.x.half * 2.2 * seen.y.half, 6);
        for (const [area, sign] of [
          [zero, -1],
          [one, 1],
        ] as const) {
          for (let i = 0; i < area.length; i += 2) {
            const value = a * (area[i] ?? 0) + b * (area[i + 1] ?? 0) + c;
            expect(sign * value).toBeGreaterThanOrEqual(-1e-8);
          }
        }
      }),
    );
  });

  test("are each where its class has more than every other", () => {
    const scores = fc.array(fc.tuple(number(3), number(3), number(3)), {
      minLength: 3,
      maxLength: 6,
    });
    const place = fc.tuple(number(2), number(2));
    fc.assert(
      fc.property(scores, place, (planes, [x, y]) => {
        const lines = planes.flatMap((a, i) =>
          planes.slice(i + 1).map((b): Line => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]),
        );
        fc.pre(lines.every(([a, b]) => a * a + b * b > 1e-6));
        const areas = areasOf(square(2), lines);
        expect(areas.length).toBe(planes.length);
        expect(areas.reduce((sum, it) => sum + size(it), 0)).toBeCloseTo(4.4 ** 2, 6);
        const values = planes.map(([a, b, c]) => a * x + b * y + c);
        const best = values.indexOf(Math.max(...values));
        expect(within(areas[best] ?? [], x, y)).toBe(true);
      }),
    );
  });

  test("are none without a line, and one is all where the line passes by", () => {
    expect(areasOf(square(1), [])).toEqual([]);
    expect(areasOf(square(1), [[1, 0, 5]]).map(size)).toEqual([0, expect.closeTo(4.84, 9)]);
  });
});

describe("a raster", () => {
  const blank = (size: number): Raster => {
    const raster = rasterOf(new Uint8ClampedArray(4 * size * size), size);
    fillGround(raster, [255, 255, 255]);
    return raster;
  };
  /** How dark each pixel is, 0 to 1. */
  const darkness = ({ bytes, size }: Raster) =>
    Array.from({ length: size * size }, (_, i) => 1 - (bytes[4 * i] ?? 0) / 255);
  const sum = (values: readonly number[]) => values.reduce((total, it) => total + it, 0);

  test("colors the pixels whose middles are in an area", () => {
    const corner = fc.tuple(number(20), number(20));
    fc.assert(
      fc.property(corner, corner, corner, (...corners) => {
        const raster = blank(16);
        const places = Float32Array.from(corners.flat(), (it) => it + 8);
        fillArea(raster, places, [0, 0, 0]);
        const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = places;
        const turn = (px: number, py: number, qx: number, qy: number, x: number, y: number) =>
          (qx - px) * (y - py) - (qy - py) * (x - px);
        darkness(raster).forEach((dark, i) => {
          const [x, y] = [(i % 16) + 0.5, Math.floor(i / 16) + 0.5];
          const sides = [
            turn(ax, ay, bx, by, x, y),
            turn(bx, by, cx, cy, x, y),
            turn(cx, cy, ax, ay, x, y),
          ];
          // Right on an edge either is right.
          if (sides.some((it) => Math.abs(it) < 1e-3)) return;
          const isWithin = sides.every((it) => it > 0) || sides.every((it) => it < 0);
          expect(dark).toBe(isWithin ? 1 : 0);
        });
      }),
    );
  });

  test("draws hairs with as much ink as they are long, whatever way they go", () => {
    const at = between(2, 38);
    fc.assert(
      fc.property(at, at, at, at, (x, y, u, v) => {
        const raster = blank(40);
        drawHairs(raster, Float32Array.of(x, y, u, v), 2, [0, 0, 0], 1);
        const length = Math.max(Math.abs(u - x), Math.abs(v - y));
        // Each of the pixels is rounded down to a 256th.
        expect(Math.abs(sum(darkness(raster)) - length)).toBeLessThanOrEqual(0.02 * length + 0.05);
      }),
    );
  });

  test("lifts the pen between two lines", () => {
    const raster = blank(20);
    drawHairs(raster, Float32Array.of(0, 2.5, 20, 2.5, 20, 12.5, 0, 12.5), 2, [0, 0, 0], 1);
    const rows = darkness(raster).map((it, i) => (it > 0 ? Math.floor(i / 20) : -1));
    expect(new Set(rows.filter((it) => it >= 0))).toEqual(new Set([2, 12]));
  });

  test("cuts hairs at its edges, and takes no longer for those that come from far away", () => {
    const raster = blank(20);
    const far = Float32Array.of(-1e9, 5.5, 1e9, 5.5, 3, -8, 9, -2, Number.NaN, 4, 8, 8);
    drawHairs(raster, far, 2, [0, 0, 0], 1);
    const dark = darkness(raster);
    expect(dark.slice(100, 120).every((it) => it > 0.95)).toBe(true);
    expect(sum(dark.slice(0, 100)) + sum(dark.slice(120))).toBe(0);
  });

  test("stamps at places between its pixels, at the nearest of its phases", () => {
    const side = 2;
    // Each phase has a tone of its own.
    const bytes = new Uint8ClampedArray(4 * side * side * PHASES * PHASES);
    for (let i = 0; i < bytes.length; i += 4) {
      const phase = Math.floor(i / (4 * side * side));
      bytes.set([phase, phase, phase, 255], i);
    }
    const raster = blank(8);
    const places = Float32Array.of(3, 3, 6.26, 5.5, 0, 0);
    drawStamps(raster, stampFrom(bytes, side), places, Uint32Array.of(0, 1));
    const tone = (x: number, y: number) => raster.bytes[4 * (8 * y + x)];
    expect([tone(2, 2), tone(3, 3), tone(1, 2), tone(4, 3)]).toEqual([0, 0, 255, 255]);
    expect([tone(5, 4), tone(6, 5), tone(4, 4)]).toEqual([9, 9, 255]);
    expect(tone(0, 0)).toBe(255);
  });

  test("stamps with the stamp's own strength, and cuts it at the edges", () => {
    const side = 2;
    const bytes = new Uint8ClampedArray(4 * side * side * PHASES * PHASES);
    for (let i = 3; i < bytes.length; i += 4) bytes[i] = 128;
    const raster = blank(4);
    const places = Float32Array.of(0, 0, 4, 4, -50, 2, Number.NaN, 1);
    drawStamps(raster, stampFrom(bytes, side), places, Uint32Array.of(0, 1, 2, 3));
    const dark = darkness(raster);
    expect(dark[0]).toBeCloseTo(0.5, 1);
    expect(dark[15]).toBeCloseTo(0.5, 1);
    expect(sum(dark)).toBeCloseTo(1, 1);
  });
});

function pointsOf(targets: readonly number[], held: readonly number[], classes: number): Points {
  return {
    positions: new Float32Array(2 * targets.length),
    targets: Float32Array.from(targets),
    numbers: Uint32Array.from(targets, (_, i) => i),
    held: Uint8Array.from(targets, (_, i) => held[i] ?? 0),
    classes,
    classNames: [],
    axes: ["x", "y"],
    window: { x: [-1, 1], y: [-1, 1] },
    inputs: [],
  };
}
