import { describe, expect, test } from "vitest";
import {
  colorCode,
  mix,
  nearestOf256,
  regionColor,
  scaleColor,
  styled,
  surfaceOf,
} from "../../src/cli/color.ts";
import { Screen } from "../../src/cli/screen.ts";
import {
  count,
  cut,
  duration,
  flow,
  harmless,
  large,
  padEnd,
  padStart,
  percent,
  small,
  widthOf,
  wrap,
} from "../../src/cli/text.ts";

describe("text", () => {
  test.each([
    ["abc", 3],
    ["▀•→…", 4],
    ["\u001b[38;2;1;2;3mab\u001b[0m", 2],
    ["漢字", 4],
    ["e\u0301", 1],
    ["", 0],
  ])("%j is as wide as it looks", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test("cut keeps within the columns and says that it cut", () => {
    expect([cut("abcdef", 6), cut("abcdef", 5), cut("abcdef", 1), cut("abcdef", 0)]).toEqual([
      "abcdef",
      "abcd…",
      "…",
      "",
    ]);
    expect(cut("漢字漢字", 6)).toBe("漢字…");
  });

  test("padding counts columns, not letters", () => {
    expect([padEnd("漢", 4), padStart("漢", 4)]).toEqual(["漢  ", "  漢"]);
    expect(padEnd("long", 2)).toBe("long");
  });

  test("pieces flow into lines, and a piece is never torn", () => {
    expect(flow(["aaa", "bbb", "ccc"], 8)).toEqual(["aaa  bbb", "ccc"]);
    expect(flow(["aaaaaaaaaa"], 4)).toEqual(["aaa…"]);
    expect(flow([], 4)).toEqual([]);
  });

  test("words wrap behind the indent", () => {
    expect(wrap("one two three", 9, "  ")).toEqual(["  one two", "  three"]);
  });

  test("control characters become visible", () => {
    expect(harmless("a\u001b]0;x\u0007\r\n\u202eb")).toBe("a�]0;x����b");
  });

  test("numbers are short", () => {
    expect([0, 0.5, 0.995, 1, Number.NaN].map(percent)).toEqual([
      "0.0 %",
      "50.0 %",
      "99.5 %",
      "100.0 %",
      "–",
    ]);
    expect([0, 0.00012, 0.5, 12.345678, 6748.61, 1e7, Number.NaN].map(small)).toEqual([
      "0.0000",
      "1.2e-4",
      "0.5000",
      "12.346",
      "6748.6",
      "1.0e+7",
      "NaN",
    ]);
    expect([0, 999, 9999, 10_000, 999_400, 999_600, 3.14e6, 2e7].map(large)).toEqual([
      "0",
      "999",
      "9999",
      "10 k",
      "999 k",
      "1.0 M",
      "3.1 M",
      "20 M",
    ]);
    expect([-1, 20, 400, 12_300, 119_000, 150_000].map(duration)).toEqual([
      "0.00 s",
      "0.02 s",
      "0.4 s",
      "12 s",
      "119 s",
      "3 min",
    ]);
    expect([count(1, "sample"), count(1797, "sample")]).toEqual(["1 sample", "1,797 samples"]);
  });
});

describe("what the terminal allows", () => {
  const surface = (
    env: Record<string, string>,
    options: { isTTY?: boolean; plain?: boolean } = {},
  ) => surfaceOf({ isTTY: true, plain: false, ...options, env });

  test.each([
    ["a terminal", { TERM: "xterm-256color" }, {}, "256", true],
    ["one of true color", { COLORTERM: "truecolor" }, {}, "truecolor", true],
    ["one of 24 bits", { COLORTERM: "24bit" }, {}, "truecolor", true],
    ["a pipe", { COLORTERM: "truecolor" }, { isTTY: false }, "none", false],
    ["NO_COLOR", { NO_COLOR: "1" }, {}, "none", false],
    ["an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, {}, "256", true],
    ["--plain", { COLORTERM: "truecolor" }, { plain: true }, "none", false],
    ["a dumb terminal", { TERM: "dumb" }, {}, "none", false],
    ["FORCE_COLOR on a pipe", { FORCE_COLOR: "1" }, { isTTY: false }, "256", false],
    ["FORCE_COLOR=3 on a pipe", { FORCE_COLOR: "3" }, { isTTY: false }, "truecolor", false],
    ["FORCE_COLOR over NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, {}, "256", true],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, {}, "none", false],
    ["--plain over FORCE_COLOR", { FORCE_COLOR: "3" }, { plain: true }, "none", false],
  ] as const)("%s", (_, env, options, color, live) => {
    expect(surface(env, options)).toEqual({ color, live });
  });
});

describe("colors", () => {
  test("the nearest of 256 is the color itself where it is one of them", () => {
    expect(nearestOf256([0, 0, 0])).toBe(16);
    expect(nearestOf256([255, 255, 255])).toBe(231);
    expect(nearestOf256([95, 135, 175])).toBe(67);
    expect(nearestOf256([118, 118, 118])).toBe(243);
  });

  test("a scale goes from blue over gray to orange", () => {
    expect([scaleColor(0), scaleColor(0.5), scaleColor(1)]).toEqual([
      [8, 105, 160],
      [56, 56, 60],
      [204, 144, 9],
    ]);
  });

  test("more certain is stronger", () => {
    const away = (certainty: number) => {
      const [r, , b] = regionColor(0, certainty);
      return Math.abs(r - 56) + Math.abs(b - 60);
    };
    expect(away(0)).toBeGreaterThan(20);
    expect(away(1)).toBeGreaterThan(away(0.5));
  });

  test("codes and mixtures", () => {
    expect(mix([0, 0, 0], [255, 100, 10], 0.5)).toEqual([128, 50, 5]);
    expect(colorCode([1, 2, 3], "truecolor", "background")).toBe("48;2;1;2;3");
    expect(colorCode([255, 255, 255], "256", "text")).toBe("38;5;231");
    expect(styled("x", "bold", "none")).toBe("x");
    expect(styled("x", "bold", "256")).toBe("\u001b[1mx\u001b[22m");
  });
});

describe("the screen", () => {
  function recorded(columns?: number) {
    const written: string[] = [];
    const output = { columns, write: (text: string) => written.push(text) };
    return { written, output, screen: new Screen(output) };
  }

  test("a frame is written in one piece and takes the place of the one before", () => {
    const { written, screen } = recorded(80);
    screen.draw(["a", "b"]);
    screen.draw(["c"]);
    expect(written).toHaveLength(2);
    expect(written[0]).not.toMatch(/\[\d+A/);
    expect(written[1]).toContain("\u001b[2A");
    expect(written[1]).toContain("c\u001b[K\n\u001b[J");
  });

  test("lines that a narrower window has wrapped are counted as they lie now", () => {
    const { written, output, screen } = recorded(80);
    screen.draw(["x".repeat(60), "", "y"]);
    output.columns = 25;
    screen.draw(["z"]);
    expect(written[1]).toContain("\u001b[5A");
  });

  test("the cursor is hidden while drawing and comes back once", () => {
    const { written, screen } = recorded();
    screen.release();
    expect(written).toEqual([]);
    screen.draw(["a"]);
    expect(written[0]).toContain("\u001b[?25l");
    screen.release();
    screen.release();
    expect(written.slice(1)).toEqual(["\u001b[?25h"]);
  });
});
