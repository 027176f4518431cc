// How well units tell parts from others, and what they are called by it.

import { describe, expect, test } from "vitest";
import {
  conv2d,
  dense,
  featureMaps,
  flatten,
  NdArray,
  nameUnits,
  selectivity,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";
import { chain, inputsOf } from "../support/seeing.ts";

describe("selectivity", () => {
  const column = (...values: readonly number[]) =>
    new NdArray(Float32Array.from(values), [values.length, 1]);
  test("is d′ by the formula, and the share of pairs in the right order", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const members = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0];
    const of = (own: number) => values.filter((_, i) => members[i] === own);
    const mean = (list: readonly number[]) => list.reduce((sum, it) => sum + it, 0) / list.length;
    const variance = (list: readonly number[]) => mean(list.map((it) => (it - mean(list)) ** 2));
    const [others, group] = [of(0), of(1)];
    const [it] = selectivity(column(...values), members);
    expect(it?.dPrime).toBeCloseTo(
      (mean(group) - mean(others)) / Math.sqrt((variance(group) + variance(others)) / 2),
      12,
    );
    const pairs = group.flatMap((a) => others.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    expect(it?.auc).toBeCloseTo(mean(pairs), 12);
  });
  test("is perfect, none, or turned around", () => {
    const of = (...values: readonly number[]) =>
      selectivity(column(...values), [true, true, false, false]);
    expect(of(1, 1, 0, 0)).toEqual([{ dPrime: Infinity, auc: 1 }]);
    expect(of(0, 0, 1, 1)).toEqual([{ dPrime: -Infinity, auc: 0 }]);
    expect(of(7, 7, 7, 7)).toEqual([{ dPrime: 0, auc: 0.5 }]);
  });
  test("looks at units one by one", () => {
    const both = selectivity(
      new NdArray(Float32Array.of(1, 5, 2, 5, 3, 1, 4, 0), [4, 2]),
      [0, 0, 1, 1],
    );
    expect(both.map((it) => it.auc)).toEqual([1, 0]);
  });
  test("needs two groups of samples, and rows of activations", async () => {
    for (const members of [[1, 1], [1], [0, 2]]) {
      expect((await rejection(() => selectivity(column(1, 2), members))).code).toBe(
        "invalidArgument",
      );
    }
    const maps = new NdArray(new Float32Array(8), [2, 2, 2]);
    expect((await rejection(() => selectivity(maps, [1, 0]))).code).toBe("invalidArgument");
  });
});

describe("nameUnits", () => {
  /** Filters that see a bright pixel, a dark one, and any difference along a row. */
  const parts = async () => {
    const net = await chain([3, 3, 1], conv2d({ filters: 2, kernelSize: 1 }));
    net.setWeights({ "a.weight": Float32Array.of(1, -1) });
    return net;
  };
  const bright = inputsOf([3, 3, 1], 12).map((it) => Math.abs(it));
  const probes = { bright, dark: bright.map((it) => -it), none: bright.map((it) => it / 100) };
  test("calls units by what they answer to, and says how clearly", async () => {
    using net = await parts();
    const named = await nameUnits(net, "a", probes);
    expect(named.map((it) => [it.unit, it.part])).toEqual([
      [0, "bright"],
      [1, "dark"],
    ]);
    for (const { part, dPrime, auc, parts } of named) {
      expect(parts.map((it) => it.part).sort()).toEqual(["bright", "dark", "none"]);
      expect(parts[0]).toEqual({ part, dPrime, auc });
      expect(dPrime).toBeGreaterThan(parts[1]?.dPrime ?? 0);
      expect(auc).toBe(1);
    }
  });
  test("has no name for a unit that is always off", async () => {
    using net = await chain([3, 3, 1], flatten(), dense(2, "relu"), dense(1));
    net.unit("b", 1).enabled = false;
    const [, off] = await nameUnits(net, "b", probes);
    expect([off?.part, off?.dPrime, off?.auc]).toEqual([undefined, 0, 0.5]);
  });
  for (const over of ["max", "mean"] as const) {
    test(`is the selectivity of the ${over} of each feature map`, async () => {
      using net = await parts();
      const all = Object.values(probes).flatMap((it) => [...it]);
      const maps = (await featureMaps(net, Float32Array.from(all), "a")).rows();
      const answers = maps.map((row) =>
        [0, 1].map((unit) => {
          const own = row.filter((_, i) => i % 2 === unit);
          return over === "max"
            ? Math.max(...own)
            : own.reduce((sum, it) => sum + it, 0) / own.length;
        }),
      );
      const rows = new NdArray(Float32Array.from(answers.flat()), [36, 2]);
      const expected = selectivity(
        rows,
        answers.map((_, i) => i >= 12 && i < 24),
      );
      const named = await nameUnits(net, "a", probes, { over });
      const got = named.map(({ parts }) => parts.find((it) => it.part === "dark")?.dPrime ?? 0);
      expect(got).toBeNear(
        expected.map((it) => it.dPrime),
        { relative: 1e-5 },
      );
    });
  }
});
