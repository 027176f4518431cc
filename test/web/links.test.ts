// The weights as lines: which are drawn, how thick, along what curve, and which one is pointed at.

import { describe, expect, test } from "vitest";
import {
  chooseLinks,
  distanceToLink,
  type Gap,
  isNegative,
  LINK_STYLES,
  linkStyle,
  linkWidth,
  makeLinks,
  mostLinks,
  nearestLink,
  traceLink,
} from "../../web/src/draw/links.ts";
import { type Block, tiling } from "../../web/src/draw/tiles.ts";

const block = (x: number, y: number, units: number): Block => ({ x, y, tiling: tiling(units) });
/** As drawn between each two of four layers. */
const MOST = mostLinks(3);
const gap = (from: number, to: number, weight: Float32Array): Gap => ({
  from: block(10, 20, from),
  to: block(200, 40, to),
  weight,
});
const chosen = (weight: Float32Array) => {
  const links = makeLinks();
  chooseLinks(weight, MOST, links);
  return links;
};

describe("style", () => {
  test("tells the sign, and widens with the size up to a limit", () => {
    expect(isNegative(linkStyle(-0.1))).toBe(true);
    expect(isNegative(linkStyle(0.1))).toBe(false);
    const widths = [0, 0.3, -0.9, 1.7, -3.9].map((w) => linkWidth(linkStyle(w)));
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(new Set(widths).size).toBe(5);
    expect(linkWidth(linkStyle(-1e9))).toBe(linkWidth(linkStyle(3.99)));
  });

  test("is one of the styles for any number that is not NaN", () => {
    for (const w of [0, -0, 1e-30, -4, 4, 1e30, Number.POSITIVE_INFINITY, -Infinity]) {
      expect(linkStyle(w)).toBeGreaterThanOrEqual(0);
      expect(linkStyle(w)).toBeLessThan(LINK_STYLES);
    }
  });
});

describe("choice", () => {
  test("takes all lines of narrow layers, with their styles", () => {
    const { count, positions, styles } = chosen(new Float32Array([0.5, -2, 0, 9]));
    expect([...positions.slice(0, count)]).toEqual([0, 1, 2, 3]);
    expect([...styles.slice(0, count)]).toEqual([0.5, -2, 0, 9].map(linkStyle));
  });

  test("takes the strongest lines of wide layers", () => {
    const weight = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * 37.7) ** 3);
    const { count, positions } = chosen(weight);
    expect(count).toBeLessThanOrEqual(MOST);
    expect(count).toBeGreaterThan(MOST * 0.8);
    const taken = new Set(positions.slice(0, count));
    const size = (i: number) => Math.abs(weight[i] ?? 0);
    const weakest = Math.min(...[...taken].map(size));
    for (let i = 0; i < weight.length; i++)
      if (!taken.has(i)) expect(size(i)).toBeLessThan(weakest);
  });

  test("is bounded where all weights are equal, and where they are 0", () => {
    expect(chosen(new Float32Array(1000).fill(0.3)).count).toBe(MOST);
    expect(chosen(new Float32Array(1000)).count).toBe(MOST);
  });

  test("leaves out what is not a number, and bears the infinite", () => {
    const { count, positions } = chosen(new Float32Array([Number.NaN, 1, Number.NaN]));
    expect([...positions.slice(0, count)]).toEqual([1]);
    const wide = new Float32Array(1000).fill(1e-3);
    wide.set([Number.NaN, Number.POSITIVE_INFINITY, -Infinity, 5], 500);
    const { count: n, positions: p } = chosen(wide);
    expect([...p.slice(0, n)]).toEqual([501, 502, 503]);
  });

  test("forgets what was chosen before", () => {
    const links = makeLinks();
    chooseLinks(new Float32Array(300).fill(1), MOST, links);
    chooseLinks(new Float32Array([2]), MOST, links);
    expect(links.count).toBe(1);
  });
});

/** Points of the curve as it is drawn, by its handles. */
function drawn(it: Gap, position: number, count = 41): (readonly [x: number, y: number])[] {
  let start: readonly number[] = [];
  let curve: readonly number[] = [];
  traceLink(
    {
      moveTo: (...numbers: number[]) => {
        start = numbers;
      },
      bezierCurveTo: (...numbers: number[]) => {
        curve = numbers;
      },
    },
    it,
    position,
  );
  const along = (i: 0 | 1, t: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = [start[i], curve[i], curve[2 + i], curve[4 + i]];
    const s = 1 - t;
    return s ** 3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t ** 3 * d;
  };
  return Array.from({ length: count }, (_, k) => k / (count - 1)).map((t) => [
    along(0, t),
    along(1, t),
  ]);
}

describe("curve", () => {
  const it = gap(3, 4, new Float32Array(12).fill(1));

  test("goes from the source's right side to the target's left side", () => {
    // Position 6: unit 1 of the layer before to unit 2.
    const points = drawn(it, 6);
    expect(points[0]).toEqual([10 + 40, 20 + 44 + 20]);
    expect(points.at(-1)).toEqual([200, 40 + 2 * 44 + 20]);
  });

  test("is as far away as it looks, within half a pixel", () => {
    for (const position of [0, 3, 8, 11]) {
      const fine = drawn(it, position, 2001);
      for (const [x, y] of drawn(it, position)) {
        for (const by of [0, 3, -5]) {
          const seen = Math.min(...fine.map(([u, v]) => Math.hypot(u - x, v - y - by)));
          const found = distanceToLink(it, position, x, y + by);
          expect(Math.abs(found - seen), `${position} ${x} ${by}`).toBeLessThan(0.5);
        }
      }
    }
  });

  test("is nowhere beyond its ends", () => {
    expect(distanceToLink(it, 0, 40, 40)).toBe(Number.POSITIVE_INFINITY);
    expect(distanceToLink(it, 0, 210, 60)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the line under the pointer", () => {
  const weight = Float32Array.from({ length: 36 }, (_, i) => (i % 7) - 3);
  const it = gap(6, 6, weight);

  test("is the one that is drawn there", () => {
    for (let position = 0; position < weight.length; position++) {
      const [x, y] = drawn(it, position)[6] ?? [0, 0];
      const found = nearestLink(it, chosen(weight), { x, y: y + 0.2, reach: 6 });
      expect(found).toBeDefined();
      expect(distanceToLink(it, found ?? 0, x, y + 0.2)).toBeLessThanOrEqual(0.21);
    }
    // Near their starts the lines of one unit lie together: told apart further on.
    const [x, y] = drawn(it, 35)[38] ?? [0, 0];
    expect(nearestLink(it, chosen(weight), { x, y, reach: 6 })).toBe(35);
  });

  test("is none where none is near", () => {
    expect(nearestLink(it, chosen(weight), { x: 120, y: 500, reach: 6 })).toBeUndefined();
    expect(nearestLink(it, makeLinks(), { x: 120, y: 100, reach: 6 })).toBeUndefined();
  });
});
