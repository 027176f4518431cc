// A run goes to any step by any way and finds the same bits there.

import { createHash } from "node:crypto";
import { adam, datasets, dense, sequential } from "layerwise";
import { describe, expect, test } from "vitest";
import { type Change, defaultSettings, type Recipe, withChange } from "../../web/src/recipe.ts";
import { Run } from "../../web/src/worker/run.ts";
import { FAR, plain, recipes, small } from "./support/recipes.ts";

/** Everything that a model is: weights, optimizer state, where its training stands, what is compiled in. */
function stateOf(run: Run): string {
  const { json, weights } = run.model.save();
  return createHash("sha256").update(json).update(weights).digest("hex");
}

/** Keyframes wherever they may be, few enough that some go. */
const often = { count: 6, bytes: 1e9, share: Number.POSITIVE_INFINITY };

/** The states of an unbroken run at some steps. */
async function statesAt(recipe: Recipe, steps: readonly number[]): Promise<readonly string[]> {
  const states: string[] = [];
  for (const step of steps) {
    const run = await Run.open(recipe);
    await run.advance(step);
    states.push(stateOf(run));
    run.dispose();
  }
  return states;
}

const steps = [0, 1, 8, 10, 11, 12, 18, 19, 24, FAR];

describe.each(Object.entries(recipes))("with %s", (_, recipe) => {
  test("single steps end on the bits of one long stretch", async () => {
    const run = await Run.open(recipe);
    const states: string[] = [];
    for (let step = 0; step <= FAR; step++) {
      if (steps.includes(step)) states.push(stateOf(run));
      await run.advance(1);
    }
    expect(states).toEqual(await statesAt(recipe, steps));
  });
  test("going to and fro finds the same bits at each step", async () => {
    const run = await Run.open(recipe, often);
    for (let step = 0; step < FAR; step += 3) await run.seek(step);
    const states = new Map<number, string>();
    for (const step of [FAR, 11, 24, 0, 19, 12, 18, 8, 10, 1]) {
      await run.seek(step);
      states.set(step, stateOf(run));
    }
    expect(run.keyframes.steps).toHaveLength(often.count);
    expect(steps.map((it) => states.get(it))).toEqual(await statesAt(recipe, steps));
  });
  test("the recipe as JSON ends on the same bits", async () => {
    const copy: Recipe = JSON.parse(JSON.stringify(recipe));
    expect(await statesAt(copy, [FAR])).toEqual(await statesAt(recipe, [FAR]));
  });
  test("changes made live end on the bits of the recipe", async () => {
    const run = await Run.open({ start: recipe.start, changes: [] });
    for (const { step, ...change } of recipe.changes) {
      await run.advance(step - run.step);
      await run.change(change);
    }
    await run.advance(FAR - run.step);
    expect([stateOf(run), run.recipe]).toEqual([...(await statesAt(recipe, [FAR])), recipe]);
  });
});

test("each recipe ends on weights of its own", async () => {
  const ends = await Promise.all(
    Object.values(recipes).map(async (recipe) => (await statesAt(recipe, [FAR]))[0]),
  );
  expect(new Set(ends).size).toBe(ends.length);
});

describe("changes at one step", () => {
  const momentum = { name: "sgd", learningRate: 0.05, options: { momentum: 0.9 } } as const;
  const changes: readonly Omit<Change, "step">[] = [
    { set: { optimizer: momentum } },
    { data: { ...small.data, samples: 30 } },
    { edits: [{ do: "remove", point: 2 }] },
    { weights: [{ name: "output.bias", index: [0], value: 1 }] },
    { set: { optimizer: small.optimizer, l2: 0.1 } },
    { data: small.data },
    { parameters: { "output.bias": [3] } },
  ];
  const joined = changes.reduce<Recipe>(
    (recipe, change) => withChange(recipe, { ...change, step: 11 }),
    plain,
  );

  test("made one after another are one", async () => {
    const run = await Run.open(plain);
    await run.advance(11);
    for (const change of changes) await run.change(change);
    const state = stateOf(run);
    await run.advance(FAR - 11);
    expect([state, stateOf(run)]).toEqual(await statesAt(joined, [11, FAR]));
  });
  test("made when it was come back to are joined to those there", async () => {
    const run = await Run.open(plain);
    await run.advance(11);
    for (const change of changes.slice(0, 4)) await run.change(change);
    await run.seek(30);
    await run.seek(11);
    for (const change of changes.slice(4)) await run.change(change);
    expect(run.recipe).toEqual(joined);
    expect([stateOf(run)]).toEqual(await statesAt(joined, [11]));
  });
});

describe("a change in the past", () => {
  const later = recipes["other optimizers"] ?? plain;
  const change = { set: { batchSize: 3 } };

  test("forgets what came later", async () => {
    const run = await Run.open(later, often);
    for (let step = 0; step <= FAR; step += 4) await run.seek(step);
    expect(run.keyframes.steps.at(-1)).toBe(FAR);
    await run.seek(12);
    const made = await run.change(change);
    expect(made).toEqual({ ...change, step: 12 });
    const branch = withChange(later, made);
    expect(branch.changes.map((it) => it.step)).toEqual([10, 12]);
    expect([run.recipe, run.end]).toEqual([branch, 12]);
    expect(run.keyframes.steps.at(-1)).toBe(12);
    await run.seek(FAR);
    expect([stateOf(run)]).toEqual(await statesAt(branch, [FAR]));
  });
  test("leaves the way before it", async () => {
    const run = await Run.open(later);
    await run.seek(FAR);
    await run.seek(12);
    await run.change(change);
    await run.seek(11);
    expect([stateOf(run)]).toEqual(await statesAt(later, [11]));
  });
});

describe("a change that can't be made", () => {
  const bad: Readonly<Record<string, Omit<Change, "step">>> = {
    "a weight that isn't there": { weights: [{ name: "layer_9.bias", index: [0], value: 1 }] },
    "a unit that isn't there": {
      units: [{ layer: "layer_1", unit: 9, frozen: true, enabled: true }],
    },
    "a point that isn't there": { edits: [{ do: "remove", point: 999 }] },
    "data of other classes": { data: { ...small.data, classes: 3 } },
    "an unknown option": {
      set: { optimizer: { name: "sgd", learningRate: 0.1, options: { beta: 1 } } },
    },
  };
  test.each(Object.entries(bad))("leaves the run as it was: %s", async (_, change) => {
    const recipe = recipes["other optimizers"] ?? plain;
    const run = await Run.open(recipe);
    await run.seek(FAR);
    for (const step of [15, 10]) {
      await run.seek(step);
      await expect(run.change(change)).rejects.toMatchObject({ name: "LayerwiseError" });
      expect([run.step, run.end, run.recipe]).toEqual([step, FAR, recipe]);
      expect([stateOf(run)]).toEqual(await statesAt(recipe, [step]));
    }
    await run.seek(FAR);
    expect([stateOf(run)]).toEqual(await statesAt(recipe, [FAR]));
  });
  test.each(Object.entries(bad))("in a recipe stops the run before it: %s", async (_, change) => {
    const run = await Run.open({ start: small, changes: [{ step: 13, ...change }] });
    await expect(run.seek(20)).rejects.toMatchObject({ name: "LayerwiseError" });
    expect([run.step, run.end]).toEqual([12, 12]);
    expect([stateOf(run)]).toEqual(await statesAt(plain, [12]));
    await run.seek(5);
    expect([stateOf(run)]).toEqual(await statesAt(plain, [5]));
  });
  test("at the start of a recipe refuses to open it", async () => {
    const changes = [{ step: 0, edits: [{ do: "remove", point: 999 }] }] as const;
    await expect(Run.open({ start: small, changes })).rejects.toMatchObject({
      name: "LayerwiseError",
    });
  });
});

describe("the optimizer's state", () => {
  /** The library's own count of steps, right after the change at step 10. */
  const count = async (recipe: Recipe | undefined) => {
    const run = await Run.open(recipe ?? plain);
    await run.advance(10);
    return run.model.position.step;
  };
  test("starts afresh with another optimizer, or where the old one kept less", async () => {
    expect(await count(recipes["other optimizers"])).toBe(0);
    expect(await count(recipes["a kindred optimizer"])).toBe(0);
    expect(await count(recipes["momentum on the way"])).toBe(0);
  });
  test("is kept under other options, rates and penalties", async () => {
    for (const name of ["other options of the optimizer", "penalties", "another learning rate"]) {
      expect(await count(recipes[name])).toBe(10);
    }
  });
});

describe("where a run stands", () => {
  test("steps and epochs are counted on beyond another optimizer", async () => {
    const run = await Run.open(recipes["other optimizers"] ?? plain);
    const places: (readonly number[])[] = [];
    for (const step of [0, 5, 6, 10, 21, 36]) {
      await run.seek(step);
      places.push([run.step, run.epoch, run.stepsToNextEpoch]);
    }
    expect(places).toEqual([
      [0, 0, 6],
      [5, 0, 1],
      [6, 1, 6],
      [10, 1, 2],
      [21, 3, 3],
      [36, 6, 6],
    ]);
  });
  test("a seek beyond the end trains, one back leaves the end where it was", async () => {
    const run = await Run.open(plain);
    await run.seek(30);
    await run.seek(7);
    expect([run.step, run.end]).toEqual([7, 30]);
  });
  test("a seek far ahead begins at a keyframe on the way, if there is one", async () => {
    const run = await Run.open(plain, often);
    for (let step = 0; step <= 600; step += 60) await run.seek(step);
    await run.seek(3);
    const before = run.samples;
    await run.seek(600);
    expect(run.samples - before).toBeLessThan((600 * 42) / 6 / 2);
  });
  test("samples are counted, not batches", async () => {
    const run = await Run.open(plain);
    await run.advance(13);
    expect(run.samples).toBe(42 + 42 + 8);
  });
  test("the rate follows the schedule from its first epoch on", async () => {
    const run = await Run.open(recipes["a warm-up"] ?? plain);
    const rates: unknown[] = [];
    for (const step of [0, 5, 6, 12, 18]) {
      await run.seek(step);
      rates.push([run.learningRate, run.model.hyper.learningRate]);
    }
    const expected = [1 / 3, 1 / 3, 2 / 3, 1, 1].map((it) => [0.01 * it, 0.01 * it]);
    expect(rates).toEqual(expected);
  });
  test("at the end of a cosine no weight moves", async () => {
    const run = await Run.open(recipes["a cosine schedule that ends"] ?? plain);
    await run.seek(24);
    const before = await run.hash();
    await run.seek(60);
    expect([run.learningRate, await run.hash()]).toEqual([0, before]);
  });
  test("a seek can be left between two steps", async () => {
    const run = await Run.open(plain);
    const signal = {
      get aborted() {
        return run.step >= 5;
      },
    };
    await run.seek(10_000_000, { signal });
    expect(run.step).toBeLessThan(10_000_000);
    const { step } = run;
    expect([stateOf(run)]).toEqual(await statesAt(plain, [step]));
  });
  test("gradients to be seen after a seek are those of the step before", async () => {
    const run = await Run.open(plain);
    await run.advance(9);
    await run.change({ set: { optimizer: { ...small.optimizer, learningRate: 0.1 } } });
    const gradients = run.model.getGradients();
    await run.seek(20);
    expect(run.keyframes.steps).toContain(9);
    await run.seek(9);
    expect(run.model.getGradients()).toEqual(gradients);
  });
});

describe("keyframes of a run", () => {
  test("stay within their bounds on a long way, from the start on", async () => {
    const one = await Run.open(plain);
    const bytes = one.keyframes.bytes * 4.5;
    for (const limits of [often, { ...often, count: 256, bytes }]) {
      const run = await Run.open(plain, limits);
      for (let i = 0; i < 300; i++) await run.advance(7);
      const { steps } = run.keyframes;
      expect(steps[0]).toBe(0);
      expect(steps.length).toBe(limits.bytes === bytes ? 4 : 6);
      expect(run.keyframes.bytes).toBeLessThanOrEqual(limits.bytes);
    }
    const run = await Run.open(plain, often);
    for (let i = 0; i < 300; i++) await run.advance(7);
    await run.seek(1001);
    expect([stateOf(run)]).toEqual(await statesAt(plain, [1001]));
  });
});

test("the default settings train to the bits of the library alone", async () => {
  const { data, layers, seed, batchSize, optimizer } = defaultSettings;
  expect([data.name, optimizer.name, defaultSettings.loss]).toEqual(["circles", "adam", "auto"]);
  const { samples, noise, trainShare } = data;
  const { train } = datasets
    .circles({ samples, noise, seed: data.seed })
    .split({ fraction: trainShare, seed: data.seed });
  const hidden = layers.map((it) => dense(it.units, it.activation));
  const model = await sequential({
    inputShape: [2],
    seed,
    layers: [...hidden, dense(1, "sigmoid")],
  });
  const { learningRate } = optimizer;
  model.compile({ optimizer: adam({ learningRate }), loss: "binaryCrossentropy" });
  await model.step(777, { data: train, batchSize });
  const hash = createHash("sha256");
  for (const { data: numbers } of Object.values(model.getWeights())) {
    hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }

  const run = await Run.open({ start: defaultSettings, changes: [] });
  await run.seek(777);
  expect(await run.hash()).toBe(hash.digest("hex"));
});

test("scores are those that the library gives", async () => {
  const run = await Run.open(plain);
  await run.seek(100);
  const { train, test: held } = await run.score();
  const { data, model } = run;
  const expected = [await model.evaluate(data.train), await model.evaluate(data.test)];
  expect([train, held]).toEqual(expected.map(({ loss, accuracy }) => ({ loss, metric: accuracy })));
});
