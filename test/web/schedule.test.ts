// The learning rate's factor over the epochs.

import { describe, expect, test } from "vitest";
import type { ScheduleSettings } from "../../web/src/recipe.ts";
import { constantUntil, factorAt } from "../../web/src/schedule.ts";

const schedules: Readonly<Record<string, readonly [ScheduleSettings, (epoch: number) => number]>> =
  {
    constant: [{ name: "constant" }, () => 1],
    step: [{ name: "step", every: 3, factor: 0.5 }, (it) => 0.5 ** Math.floor(it / 3)],
    exponential: [{ name: "exponential", factor: 0.97 }, (it) => 0.97 ** it],
    cosine: [
      { name: "cosine", epochs: 20 },
      (it) => (it < 20 ? (1 + Math.cos((Math.PI * it) / 20)) / 2 : 0),
    ],
    "warm-up": [{ name: "warmUp", epochs: 5 }, (it) => Math.min(1, (it + 1) / 5)],
  };
const epochs = Array.from({ length: 50 }, (_, i) => i);

describe.each(Object.entries(schedules))("the %s schedule", (_, [schedule, expected]) => {
  test("has the values of its formula", () => {
    const factors = epochs.map((it) => factorAt(schedule, it));
    expect(factors).toBeNear(epochs.map(expected), { relative: 1e-14, absolute: 1e-15 });
  });
  test("is constant as long as it says, and no epoch longer than need be but one", () => {
    for (const epoch of epochs) {
      const until = constantUntil(schedule, epoch);
      expect(until).toBeGreaterThan(epoch);
      const same = epochs.filter((it) => it >= epoch && it < until);
      expect(new Set(same.map((it) => factorAt(schedule, it))).size).toBe(1);
      if (until === epoch + 1 || until > 50) continue;
      expect(factorAt(schedule, until)).not.toBe(factorAt(schedule, epoch));
    }
  });
});

test("a constant rate is never interrupted, and neither is one that has come to its end", () => {
  const ends = [
    constantUntil({ name: "constant" }, 0),
    constantUntil({ name: "cosine", epochs: 4 }, 4),
    constantUntil({ name: "warmUp", epochs: 4 }, 4),
  ];
  expect(ends).toEqual([Infinity, Infinity, Infinity]);
});

test("a power of many epochs is quick and exact", () => {
  expect(factorAt({ name: "exponential", factor: 0.5 }, 1000)).toBe(2 ** -1000);
  expect(factorAt({ name: "exponential", factor: 1 }, 2 ** 40)).toBe(1);
});
