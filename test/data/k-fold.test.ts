import { describe, expect, it } from "vitest";
import { type Dataset, datasets, fromArrays, kFold } from "../../src/index.ts";
import { failure } from "../support/failure.ts";

/** Samples that are their own number, with these labels. */
function labeled(labels: readonly number[]): Dataset {
  return fromArrays({
    features: labels.map((_, i) => [i]),
    targets: labels,
    task: "classification",
    classes: 3,
  });
}
const counted = (n: number) =>
  fromArrays({ features: Array.from({ length: n }, (_, i) => [i]), task: "regression" });
const ids = (data: Dataset) => [...data.features];
const count = (data: Dataset, k: number) => data.labels().filter((it) => it === k).length;

describe("kFold", () => {
  it("validates with each sample once and trains with all others, in their order", () => {
    for (const [n, folds] of [
      [10, 5],
      [11, 3],
      [7, 7],
      [100, 9],
    ] as const) {
      const parts = kFold(counted(n), folds, { seed: 3 });
      expect(parts).toHaveLength(folds);
      const all = Array.from({ length: n }, (_, i) => i);
      expect(parts.flatMap(({ validation }) => ids(validation)).sort((a, b) => a - b)).toEqual(all);
      for (const { train, validation } of parts) {
        const held = ids(validation);
        expect(held).toEqual([...held].sort((a, b) => a - b));
        expect(ids(train)).toEqual(all.filter((i) => !held.includes(i)));
        expect(held.length - Math.floor(n / folds)).toBeOneOf([0, 1]);
      }
    }
  });

  it("makes folds of consecutive samples without shuffling, as scikit-learn does", () => {
    const folds = kFold(counted(11), 3, { shuffle: false });
    expect(folds.map(({ validation }) => ids(validation))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10],
    ]);
  });

  it("keeps the classes' shares, as scikit-learn does", () => {
    // By hand after StratifiedKFold: sorted by class of first occurrence, dealt in turns, then in order.
    const data = labeled([1, 1, 0, 1, 0, 2, 1, 2, 1, 0, 1, 2]);
    const folds = kFold(data, 3, { shuffle: false });
    expect(folds.map(({ validation }) => ids(validation))).toEqual([
      [0, 1, 2, 5],
      [3, 4, 6, 7],
      [8, 9, 10, 11],
    ]);
    const big = datasets.circles({ samples: 203, classes: 3 });
    for (const seed of [1, 2]) {
      for (const { train, validation } of kFold(big, 5, { seed })) {
        expect(train.samples + validation.samples).toBe(203);
        expect(validation.samples).toBeOneOf([40, 41]);
        expect(train.classNames).toEqual(big.classNames);
        for (let k = 0; k < 3; k++) expect(count(validation, k)).toBeOneOf([13, 14]);
      }
    }
  });

  it("stratifies one-hot rows too, and nothing if asked not to", () => {
    const data = datasets.gaussians({ samples: 60, classes: 3 });
    const of = (set: Dataset, options = {}) =>
      kFold(set, 4, options).map(({ validation }) => [...validation.features]);
    expect(of(data.oneHot())).toEqual(of(data));
    expect(of(data, { stratified: false })).not.toEqual(of(data));
  });

  it("depends on its seed alone, in the same way everywhere", () => {
    const data = counted(30);
    const of = (seed?: number) =>
      kFold(data, 3, seed === undefined ? {} : { seed }).map(({ validation }) => ids(validation));
    expect(of(1)).toEqual(of(1));
    expect(of()).toEqual(of(0));
    expect(of(1)).not.toEqual(of(2));
    expect(of(0)[0]).toEqual([0, 11, 13, 17, 18, 19, 20, 22, 23, 29]);
  });

  it("refuses what cannot be dealt out", () => {
    const data = labeled([0, 0, 0, 1, 1, 2]);
    const invalid = [
      () => kFold(data, 1),
      () => kFold(data, 2.5),
      () => kFold(data, 7, { stratified: false }),
      () => kFold(data, 4),
      () => kFold(data, 2, { seed: -1 }),
      () => kFold(data, 2, { stratified: 1 as never }),
      () => kFold(data, 2, { shuffle: "yes" as never }),
      () => kFold(counted(6), 2, { stratified: true }),
    ];
    for (const run of invalid) expect(failure(run).code).toBe("invalidArgument");
    expect(failure(() => kFold(data, 2, { fold: 3 } as never)).code).toBe("unknownName");
    expect(kFold(data, 3)).toHaveLength(3);
  });
});
