// Numbers and names as the page says them.

import { describe, expect, test } from "vitest";
import {
  counted,
  digits,
  layerTitle,
  layerWords,
  messageOf,
  metric,
  percent,
  scoredOn,
  whole,
} from "../../web/src/words.ts";

describe("numbers", () => {
  test("a share is 100 % only where it is whole", () => {
    expect(percent(0.9642)).toBe("96.4\u00a0%");
    expect(percent(0.99996)).toBe("99.9\u00a0%");
    expect(percent(0.997, 0)).toBe("99\u00a0%");
    expect([0, 0.554, 0.9999, 1].map((it) => percent(it, 0))).toEqual([
      "0\u00a0%",
      "55\u00a0%",
      "99\u00a0%",
      "100\u00a0%",
    ]);
    expect(percent(1)).toBe("100.0\u00a0%");
    expect(percent(Number.NaN)).toBe("–");
  });

  test("a number of any size has four digits and a true minus", () => {
    expect(digits(0.083123)).toBe("0.08312");
    expect(digits(0)).toBe("0");
    expect(digits(-2.5)).toBe("−2.5");
    expect(digits(1.234e-7)).toBe("1.23e−7");
    expect(digits(-7.891e37)).toBe("−7.89e37");
    expect(digits(Number.POSITIVE_INFINITY)).toBe("∞");
    expect(digits(Number.NaN)).toBe("–");
  });

  test("quantities are scored by R², not in percent", () => {
    expect(metric(0.9312, true)).toBe("0.93");
    expect(metric(-3.5, true)).toBe("−3.50");
    expect(metric(-2.18e38, true)).toBe("−2.18e38");
    expect(metric(-1234.5678, true)).toBe("−1235");
    expect(metric(0.9312, false)).toBe("93.1\u00a0%");
  });

  test("layers are named in words", () => {
    expect(layerWords("layer_2")).toBe("layer 2");
    expect(layerWords("input")).toBe("the input");
    expect(layerTitle("output")).toBe("Output");
    expect(whole(1234567)).toBe("1,234,567");
  });
});

test("a score is of points not seen only where some are held out", () => {
  expect(scoredOn({ held: Uint8Array.of(0, 1) })).toBe("on points not seen");
  expect(scoredOn({ held: Uint8Array.of(0, 0) })).toBe("on the training points: none is held out");
});

test("one thing is not many", () => {
  expect(counted(1, "row")).toBe("1 row");
  expect(counted(12_000, "row")).toBe("12,000 rows");
  expect(counted(2, "unit frozen", "units changed")).toBe("2 units changed");
});

test("what went wrong is said alike, whoever threw it", () => {
  expect(messageOf(new Error("no file"))).toBe("no file");
  expect(messageOf({ code: "csvSyntax", message: "line 3" })).toBe("line 3");
  expect(messageOf("gone")).toBe("gone");
});
