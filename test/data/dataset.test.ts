import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { fromArrays } from "../../src/data/from-arrays.ts";
import { failure } from "../support/failure.ts";

/** n samples [i, 10·i] with the class of i by `label`, weight i. */
function numbered(n: number, label: (i: number) => number): Dataset {
  const each = <T>(make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
  return fromArrays({
    features: each((i) => [i, 10 * i]),
    targets: each(label),
    task: "classification",
    classes: Math.max(2, ...each(label).map((k) => k + 1)),
    sampleWeights: each((i) => i),
  });
}

/** The first feature of each sample: which samples these are. */
const ids = (data: Dataset) =>
  Array.from({ length: data.samples }, (_, i) => data.features[i * data.featureCount]);

describe("split", () => {
  it("deals out every sample once, with its target and weight", () => {
    const { train, test } = numbered(50, (i) => i % 3).split(0.8);
    expect([train.samples, test.samples]).toEqual([40, 10]);
    expect([...ids(train), ...ids(test)].sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    for (const part of [train, test]) {
      ids(part).forEach((id, i) => {
        expect(part.features[2 * i + 1]).toBe(Number(id) * 10);
        expect(part.targets?.[i]).toBe(Number(id) % 3);
        expect(part.sampleWeights?.[i]).toBe(id);
      });
    }
  });

  it("keeps the classes' shares, and all classes even in a part that lacks one", () => {
    // 60, 30 and 7 of 97.
    const data = numbered(97, (i) => (i < 60 ? 0 : i < 90 ? 1 : 2));
    const { train, test } = data.split({ fraction: 0.5, seed: 3 });
    const count = (part: Dataset, k: number) => part.labels().filter((label) => label === k).length;
    expect([train.samples, test.samples]).toEqual([49, 48]);
    expect([0, 1, 2].map((k) => count(train, k))).toEqual([30, 15, 4]);
    expect([0, 1, 2].map((k) => count(test, k))).toEqual([30, 15, 3]);
    expect(data.slice(0, 10).classes).toBe(3);
  });

  it("rounds so that the total is that of a plain split", () => {
    const data = numbered(10, (i) => i % 5);
    for (const fraction of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      expect(data.split(fraction).train.samples).toBe(Math.round(10 * fraction));
    }
  });

  it("stratifies one-hot targets just as class indices", () => {
    const data = numbered(30, (i) => (i < 20 ? 0 : 1));
    expect(ids(data.oneHot().split(0.7).train)).toEqual(ids(data.split(0.7).train));
  });

  it("does not stratify when told so, nor in regression", () => {
    const data = numbered(100, (i) => (i < 50 ? 0 : 1));
    const ones = (stratified: boolean) =>
      [0, 1, 2, 3, 4].map((seed) => {
        const { train } = data.split({ fraction: 0.5, seed, stratified });
        return train.labels().reduce((a, b) => a + b);
      });
    expect(ones(true)).toEqual([25, 25, 25, 25, 25]);
    expect(new Set(ones(false)).size).toBeGreaterThan(1);
    const regression = fromArrays({ features: [[1], [2], [3]], targets: [1.5, 2, 3] });
    expect(regression.split(0.67).train.samples).toBe(2);
  });

  it("is repeated by its seed, and both parts are shuffled", () => {
    const data = numbered(40, (i) => i % 2);
    expect(ids(data.split(0.5).train)).toEqual(ids(data.split({ fraction: 0.5, seed: 0 }).train));
    const other = data.split({ fraction: 0.5, seed: 1 });
    expect(ids(other.train)).not.toEqual(ids(data.split(0.5).train));
    for (const part of [other.train, other.test]) {
      expect(ids(part)).not.toEqual(ids(part).sort((a, b) => Number(a) - Number(b)));
    }
  });

  it("refuses options that it does not have", () => {
    const options = { fraction: 0.5, stratify: true };
    expect(failure(() => numbered(10, (i) => i % 2).split(options)).code).toBe("unknownName");
  });

  it.each([0, 1, -0.5, 1.5, Number.NaN, 0.001, 0.999])("refuses the fraction %s", (fraction) => {
    const data = numbered(10, (i) => i % 2);
    expect(failure(() => data.split(fraction)).code).toBe("invalidArgument");
  });
});

describe("oneHot and labels", () => {
  it("makes rows with a one at the class", () => {
    const data = fromArrays({ features: [[1], [2], [3]], targets: [2, 0, 2], classes: 3 }).oneHot();
    expect([...(data.targets ?? [])]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1]);
    expect(data).toMatchObject({ targetWidth: 3, classes: 3, task: "classification" });
    expect([...data.labels()]).toEqual([2, 0, 2]);
  });

  it("takes the first of equal probabilities as the label", () => {
    const targets = [
      [0.5, 0.5, 0],
      [0.1, 0.2, 0.7],
    ];
    const data = fromArrays({ features: [[1], [2]], targets, task: "classification" });
    expect([...data.labels()]).toEqual([0, 2]);
  });

  it("refuses regression, missing targets and one-hot targets", () => {
    const regression = fromArrays({ features: [[1], [2]], targets: [0.5, 1] });
    const none = fromArrays({ features: [[1], [2]], classes: 2 });
    const twice = fromArrays({ features: [[1], [2]], targets: [0, 1], classes: 2 }).oneHot();
    for (const data of [regression, none, twice]) {
      expect(failure(() => data.oneHot()).code).toBe("invalidArgument");
    }
    for (const data of [regression, none]) {
      expect(failure(() => data.labels()).code).toBe("invalidArgument");
    }
  });
});

describe("parts", () => {
  const data = numbered(7, (i) => i % 2);

  it("batch yields consecutive parts, the last one smaller, as often as asked", () => {
    const batches = data.batch(3);
    for (let pass = 0; pass < 2; pass++) {
      expect([...batches].map(ids)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    }
    expect([...batches].map((part) => [...(part.targets ?? [])])).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0],
    ]);
    expect([...data.batch(100)].map((part) => part.samples)).toEqual([7]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses batches of %s", (size) => {
    expect(failure(() => data.batch(size)).code).toBe("invalidArgument");
  });

  it("slice counts as Array.slice does, and shares memory", () => {
    const all = [0, 1, 2, 3, 4, 5, 6];
    for (const [start, end] of [
      [0, 7],
      [2, 4],
      [-3, 7],
      [-100, 2],
      [1, -1],
      [3, 100],
      [-2, -1],
    ] as const) {
      expect(ids(data.slice(start, end))).toEqual(all.slice(start, end));
    }
    expect(ids(data.slice(5))).toEqual([5, 6]);
    expect(data.slice(2, 4).features.buffer).toBe(data.features.buffer);
  });

  it("slice refuses fractions and empty parts", () => {
    expect(failure(() => data.slice(0.5)).code).toBe("invalidArgument");
    expect(failure(() => data.slice(3, 3)).code).toBe("emptyData");
    expect(failure(() => data.slice(5, 2)).code).toBe("emptyData");
    expect(failure(() => data.slice(9)).code).toBe("emptyData");
    expect(failure(() => data.take(0)).code).toBe("emptyData");
  });

  it("take takes the first, or all", () => {
    expect(ids(data.take(2))).toEqual([0, 1]);
    expect(data.take(100).samples).toBe(7);
  });

  it("select gathers by position", () => {
    const part = data.select([6, 0, 0]);
    expect(ids(part)).toEqual([6, 0, 0]);
    expect([...(part.sampleWeights ?? [])]).toEqual([6, 0, 0]);
    expect(failure(() => data.select([7])).code).toBe("invalidArgument");
    expect(failure(() => data.select([-1])).code).toBe("invalidArgument");
    expect(failure(() => data.select([])).code).toBe("emptyData");
  });

  it("shuffle reorders by its seed and keeps rows together", () => {
    const many = numbered(50, (i) => i % 2);
    const mixed = many.shuffle(1);
    expect(ids(mixed)).toEqual(ids(many.shuffle(1)));
    expect(ids(mixed)).not.toEqual(ids(many.shuffle(2)));
    expect(ids(mixed)).not.toEqual(ids(many));
    expect(new Set(ids(mixed)).size).toBe(50);
    ids(mixed).forEach((id, i) => {
      expect(mixed.targets?.[i]).toBe(Number(id) % 2);
    });
  });

  it("keeps names", () => {
    const named = fromArrays({
      features: [
        [1, 2],
        [3, 4],
      ],
      targets: [0, 1],
      classNames: ["no", "yes"],
      featureNames: ["a", "b"],
    });
    expect(named.take(1)).toMatchObject({ classNames: ["no", "yes"], featureNames: ["a", "b"] });
  });
});
