// The schedules as the training panel offers and draws them.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { horizon, rateLine, scheduleNamed, schedules } from "../../web/src/network/schedules.ts";
import { defaultSettings } from "../../web/src/recipe.ts";
import { settingsSchema } from "../../web/src/recipe-schema.ts";
import { factorAt } from "../../web/src/schedule.ts";

describe.each(schedules.map((it) => it.value))("%s", (name) => {
  test("begins with numbers that a recipe may hold", () => {
    const settings = { ...defaultSettings, schedule: scheduleNamed(name) };
    expect(v.safeParse(settingsSchema, settings).issues).toBeUndefined();
  });

  test("is drawn from 0 to its horizon, and shows a rate that differs unless it is constant", () => {
    const schedule = scheduleNamed(name);
    const line = rateLine(schedule, horizon(schedule), { width: 100, height: 20 });
    const points = line.split(" ").map((it) => it.split(",").map(Number));
    expect(points[0]?.[0]).toBe(0);
    expect(points.at(-1)?.[0]).toBe(100);
    for (const [, y] of points) expect(y).toBeGreaterThanOrEqual(0);
    for (const [, y] of points) expect(y).toBeLessThanOrEqual(20);
    expect(new Set(points.map(([, y]) => y)).size > 1).toBe(name !== "constant");
  });
});

test("each epoch is a stair as high as its factor", () => {
  const schedule = { name: "step", every: 1, factor: 0.5 } as const;
  expect([0, 1, 2].map((it) => factorAt(schedule, it))).toEqual([1, 0.5, 0.25]);
  expect(rateLine(schedule, 1, { width: 10, height: 4 })).toBe("0,0 5,0 5,2 10,2");
});

test("a rate that is always 0 lies at the bottom", () => {
  const schedule = { name: "step", every: 1, factor: 0 } as const;
  expect(rateLine(schedule, 1, { width: 10, height: 4 })).toBe("0,0 5,0 5,4 10,4");
});
