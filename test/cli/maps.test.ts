import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Arrangement,
  arrange,
  type Picture,
  renderBars,
  renderMaps,
} from "../../src/cli/maps.ts";
import { widthOf } from "../../src/cli/text.ts";

/** Values of `size`² pixels from a function of column and row. */
function pixels(size: number, outputs: number, at: (x: number, y: number) => number[]) {
  const values = new Float32Array(size * size * outputs);
  for (let i = 0; i < size * size; i++) {
    values.set(at(i % size, Math.floor(i / size)), i * outputs);
  }
  return values;
}

/** `count` maps that are class 0 on the left and class 1 on the right. */
function picture(size: number, count: number, change: Partial<Picture> = {}): Picture {
  const maps = Array.from({ length: count }, (_, i) => ({
    name: i === 0 ? "input" : `dense_${i}`,
    score: "99.5 %",
    values: pixels(size, 1, (x) => [x < size / 2 ? 0.1 : 0.9]),
  }));
  return { maps, classNames: ["no", "yes"], range: [0, 1], dots: [], ...change };
}

const sideBySide = (count: number, size: number): Arrangement => ({
  size,
  perRow: count,
  shown: Array.from({ length: count }, (_, i) => i),
});

/** The escape codes of a line, replaced by what they say. */
const readable = (line: string) => line.replaceAll("\u001b", "␛");

describe("how maps are arranged", () => {
  test.each([
    [4, 120, 40, { size: 26, perRow: 4, shown: [0, 1, 2, 3] }],
    [4, 80, 18, { size: 16, perRow: 4, shown: [0, 1, 2, 3] }],
    [4, 400, 60, { size: 32, perRow: 4, shown: [0, 1, 2, 3] }],
    [4, 40, 30, { size: 18, perRow: 2, shown: [0, 1, 2, 3] }],
    [4, 40, 9, { size: 12, perRow: 2, shown: [0, 3] }],
    [9, 60, 14, { size: 12, perRow: 4, shown: [0, 4, 7, 8] }],
    [4, 20, 9, { size: 8, perRow: 2, shown: [0, 3] }],
    [4, 10, 60, { size: 10, perRow: 1, shown: [0, 1, 2, 3] }],
    [4, 7, 60, undefined],
    [4, 80, 5, undefined],
  ])("%i maps on %i columns and %i lines", (count, columns, rows, expected) => {
    expect(arrange(count, columns, rows)).toEqual(expected);
  });

  test("whatever the terminal, maps fit it, with input and output among them", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 1, max: 250 }),
      fc.integer({ min: 1, max: 90 }),
    );
    fc.assert(
      fc.property(sizes, ([count, columns, rows]) => {
        const arrangement = arrange(count, columns, rows);
        if (arrangement === undefined) return;
        const { size, shown } = arrangement;
        expect(size % 2).toBe(0);
        expect([shown[0], shown.at(-1)]).toEqual([0, count - 1]);
        expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
        for (const color of ["none", "256"] as const) {
          const lines = renderMaps(picture(size, count), arrangement, columns, color);
          expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
          // The legend's lines are counted elsewhere.
          const maps = lines.slice(0, lines.lastIndexOf("") + 1);
          expect(maps.length).toBeLessThanOrEqual(rows);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("maps in characters", () => {
  test("two classes: dots and hashes, weaker where less is certain", () => {
    const shades = [0.1, 0.2, 0.3, 0.45, 0.55, 0.7, 0.8, 0.95];
    const one = { name: "input", score: "50.0 %", values: pixels(8, 1, (x) => [shades[x] ?? 0]) };
    const lines = renderMaps(picture(8, 0, { maps: [one] }), sideBySide(1, 8), 80, "none");
    expect(lines).toEqual([
      "input",
      "50.0 %",
      "..::++##",
      "..::++##",
      "..::++##",
      "..::++##",
      "",
      ". : no   # + yes",
    ]);
  });

  test("maps stand side by side, with an arrow halfway down", () => {
    const lines = renderMaps(picture(16, 2), sideBySide(2, 16), 80, "none");
    expect(lines.slice(0, 6)).toEqual([
      "input     99.5 %   dense_1   99.5 %",
      "........########   ........########",
      "........########   ........########",
      "........########   ........########",
      "........########   ........########",
      "........######## → ........########",
    ]);
  });

  test("where maps are left out, there is an ellipsis", () => {
    const arrangement = { size: 8, perRow: 3, shown: [0, 3, 4] };
    const lines = renderMaps(picture(8, 5), arrangement, 80, "none");
    expect(lines[4]).toBe("....#### … ....#### → ....####");
  });

  test("maps that don't fit in one row go on in the next", () => {
    const arrangement = { size: 8, perRow: 2, shown: [0, 1, 2] };
    const lines = renderMaps(picture(8, 3), arrangement, 80, "none");
    expect(lines).toHaveLength(2 * 7 + 1);
    expect(lines[7]).toBe("dense_2");
    expect(lines[9]).toBe("....####");
  });

  test("each class of several has its digit", () => {
    const values = pixels(8, 3, (x) =>
      x < 3 ? [0.8, 0.1, 0.1] : x < 6 ? [0, 0.5, 0.4] : [0, 0, 1],
    );
    const change = { maps: [{ name: "output", score: "", values }], classNames: ["a", "b", "c"] };
    const lines = renderMaps(picture(8, 0, change), sideBySide(1, 8), 80, "none");
    expect(lines[2]).toBe("00011122");
    expect(lines.at(-1)).toBe("0 a   1 b   2 c");
  });

  test("a quantity has shades from low to high, clipped to its range", () => {
    const values = pixels(8, 1, (x) => [[-100, -10, -5, 0, 4, 8, 10, 100][x] ?? 0]);
    const change = {
      maps: [{ name: "output", score: "", values }],
      classNames: [],
      range: [-10, 10] as const,
    };
    const lines = renderMaps(picture(8, 0, change), sideBySide(1, 8), 80, "none");
    expect(lines[2]).toBe("  :+#@@@");
    expect(lines.at(-1)).toBe("blank -10.0   @ 10.0");
  });

  test("the first row of a map is on top, and a cell shows the mean of two", () => {
    const values = pixels(8, 1, (_, y) => [[0, 0, 1, 1, 0, 1, 0, 0][y] ?? 0]);
    const lines = renderMaps(
      picture(8, 0, { maps: [{ name: "n", score: "s", values }] }),
      sideBySide(1, 8),
      80,
      "none",
    );
    expect(lines.slice(1, 5)).toEqual(["........", "########", "++++++++", "........"]);
  });

  test("plain maps hold no escape code", () => {
    const dots = [{ right: 0.5, down: 0.5, label: 1 }];
    const lines = renderMaps(picture(16, 3, { dots }), sideBySide(3, 16), 80, "none");
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("names from files can't steer the terminal", () => {
    const change = { classNames: ["\u001b[2Jx", "a\nb"] };
    const lines = renderMaps(picture(8, 1, change), sideBySide(1, 8), 80, "none");
    expect(lines.at(-1)).toBe(". : �[2Jx   # + a�b");
  });
});

describe("maps in color", () => {
  test("a half block shows two pixels, and a color is said only when it changes", () => {
    const values = pixels(8, 1, (x, y) => [x < 4 ? 1 : y % 2]);
    const change = { maps: [{ name: "n", score: "s", values }] };
    const lines = renderMaps(picture(8, 0, change), sideBySide(1, 8), 80, "truecolor");
    const [orange, blue] = ["204;144;9", "8;105;160"];
    expect(readable(lines[1] ?? "")).toBe(
      `␛[38;2;${orange};48;2;${orange}m▀▀▀▀␛[38;2;${blue};48;2;${orange}m▀▀▀▀␛[0m`,
    );
  });

  test("a border shows even where nothing is certain", () => {
    const values = pixels(8, 1, (x) => [x < 4 ? 0.499 : 0.501]);
    const change = { maps: [{ name: "n", score: "s", values }] };
    const lines = renderMaps(picture(8, 0, change), sideBySide(1, 8), 80, "256");
    expect(readable(lines[1] ?? "")).toMatch(/^␛\[[\d;]+m▀▀▀▀␛\[[\d;]+m▀▀▀▀␛\[0m$/);
  });

  test("256 colors are written as numbers", () => {
    const lines = renderMaps(picture(8, 1), sideBySide(1, 8), 80, "256");
    expect(readable(lines[2] ?? "")).toMatch(/^␛\[38;5;\d+;48;5;\d+m▀{4}␛/);
  });

  test("data points lie where they are, and not outside", () => {
    const dots = [
      { right: 0.01, down: 0.01, label: 0 },
      { right: 0.99, down: 0.99, label: 1 },
      { right: 0.99, down: 0.98, label: 0 },
      { right: 1, down: 0.5, label: 0 },
      { right: -0.1, down: 0.5, label: 0 },
    ];
    const lines = renderMaps(picture(8, 1, { dots }), sideBySide(1, 8), 80, "256").slice(2, 6);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are control characters
    const letters = lines.map((line) => line.replace(/\u001b\[[\d;]*m/g, ""));
    expect(letters).toEqual(["•▀▀▀▀▀▀▀", "▀▀▀▀▀▀▀▀", "▀▀▀▀▀▀▀▀", "▀▀▀▀▀▀▀•"]);
  });

  test("dots leave most of the map visible", () => {
    const dots = Array.from({ length: 5000 }, (_, i) => ({
      right: ((i * 7) % 100) / 100,
      down: ((i * 13) % 101) / 101,
      label: i & 1,
    }));
    const lines = renderMaps(picture(16, 1, { dots }), sideBySide(1, 16), 80, "256");
    expect(lines.join("").split("•").length - 1).toBe(Math.floor((16 * 16) / 2 / 7));
  });
});

describe("bars", () => {
  const layers = [
    { name: "input", share: 0.5, score: "50.0 %" },
    { name: "dense_1", share: 1, score: "100.0 %" },
  ];

  test("name, score and a bar, in columns", () => {
    expect(renderBars(layers, 40, "none")).toEqual([
      "input     50.0 %  ###########...........",
      "dense_1  100.0 %  ######################",
    ]);
  });

  test("without room there is no bar, and an R² below 0 has none", () => {
    expect(renderBars(layers, 20, "none")).toEqual(["input     50.0 %", "dense_1  100.0 %"]);
    const bad = [{ name: "input", share: -3, score: "-3.000" }];
    expect(renderBars(bad, 25, "none")).toEqual(["input  -3.000  .........."]);
  });
});
