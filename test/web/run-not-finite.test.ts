// A run whose numbers stop being finite says where, in its own count, and stands at the step before.

import { LayerwiseError } from "layerwise";
import { describe, expect, test } from "vitest";
import type { LiveSettings, Recipe, Settings } from "../../web/src/recipe.ts";
import { makeData } from "../../web/src/worker/data.ts";
import { Duel } from "../../web/src/worker/duel.ts";
import { compile, makeModel } from "../../web/src/worker/model.ts";
import { Run } from "../../web/src/worker/run.ts";
import { troubleOf } from "../../web/src/worker/trouble.ts";
import { small } from "./support/recipes.ts";

const CHANGE = 9;
const diverging: Partial<LiveSettings> = {
  optimizer: { name: "sgd", learningRate: 8, options: {} },
};
const start: Settings = {
  ...small,
  data: { ...small.data, name: "plane" },
  layers: [{ units: 4, activation: "linear" }],
};
const recipes: Readonly<Record<string, Recipe>> = {
  "from the start": { start: { ...start, ...diverging }, changes: [] },
  "after another optimizer": { start, changes: [{ step: CHANGE, set: diverging }] },
  "at the step of the change": {
    start,
    changes: [
      { step: CHANGE, set: { optimizer: { name: "sgd", learningRate: 3e38, options: {} } } },
    ],
  },
  "in the loss, of a weight by hand": {
    start,
    changes: [{ step: CHANGE, weights: [{ name: "output.weight", index: [0, 0], value: 3e38 }] }],
  },
};

/** What the library alone says, step by step: the failing step in the run's count, layer and role. */
async function failureAlone({ start, changes }: Recipe) {
  const data = makeData(start);
  const model = await makeModel(start, data);
  const options = { data: data.train, batchSize: start.batchSize };
  await model.step(0, options);
  let origin = 0;
  try {
    for (let step = 0; step < 1000; step++) {
      const change = changes.find((it) => it.step === step);
      if (change?.set) {
        origin = step;
        compile(model, { ...start, ...change.set }, data);
        await model.step(0, options);
      }
      for (const { name, index, value } of change?.weights ?? []) {
        model.weight(name).set(value, ...index);
      }
      await model.step(1);
    }
  } catch (error) {
    if (!(error instanceof LayerwiseError)) throw error;
    const { layer, role, step, epoch } = error.details;
    return { layer, role, step: origin + Number(step), epoch };
  }
  throw new Error("it did not diverge");
}

/** The trouble that `go` ends in. */
async function troubleIn(go: () => Promise<void>) {
  try {
    await go();
  } catch (error) {
    return troubleOf(error);
  }
  throw new Error("there was no trouble");
}

const ways: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  "single steps": async (run) => {
    for (;;) await run.advance(1);
  },
  "one stretch": (run) => run.advance(1000),
  "a seek": (run) => run.seek(1000),
  "a keyframe at each step": async (run) => {
    await troubleIn(() => run.seek(1000));
    for (let step = run.end - 3; step <= run.end; step++) {
      await run.seek(Math.max(0, step));
      await run.seek(0);
    }
    await run.seek(1000);
  },
};

describe.each(Object.entries(recipes))("%s", (_, recipe) => {
  test.each(Object.entries(ways))("is told as the library tells it: by %s", async (_, way) => {
    const run = await Run.open(recipe, { count: 256, bytes: 1e9, share: Number.POSITIVE_INFINITY });
    const where = await failureAlone(recipe);
    const { code, message, where: got } = await troubleIn(() => way(run));
    expect([code, got]).toEqual(["notFinite", where]);
    expect(message).toContain(`at step ${where.step} (epoch ${Number(where.epoch) + 1})`);
  });
  test.each(Object.entries(ways))("leaves the run at the step before: by %s", async (_, way) => {
    const run = await Run.open(recipe, { count: 256, bytes: 1e9, share: Number.POSITIVE_INFINITY });
    const { step } = await failureAlone(recipe);
    await troubleIn(() => way(run));
    const other = await Run.open(recipe);
    await other.advance(step - 1);
    expect([run.step, run.end, run.model.save()]).toEqual([step - 1, step - 1, other.model.save()]);
  });
});

test("from before it diverged, a lower rate lets it train on", async () => {
  const run = await Run.open(recipes["after another optimizer"] ?? { start, changes: [] });
  await troubleIn(() => run.seek(1000));
  await run.seek(CHANGE);
  await run.change({ set: { optimizer: { name: "sgd", learningRate: 0.001, options: {} } } });
  const before = await run.score();
  await run.seek(200);
  expect(run.step).toBe(200);
  expect((await run.score()).train.loss).toBeLessThan(before.train.loss);
});

test("a first step that fails leaves the run at its beginning", async () => {
  const optimizer = { name: "sgd", learningRate: 3e38, options: {} } as const;
  const run = await Run.open({ start: { ...start, optimizer }, changes: [] });
  const before = await run.hash();
  const { where } = await troubleIn(() => run.advance(5));
  expect([where?.step, run.step, run.end, await run.hash()]).toEqual([0, 0, 0, before]);
});

test("a linear classifier that ran away is not trained again for each frame", async () => {
  const recipe: Recipe = { start: { ...start, ...diverging }, changes: [] };
  const duel = new Duel();
  const signal = { aborted: false };
  const failure = (step: number) => duel.beside({ recipe, step }, signal).catch((it) => it);
  const first = await failure(900);
  expect(first).toBeInstanceOf(LayerwiseError);
  expect(await failure(950)).toBe(first);
  const { step } = first.details;
  expect((await duel.beside({ recipe, step: step - 1 }, signal))?.step).toBe(step - 1);
  expect(await failure(step)).toBe(first);
  duel.close();
  const again = await failure(900);
  expect(again).not.toBe(first);
  expect(again.message).toBe(first.message);
  duel.close();
});
