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
  halfOf,
  place,
  Room,
  scattered,
  sceneAt,
  spread,
  stageAt,
} from "../../web/src/draw/space.ts";
import { eased, settled, type View, viewAround } from "../../web/src/draw/viewport.ts";
import type { Points, Stage } from "../../web/src/protocol.ts";

const number = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
const view: fc.Arbitrary<View> = fc.record({
  x: number(10),
  y: number(10),
  half: fc.double({ min: 0.1, max: 10, noNaN: true }),
});

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
  test("has everything in it, and leaves out what is not finite", () => {
    const points = Float32Array.of(0, 0, 4, 2, Number.NaN, 9, Infinity, 0);
    const { x, y, half } = viewAround(points, Float32Array.of(2, -4));
    expect([x, y]).toEqual([2, -1]);
    expect(half).toBeGreaterThan(3);
    expect(half).toBeLessThan(3.5);
    expect(viewAround(new Float32Array(0)).half).toBe(1);
  });

  test("shows what it has to, wherever it aims", () => {
    fc.assert(
      fc.property(view, view, (aim, wanted) => {
        const it = settled(aim, wanted);
        // Within the margin, which is what may be used up.
        const reach = it.half * 1.08 + 1e-9;
        expect(Math.abs(wanted.x - it.x) + wanted.half).toBeLessThanOrEqual(reach);
        expect(Math.abs(wanted.y - it.y) + wanted.half).toBeLessThanOrEqual(reach);
      }),
    );
  });

  test("stays at small changes and follows large ones", () => {
    const aim = { x: 0, y: 0, half: 1 };
    expect(settled(aim, { x: 0.02, y: 0, half: 0.9 })).toBe(aim);
    const small = { x: 0, y: 0, half: 0.2 };
    expect(settled(aim, small)).toBe(small);
    const large = { x: 0, y: 0, half: 2 };
    expect(settled(aim, large)).toBe(large);
  });

  test("comes nearer with every frame, never goes beyond, and arrives", () => {
    fc.assert(
      fc.property(view, view, (start, aim) => {
        let at = start;
        for (let i = 0; i < 600 && at !== aim; i++) {
          const next = eased(at, aim, 1 / 60);
          for (const axis of ["x", "y", "half"] as const) {
            const [before, after] = [aim[axis] - at[axis], aim[axis] - next[axis]];
            expect(Math.abs(after)).toBeLessThanOrEqual(Math.abs(before));
            expect(before * after).toBeGreaterThanOrEqual(0);
          }
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
    const picture = { view: { x: 1, y: 0, half: 2 }, size: 100 };
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

describe("a line through a view", () => {
  const area = (corners: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < corners.length; i += 2) {
      const [x = 0, y = 0] = corners.slice(i, i + 2);
      const [u = 0, v = 0] = corners.slice((i + 2) % corners.length);
      sum += x * v - u * y;
    }
    return Math.abs(sum) / 2;
  };

  test("cuts it into its two sides", () => {
    const line = fc
      .tuple(number(5), number(5), number(20))
      .filter(([a, b]) => a * a + b * b > 0.01);
    fc.assert(
      fc.property(view, line, (square, [a, b, c]) => {
        const [there, here] = [halfOf(square, [a, b, c]), halfOf(square, [-a, -b, -c])];
        const whole = 4 * square.half ** 2;
        expect(area(there.corners) + area(here.corners)).toBeCloseTo(whole, 6);
        for (let i = 0; i < there.corners.length; i += 2) {
          const [x = 0, y = 0] = there.corners.slice(i, i + 2);
          expect(a * x + b * y + c).toBeGreaterThanOrEqual(-1e-9);
          expect(Math.abs(x - square.x)).toBeLessThanOrEqual(square.half + 1e-9);
        }
        for (let i = 0; i < there.edge.length; i += 2) {
          const [x = 0, y = 0] = there.edge.slice(i, i + 2);
          expect(a * x + b * y + c).toBeCloseTo(0, 8);
        }
      }),
    );
  });

  test("that misses the view leaves it whole or empty, without an edge", () => {
    const square = { x: 0, y: 0, half: 1 };
    expect(halfOf(square, [1, 0, 5]).edge).toEqual([]);
    expect(area(halfOf(square, [1, 0, 5]).corners)).toBe(4);
    expect(halfOf(square, [1, 0, -5])).toEqual({ corners: [], edge: [] });
  });

  test("is upright for a threshold of one unit", () => {
    expect(halfOf({ x: 0, y: 0, half: 1 }, [2, 0, -1]).edge).toEqual([0.5, -1, 0.5, 1]);
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
