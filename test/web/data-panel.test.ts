// The data panel's pure parts: edits before the worker has made them, places on the map, data sets.

import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  drawnPoints,
  hasTwoClasses,
  renumbered,
  undone,
  withEdits,
} from "../../web/src/data/edits.ts";
import { sayPlace, sayPoint, sayValue } from "../../web/src/data/sayings.ts";
import {
  chosenByName,
  classesOf,
  fitting,
  leastClasses,
  withClasses,
  withNumbers,
  withSet,
} from "../../web/src/data/sets.ts";
import { thumbnailOf } from "../../web/src/data/thumbnails.ts";
import { lossesFor } from "../../web/src/losses.ts";
import { lossNames } from "../../web/src/names.ts";
import { paced } from "../../web/src/paced.ts";
import {
  type DataSettings,
  dataNames,
  defaultSettings,
  type PointEdit,
} from "../../web/src/recipe.ts";
import { makeData } from "../../web/src/worker/data.ts";

const made = (data: Partial<DataSettings>) =>
  makeData({ ...defaultSettings, data: { ...defaultSettings.data, ...data } }).points;

const add = (x: number, y: number, label: number): PointEdit => ({ do: "add", x, y, label });

/** Edits that hold for `count` points of `classes`: none of a point that is gone. */
function arbitraryEdits(count: number, classes: number): fc.Arbitrary<PointEdit[]> {
  const draft = fc.record({
    kind: fc.constantFrom("add", "move", "remove"),
    which: fc.nat(1000),
    x: fc.integer({ min: -300, max: 300 }).map((it) => it / 100),
    y: fc.integer({ min: -300, max: 300 }).map((it) => it / 100),
    label: fc.nat(classes - 1),
  });
  return fc.array(draft, { maxLength: 30 }).map((drafts) => {
    const there = Array.from({ length: count }, (_, i) => i);
    let next = count;
    return drafts.map(({ kind, which, x, y, label }): PointEdit => {
      const at = which % Math.max(1, there.length);
      const point = there[at];
      if (kind === "add" || point === undefined) {
        there.push(next++);
        return add(x, y, label);
      }
      if (kind === "move") return { do: "move", point, x, y };
      there.splice(at, 1);
      return { do: "remove", point };
    });
  });
}

describe("edits", () => {
  test("show what the worker will make of them", () => {
    const before = made({ samples: 20 });
    fc.assert(
      fc.property(arbitraryEdits(20, 2), (edits) => {
        // Such that the rest can be learned.
        const safe = [...edits, ...[0, 1, 0, 1].map((label, i) => add(i, i, label))];
        const after = made({ samples: 20, edits: safe });
        const { positions, targets, numbers } = withEdits(before, safe, 20);
        expect({ positions, targets, numbers }).toEqual({
          positions: after.positions,
          targets: after.targets,
          numbers: after.numbers,
        });
      }),
      { numRuns: 50 },
    );
  });

  test("of a drawing are its points, in the window and under the names that the worker gives them", () => {
    const edits: PointEdit[] = [
      add(1, 1, 0),
      add(-1, 0.5, 2),
      add(0, 0, 1),
      { do: "remove", point: 2 },
      { do: "move", point: 0, x: -2, y: 1 },
    ];
    const data: DataSettings = { ...defaultSettings.data, name: "drawn", classes: 3, edits };
    const { held: _, inputs: __, ...mine } = drawnPoints(data);
    expect(made(data)).toMatchObject(mine);
  });

  test("that no worker has numbered yet can be told apart from all points", () => {
    const points = withEdits(made({ samples: 20 }), [add(0, 0, 1), add(1, 1, 0)]);
    expect(points.numbers.length).toBe(22);
    expect([...points.numbers.subarray(20)]).toEqual([2 ** 32 - 1, 2 ** 32 - 1]);
  });

  test("make a drawing learnable once it has two classes, just as the worker sees it", () => {
    const cases: PointEdit[][] = [
      [],
      [add(0, 0, 1)],
      [add(0, 0, 1), add(1, 1, 1)],
      [add(0, 0, 1), add(1, 1, 0)],
      [add(0, 0, 1), add(1, 1, 0), { do: "remove", point: 1 }],
    ];
    for (const edits of cases) {
      const data: DataSettings = { ...defaultSettings.data, name: "drawn", edits };
      const learn = () => made(data);
      if (hasTwoClasses(drawnPoints(data))) expect(learn).not.toThrow();
      else expect(learn).toThrow(/two classes/);
    }
  });

  test("stay with their points when the set has more or fewer of its own", () => {
    const edits: PointEdit[] = [
      { do: "move", point: 5, x: 0, y: 0 },
      { do: "remove", point: 25 },
      add(1, 2, 1),
      { do: "move", point: 30, x: 2.5, y: -2.5 },
    ];
    expect(renumbered(edits, 30, 30)).toEqual(edits);
    expect(renumbered(edits, 30, 20)).toEqual([
      { do: "move", point: 5, x: 0, y: 0 },
      add(1, 2, 1),
      { do: "move", point: 20, x: 2.5, y: -2.5 },
    ]);
    for (const samples of [20, 30, 400]) {
      const data = withNumbers({ ...defaultSettings.data, samples: 30, edits }, { samples });
      expect([...made(data).positions.slice(-2)]).toEqual([2.5, -2.5]);
    }
  });

  test("are taken back stroke by stroke, those of no known stroke one by one", () => {
    const edits = [add(0, 0, 0), add(1, 0, 0), add(2, 0, 0), add(3, 0, 0)];
    const strokes = [
      { upTo: 3, count: 2 },
      { upTo: 4, count: 1 },
    ];
    const first = undone(edits, strokes);
    expect(first).toEqual({ edits: edits.slice(0, 3), strokes: strokes.slice(0, 1) });
    const second = undone(first.edits, first.strokes);
    expect(second).toEqual({ edits: edits.slice(0, 1), strokes: [] });
    expect(undone(second.edits, second.strokes)).toEqual({ edits: [], strokes: [] });
    // After a leap to when there were two edits, no stroke ended there.
    expect(undone(edits.slice(0, 2), strokes)).toEqual({ edits: edits.slice(0, 1), strokes: [] });
  });
});

describe("data sets", () => {
  test("can be changed from each to each, with any loss", () => {
    for (const from of chosenByName.filter((it) => it !== "drawn")) {
      for (const name of chosenByName) {
        const before: DataSettings = {
          ...defaultSettings.data,
          name: from,
          classes: 6,
          samples: 40,
        };
        const drawing = [add(0, 0, 0), add(1, 1, 1)];
        const data = withSet(before, name, name === "drawn" ? drawing : []);
        const classes = classesOf(data);
        expect(made(data).classes, `${from} to ${name}`).toBe(classes);
        for (const loss of lossNames) {
          const fits = fitting(loss, classes);
          expect(fits === "auto" || lossesFor({ classes }).includes(fits)).toBe(true);
          if (lossesFor({ classes }).includes(loss)) expect(fits).toBe(loss);
        }
      }
    }
  });

  test("are all on offer, but for the table, which has a window of its own", () => {
    expect(new Set([...chosenByName, "table"])).toEqual(new Set(dataNames));
  });

  test("with other classes lose edits, which meant others; a drawing keeps them, and as many classes as it needs", () => {
    const edits = [add(0, 0, 0), add(1, 1, 3)];
    const blobs: DataSettings = { ...defaultSettings.data, name: "gaussians", classes: 4, edits };
    expect(withClasses(blobs, 5)).toEqual({ ...blobs, classes: 5, edits: [] });
    const drawing: DataSettings = { ...blobs, name: "drawn" };
    expect(withClasses(drawing, 6)).toEqual({ ...drawing, classes: 6 });
    expect(leastClasses(drawing)).toBe(4);
    expect(leastClasses(blobs)).toBe(2);
  });

  test("have pictograms of both colors that stay in their box", () => {
    for (const name of chosenByName) {
      const { areas } = thumbnailOf(name);
      for (const path of areas) {
        const places = [...path.matchAll(/M(-?[\d.]+) (-?[\d.]+)/g)];
        expect(places.length, name).toBeGreaterThan(1);
        for (const [, x, y] of places) {
          expect(Math.abs(Number(x)), name).toBeLessThanOrEqual(10);
          expect(Math.abs(Number(y)), name).toBeLessThanOrEqual(10);
        }
      }
    }
  });
});

describe("sayings", () => {
  test("name a point by class, place and part", () => {
    const points = made({ samples: 20 });
    const i = points.held.indexOf(1);
    const [x = 0, y = 0] = points.positions.subarray(2 * i);
    const name = points.classNames[points.targets[i] ?? 0];
    const place = sayPlace(points.window, { x, y });
    expect(sayPoint(points, i)).toBe(`${name} at ${place}, for testing`);
    expect(sayPoint(made({ name: "plane", samples: 20 }), 0)).toMatch(/^value −?0\.\d+ at /);
  });

  test("write numbers with the digits that tell, and no negative zero", () => {
    const extent = { x: [-3, 3], y: [0, 50_000] } as const;
    expect(sayPlace(extent, { x: -1.5, y: 20_000 })).toBe("−1.50, 20000");
    expect(sayPlace(extent, { x: -0.001, y: 0 })).toBe("0.00, 0");
    expect(sayValue(-1234.5)).toBe("−1230");
  });
});

describe("what is paced", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("goes at once after a rest, then the newest one each time, and at once when flushed", () => {
    vi.useFakeTimers();
    const seen: number[] = [];
    const call = paced((value: number) => seen.push(value), 100);
    call(1);
    expect(seen).toEqual([1]);
    call(2);
    call(3);
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([1, 3]);
    call(4);
    call.flush();
    expect(seen).toEqual([1, 3, 4]);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual([1, 3, 4]);
    call(5);
    expect(seen).toEqual([1, 3, 4, 5]);
  });

  test("may ask again for what it can't do yet", () => {
    vi.useFakeTimers();
    let ready = false;
    let done = 0;
    const call = paced<void>(() => {
      if (ready) done++;
      else call();
    }, 100);
    call();
    vi.advanceTimersByTime(350);
    expect(done).toBe(0);
    ready = true;
    vi.advanceTimersByTime(1000);
    expect(done).toBe(1);
  });
});
