import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { fromArrays } from "../../src/data/from-arrays.ts";
import { applyNormalization } from "../../src/data/normalize.ts";
import { failure } from "../support/failure.ts";

describe("normalize", () => {
  const data = fromArrays({
    features: [
      [1, 5, -4],
      [2, 5, 0],
      [6, 5, 4],
    ],
    targets: [1, 2, 4],
  });
  const column = (of: Dataset, c: number) =>
    Array.from(
      { length: of.samples },
      (_, i) => of.features[i * of.featureCount + c] ?? Number.NaN,
    );

  it.each(["minMax", 5, null, []])("refuses %j in place of an options object", (how) => {
    const { code } = failure(() => data.normalize(how as object));
    expect(code).toBe("invalidArgument");
  });

  it("refuses a misspelt option", () => {
    expect(failure(() => data.normalize({ methd: "minMax" } as object)).code).toBe("unknownName");
  });

  it("standard: mean 0 and deviation 1, constant columns 0", () => {
    const normal = data.normalize();
    const deviation = Math.sqrt(14 / 3);
    expect(column(normal, 0)).toBeNear(
      [-2, -1, 3].map((x) => x / deviation),
      { relative: 1e-7 },
    );
    expect(column(normal, 1)).toEqual([0, 0, 0]);
    expect(normal.normalization).toMatchObject({ method: "standard", shift: [3, 5, 0] });
    expect(normal.normalization?.scale[1]).toBe(1);
    expect([...(normal.targets ?? [])]).toEqual([1, 2, 4]);
  });

  it("minMax: from 0 to 1, constant columns 0", () => {
    const normal = data.normalize({ method: "minMax" });
    expect(column(normal, 0)).toBeNear([0, 0.2, 1], { relative: 1e-7 });
    expect(column(normal, 1)).toEqual([0, 0, 0]);
    expect(column(normal, 2)).toEqual([0, 0.5, 1]);
    expect(normal.normalization).toEqual({
      method: "minMax",
      shift: [1, 5, -4],
      scale: [5, 1, 8],
    });
  });

  it("makes 0 of a constant column whose mean in f64 is not that constant", () => {
    const features = Array.from({ length: 1000 }, () => [0.1]);
    const normal = fromArrays({ features, targets: features }).normalize();
    expect(normal.features.every((x) => x === 0)).toBe(true);
  });

  it("takes another set's statistics", () => {
    const train = data.slice(0, 2).normalize();
    const test = data.slice(2, 3).normalizeLike(train);
    expect([...test.features]).toEqual([9, 0, 3]);
    expect(test.normalization).toEqual(train.normalization);
    expect([...data.slice(2, 3).normalize(train.normalization).features]).toEqual([9, 0, 3]);
  });

  it("leaves the original as it was", () => {
    data.normalize();
    expect(column(data, 0)).toEqual([1, 2, 6]);
    expect(data.normalization).toBeUndefined();
  });

  it("carries the normalization through splits and slices", () => {
    const normal = data.normalize();
    expect(normal.take(1).normalization).toEqual(normal.normalization);
    expect(normal.split(0.5).test.normalization).toEqual(normal.normalization);
  });

  it("computes in f64 and rounds once", () => {
    const normalization = { method: "standard", shift: [0.1], scale: [0.3] } as const;
    const features = Float32Array.of(0.7, -1e30, 1e-40);
    const expected = features.map((x) => Math.fround((x - 0.1) / 0.3));
    expect([...applyNormalization(features, 1, normalization)]).toEqual([...expected]);
  });

  it.each<[string, string, () => unknown]>([
    ["a second time", "invalidArgument", () => data.normalize().normalize()],
    ["like a set without", "invalidArgument", () => data.normalizeLike(data)],
    ["by an unknown method", "unknownName", () => data.normalize({ method: "max" as never })],
    [
      "with another number of columns",
      "shapeMismatch",
      () => data.normalize({ method: "standard", shift: [1], scale: [1] }),
    ],
  ])("refuses to normalize %s", (_, code, run) => {
    expect(failure(run).code).toBe(code);
  });
});
