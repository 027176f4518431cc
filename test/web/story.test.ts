// The tour's chapters do what their texts say: each is trained as the page trains it.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { LayerSettings, Settings } from "../../web/src/recipe.ts";
import { recipeSchema } from "../../web/src/recipe-schema.ts";
import { chapters } from "../../web/src/story/chapters.ts";
import { Run } from "../../web/src/worker/run.ts";

function chapter(title: string) {
  const found = chapters.find((it) => it.title === title);
  if (!found) throw new Error(`no chapter ${title}`);
  return found;
}

/** A run at the end of so many epochs. */
async function trained(start: Settings, epochs: number): Promise<Run> {
  const run = await Run.open({ start, changes: [] });
  await run.seek(epochs * run.epochSteps);
  return run;
}

/** Test accuracy after each of these epochs, which rise. */
async function accuracies(start: Settings, epochs: readonly number[]): Promise<readonly number[]> {
  const run = await Run.open({ start, changes: [] });
  const all: number[] = [];
  for (const epoch of epochs) {
    await run.seek(epoch * run.epochSteps);
    all.push((await run.score()).test.metric);
  }
  run.dispose();
  return all;
}

/** Held-out accuracy of one straight boundary behind each layer, the input first. */
async function probes({ model, data }: Run): Promise<readonly number[]> {
  const lens = await model.lens(data.test, { train: data.train, resolution: 0, lines: 0 });
  return lens.layers.map((it) => it.accuracy);
}

function withLayers(start: Settings, layers: readonly LayerSettings[]): Settings {
  return { ...start, layers };
}

test("each chapter is short, and can be shared as a link", () => {
  expect(new Set(chapters.map((it) => it.title)).size).toBe(7);
  for (const { title, text, start, step = 0 } of chapters) {
    expect(text.length, title).toBeGreaterThanOrEqual(2);
    expect(text.length, title).toBeLessThanOrEqual(4);
    expect(text.join(" ").length, title).toBeLessThan(420);
    expect(v.is(recipeSchema, { start, changes: [] }), title).toBe(true);
    expect(Number.isInteger(step), title).toBe(true);
  }
});

test("a linear classifier: the line starts out wrong and ends between the clouds", async () => {
  const { start } = chapter("A linear classifier");
  expect(start.layers).toEqual([]);
  const [first = 1, ...later] = await accuracies(start, [0, 10, 30, 60]);
  expect(first).toBeLessThan(0.5);
  expect(later.at(-1)).toBeGreaterThanOrEqual(0.97);
  // It turns for long enough to be watched.
  expect(later[0]).toBeLessThan(0.8);
});

describe("one neuron", () => {
  const { start } = chapter("One neuron");

  test.each(["step", "sigmoid", "tanh"] as const)(
    "learns, and has a straight border: %s",
    async (activation) => {
      const run = await trained(withLayers(start, [{ units: 1, activation }]), 60);
      expect((await run.score()).test.metric).toBeGreaterThanOrEqual(0.97);
      const weight = run.model.getWeights()["layer_1.weight"]?.data;
      const [a = 0, b = 0] = weight ?? [];
      // Along (−b, a) nothing changes: what is one line's is the same all along it.
      const rows = [-1, 0.3, 1.5].flatMap((across) =>
        [-2, -1, 0, 2].map((along) => [across - along * b, across + along * a]),
      );
      const answers = (await run.model.predict(rows)).data;
      for (let i = 0; i < rows.length; i++) {
        const first = answers[i - (i % 4)] ?? Number.NaN;
        expect(Math.abs((answers[i] ?? Number.NaN) - first)).toBeLessThan(1e-3);
      }
      // And across it something does.
      expect(Math.max(...answers) - Math.min(...answers)).toBeGreaterThan(0.2);
      run.dispose();
    },
  );

  test("begins as a sigmoid", () => {
    expect(start.layers).toEqual([{ units: 1, activation: "sigmoid" }]);
  });
});

test("a line fails on circles: near one half right, however long one waits", async () => {
  const { start } = chapter("Why a line fails on circles");
  expect(start.layers).toEqual([]);
  const after = await accuracies(start, [10, 30, 60, 100, 300, 1000]);
  for (const accuracy of after) expect(Math.abs(accuracy - 0.5)).toBeLessThan(0.13);
});

describe("a hidden layer", () => {
  const { start } = chapter("A hidden layer");
  const tanh = (units: number): readonly LayerSettings[] => [{ units, activation: "tanh" }];
  const seeds = [start.seed, 2, 3, 4, 5, 6];

  test("has the data of the chapter before it, and four units", () => {
    expect(start.data).toEqual(chapter("Why a line fails on circles").start.data);
    expect(start.layers).toEqual(tanh(4));
  });

  test.each(seeds)("does within 40 epochs what a line could not, seed %i", async (seed) => {
    const [early = 1, late] = await accuracies({ ...start, seed }, [3, 40]);
    expect(early).toBeLessThan(0.9);
    expect(late).toBeGreaterThanOrEqual(0.97);
  });

  test.each(seeds)("three units can do it, two can not, seed %i", async (seed) => {
    const three = await accuracies(withLayers({ ...start, seed }, tanh(3)), [100]);
    expect(three[0]).toBeGreaterThanOrEqual(0.95);
    const two = await accuracies(withLayers({ ...start, seed }, tanh(2)), [40, 100, 400]);
    for (const accuracy of two) expect(accuracy).toBeLessThan(0.9);
  });
});

test("depth: from left to right a straight boundary gets ever more right", async () => {
  const run = await trained(chapter("Depth").start, 150);
  const [input = 1, first = 0, second = 0, third = 0] = await probes(run);
  run.dispose();
  // Better than guessing, but little.
  expect(input).toBeGreaterThan(0.5);
  expect(input).toBeLessThan(0.65);
  expect(first).toBeGreaterThan(input);
  expect(second).toBeGreaterThan(first);
  expect(third).toBeGreaterThan(second);
  expect(third).toBeGreaterThanOrEqual(0.97);
});

test("representations: two units in which a straight line tells the circles apart", async () => {
  const { start, step = 0 } = chapter("Representations");
  const run = await Run.open({ start, changes: [] });
  await run.seek(step);
  expect(run.epoch).toBe(80);
  expect(start.layers.at(-1)).toEqual({ units: 2, activation: "tanh" });
  const scores = await probes(run);
  run.dispose();
  expect(scores[0]).toBeLessThan(0.6);
  expect(scores[start.layers.length]).toBeGreaterThanOrEqual(0.98);
});

test("your own data: the face is learned, and a line can't", async () => {
  const { start } = chapter("Your own data");
  const run = await trained(start, 40);
  expect((await run.score()).test.metric).toBeGreaterThanOrEqual(0.97);
  expect((await probes(run))[0]).toBeLessThan(0.8);
  run.dispose();
});
