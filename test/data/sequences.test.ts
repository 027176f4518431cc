// The sequence makers: targets recomputed from the inputs, lengths, padding, what the classes can't be told by.

import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import {
  addingProblem,
  anbn,
  copyMemory,
  parity,
  sineContinuation,
} from "../../src/data/datasets/makers.ts";

const rowOf = (data: Dataset, i: number) =>
  data.features.subarray(i * data.featureCount, (i + 1) * data.featureCount);
const targetOf = (data: Dataset, i: number) => [
  ...(data.targets?.subarray(i * data.targetWidth, (i + 1) * data.targetWidth) ?? []),
];
const rows = (data: Dataset) =>
  Array.from({ length: data.samples }, (_, i) => [rowOf(data, i), targetOf(data, i)] as const);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("parity", () => {
  it("counts the ones; zeros are −1, padding 0 follows", () => {
    for (const [minLength, maxLength, steps] of [
      [1, 16, 16],
      [7, 9, 12],
      [3, 3, 3],
    ] as const) {
      const data = parity({ samples: 600, seed: 1, minLength, maxLength, steps });
      expect(data).toMatchObject({ inputShape: [steps, 1], classNames: ["even", "odd"] });
      expect(mean([...data.labels()])).toBe(0.5);
      const lengths = new Set<number>();
      for (const [row, [target]] of rows(data)) {
        const length = row.includes(0) ? row.indexOf(0) : steps;
        lengths.add(length);
        expect(row.subarray(0, length).every((it) => it === 1 || it === -1)).toBe(true);
        expect(row.subarray(length).every((it) => it === 0)).toBe(true);
        expect(row.filter((it) => it === 1).length % 2).toBe(target);
      }
      expect(Math.min(...lengths)).toBe(minLength);
      expect(Math.max(...lengths)).toBe(maxLength);
      expect(lengths.size).toBe(maxLength - minLength + 1);
    }
  });

  it("has every bit set in half of the samples", () => {
    const data = parity({ samples: 4000, minLength: 5, maxLength: 5 });
    for (let step = 0; step < 5; step++) {
      expect(Math.abs(mean(rows(data).map(([row]) => row[step] ?? 9)))).toBeLessThan(0.06);
    }
  });
});

describe("anbn", () => {
  const wordOf = (row: Float32Array) => {
    let word = "";
    for (let i = 0; i < row.length; i += 2) word += row[i] ? "a" : row[i + 1] ? "b" : "-";
    return word;
  };

  it("tells words of the language from others with the same lengths", () => {
    for (const options of [{}, { minLength: 5, maxLength: 13, steps: 15 }]) {
      const data = anbn({ samples: 800, seed: 2, ...options });
      expect(mean([...data.labels()])).toBe(0.5);
      const lengths: [number[], number[]] = [[], []];
      for (const [row, [target = 0]] of rows(data)) {
        expect(row.every((it, i) => it === 0 || (it === 1 && row[i ^ 1] === 0))).toBe(true);
        const [word = "", padding] = /^([ab]+)(-*)$/.exec(wordOf(row))?.slice(1) ?? [];
        expect(padding).toBeDefined();
        const n = word.length / 2;
        expect(word === "a".repeat(n) + "b".repeat(n) ? 1 : 0).toBe(target);
        expect(word).toMatch(/a/);
        expect(word).toMatch(/b/);
        lengths[target as 0 | 1].push(word.length);
      }
      const [least, most] = "steps" in options ? [6, 12] : [2, 16];
      for (const found of lengths) {
        expect([Math.min(...found), Math.max(...found)]).toEqual([least, most]);
      }
      expect(Math.abs(mean(lengths[0]) - mean(lengths[1]))).toBeLessThan(0.8);
    }
  });

  it("has other words that count wrong, and others out of order, half each", () => {
    const data = anbn({ samples: 800, minLength: 4 });
    const others = rows(data).filter(([, [target]]) => target === 0);
    const ordered = others.filter(([row]) => /^a+b+-*$/.test(wordOf(row)));
    expect(ordered.length / others.length).toBe(0.5);
    const surplus = ordered.map(([row]) => {
      const word = wordOf(row);
      return word.split("a").length - word.split("b").length;
    });
    expect(surplus.every((it) => it !== 0 && it % 2 === 0)).toBe(true);
    expect(Math.abs(mean(surplus))).toBeLessThan(1);
  });
});

describe("addingProblem", () => {
  it("is the sum of the two marked numbers, one in each half", () => {
    for (const length of [2, 3, 50]) {
      const data = addingProblem({ samples: 300, seed: 3, length });
      expect(data).toMatchObject({ inputShape: [length, 2], task: "regression", targetWidth: 1 });
      for (const [row, [target = 0]] of rows(data)) {
        const steps = Array.from({ length }, (_, step) => step);
        const marked = steps.filter((step) => row[2 * step + 1] === 1);
        const [first = 9, second = 0] = marked;
        expect(marked).toHaveLength(2);
        expect(first < Math.floor(length / 2) && second >= Math.floor(length / 2)).toBe(true);
        expect(steps.every((step) => [0, 1].includes(row[2 * step + 1] ?? 9))).toBe(true);
        expect(row.every((it) => it >= 0 && it <= 1)).toBe(true);
        expect(target).toBe(Math.fround((row[2 * first] ?? 9) + (row[2 * second] ?? 9)));
      }
    }
  });

  it("leaves a squared error of 1/6 to who always answers 1", () => {
    const { targets = [] } = addingProblem({ samples: 6000, length: 8 });
    const errors = Array.from(targets, (it) => (it - 1) ** 2);
    expect(Math.abs(mean(errors) - 1 / 6)).toBeLessThan(0.01);
  });
});

describe("sineContinuation", () => {
  it("goes on by the recurrence of a sine, of the stated periods", () => {
    const data = sineContinuation({ samples: 300, seed: 4, length: 20, ahead: 6 });
    expect(data).toMatchObject({ inputShape: [20, 1], task: "regression", targetWidth: 6 });
    for (const [row, target] of rows(data)) {
      const all = [...row, ...target];
      // sin(x + d) + sin(x − d) = 2 cos d · sin x: the factor from where the sine is largest.
      const inner = all.map((_, i) => i).slice(1, -1);
      const at = inner.reduce((a, b) => (Math.abs(all[a] ?? 0) > Math.abs(all[b] ?? 0) ? a : b));
      const around = (i: number) => (all[i - 1] ?? 0) + (all[i + 1] ?? 0);
      const factor = around(at) / (all[at] ?? 0);
      for (const i of inner)
        expect(Math.abs(around(i) - factor * (all[i] ?? 9))).toBeLessThan(2e-6);
      const period = (2 * Math.PI) / Math.acos(factor / 2);
      expect(period).toBeGreaterThan(7.9);
      expect(period).toBeLessThan(32.5);
      expect(Math.max(...all.map(Math.abs))).toBeLessThanOrEqual(1);
    }
  });

  it("has noise of the stated deviation in the inputs, none in the targets", () => {
    const clean = sineContinuation({ samples: 200, seed: 5 });
    const noisy = sineContinuation({ samples: 200, seed: 5, noise: 0.2 });
    expect(noisy.targets).toEqual(clean.targets);
    const squares = Array.from(noisy.features, (it, i) => (it - (clean.features[i] ?? 0)) ** 2);
    expect(Math.abs(Math.sqrt(mean(squares)) - 0.2)).toBeLessThan(0.01);
  });
});

describe("copyMemory", () => {
  it("repeats the symbols after the signal", () => {
    for (const [length, delay, symbols] of [
      [10, 50, 8],
      [1, 1, 2],
      [3, 2, 5],
    ] as const) {
      const options = { samples: 50, seed: 6, length, delay, symbols };
      const codes = copyMemory({ ...options, encoding: "codes" });
      const steps = delay + 2 * length;
      expect(codes).toMatchObject({ inputShape: [steps], targetWidth: steps });
      for (const [row, target] of rows(codes)) {
        const given = [...row.subarray(0, length)];
        expect(given.every((it) => Number.isInteger(it) && it >= 1 && it <= symbols)).toBe(true);
        const rest = new Array(delay + length).fill(0);
        rest[delay - 1] = symbols + 1;
        expect([...row]).toEqual([...given, ...rest]);
        expect(target).toEqual([...new Array(steps - length).fill(0), ...given]);
      }
      const oneHot = copyMemory(options);
      expect(oneHot.inputShape).toEqual([steps, symbols + 2]);
      const spread = (values: ArrayLike<number>, width: number) =>
        Array.from(values, (code) => Array.from({ length: width }, (_, k) => +(k === code))).flat();
      expect([...oneHot.features]).toEqual(spread(codes.features, symbols + 2));
      expect([...(oneHot.targets ?? [])]).toEqual(spread(codes.targets ?? [], symbols + 1));
    }
  });

  it("uses all symbols alike", () => {
    const { features } = copyMemory({ samples: 800, symbols: 4, encoding: "codes" });
    for (let code = 1; code <= 4; code++) {
      const share = features.filter((it) => it === code).length / 8000;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
    }
  });
});
