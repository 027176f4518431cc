// Linear memory: what a model takes it gives back, to the byte, whatever was done with it.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  datasets,
  dense,
  dropout,
  type Engine,
  engine,
  loadModel,
  type Sequential,
  sequential,
  sgd,
} from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";

const checked = kernelName === "check";
const data = datasets.moons({ samples: 40, noise: 0.1 });

let arena: Engine["arena"];
beforeAll(async () => {
  arena = (await engine()).arena;
});

async function make(): Promise<Sequential> {
  const layers = [dense(5, "tanh"), dropout(0.2), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], layers });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** What may be done with a model, alone and in any order. */
const deeds: Readonly<Record<string, (model: Sequential) => unknown>> = {
  nothing: () => {},
  fit: (model) => model.fit(data),
  "fit with validation": (model) => model.fit(data, { validationSplit: 0.2 }),
  "fit on a stream": (model) => model.fit([data.take(3), data.take(9)]),
  "a fit that fails": (model) =>
    model
      .fit(data, { callbacks: { onEpochEnd: () => Promise.reject(new Error("mine")) } })
      .catch(() => {}),
  "a fit that diverges": (model) => {
    model.compile({ optimizer: sgd({ learningRate: 3e38 }), loss: "meanSquaredError" });
    return model.fit(data, { epochs: 50 }).catch(() => {});
  },
  "a fit without epochs": (model) => model.fit(data, { epochs: 0 }),
  "a fit that a signal ends": (model) =>
    model.fit(data, { epochs: 1e9, signal: AbortSignal.timeout(5) }),
  step: (model) => model.step(3, { data, batchSize: 7 }),
  "step on other data": (model) => model.step(3, { data: data.take(11), batchSize: 4 }),
  "compile again": (model) => model.compile({ optimizer: "nadam", loss: "meanSquaredError" }),
  "compile again, without state": (model) => model.compile({ optimizer: "sgd", loss: "hinge" }),
  reset: (model) => model.reset(),
  evaluate: (model) => model.evaluate(data),
  predict: (model) => model.predict(data),
  "predict one sample": (model) => model.predict([[0, 0]]),
  "units frozen and switched off between steps": async (model) => {
    await model.step(2, { data, batchSize: 7 });
    model.unit("dense_1", 1).frozen = true;
    model.unit("dense_1", 2).enabled = false;
    await model.step(2);
    await model.predict(data);
  },
  lens: (model) => model.lens(data, { resolution: 3, probeSteps: 2 }),
  "a lens that fails": (model) => model.lens(data.take(3)).catch(() => {}),
  save: (model) => model.save(),
  summary: (model) => model.summary(),
};

describe("dispose gives back every byte", () => {
  for (const [name, deed] of Object.entries(deeds)) {
    test(`after ${name}`, async () => {
      const before = arena.used;
      const model = await make();
      await deed(model);
      model.dispose();
      expect(arena.used).toBe(before);
    });
  }
  test("after all of these, one by one", async () => {
    const before = arena.used;
    const model = await make();
    for (const deed of Object.values(deeds)) await deed(model);
    model.dispose();
    expect(arena.used).toBe(before);
  });
  test("after loading", async () => {
    using model = await make();
    await model.fit(data);
    const before = arena.used;
    const loaded = await loadModel(model.save());
    loaded.dispose();
    expect(arena.used).toBe(before);
  });
  test("at the end of a block with `using`", async () => {
    const before = arena.used;
    {
      using model = await make();
      await model.fit(data);
    }
    expect(arena.used).toBe(before);
  });
});

describe("what runs for a while leaves nothing behind", () => {
  for (const [name, deed] of Object.entries(deeds)) {
    if (/step|compile|diverges/.test(name)) continue;
    test(`the second time: ${name}`, async () => {
      using model = await make();
      await deed(model);
      const before = arena.used;
      await deed(model);
      expect(arena.used).toBe(before);
    });
  }
});

describe("many models leave memory as it was", () => {
  const state = () => [arena.used, arena.blocks.size, arena.memory.buffer.byteLength];
  const repeat = async (count: number, once: () => Promise<void>) => {
    await once();
    const before = state();
    for (let i = 0; i < count; i++) await once();
    expect(state()).toEqual(before);
  };
  test("a thousand made, trained for a step and disposed", () =>
    repeat(checked ? 100 : 1000, async () => {
      using model = await make();
      await model.step(1, { data, batchSize: 10 });
    }));
  test("ten thousand made and disposed", () =>
    repeat(checked ? 1000 : 10_000, async () => {
      (await make()).dispose();
    }));
});

test("memory that was given back is used again, zeroed", async () => {
  const outputs = async () => {
    using model = await make();
    await model.fit(data, { epochs: 2 });
    return (await model.predict(data)).data;
  };
  expect(await outputs()).toEqual(await outputs());
});

describe("models that were dropped without dispose", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  /** Collects garbage until `done`, or gives up. */
  async function collectUntil(done: () => boolean): Promise<void> {
    for (let i = 0; i < 100 && !done(); i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  test("are collected, and their memory with them", async () => {
    const before = arena.used;
    const drop = async () => {
      for (let i = 0; i < 20; i++) {
        const model = await make();
        await model.step(1, { data });
        await model.predict(data);
      }
    };
    await drop();
    expect(arena.used).toBeGreaterThan(before);
    await collectUntil(() => arena.used === before);
    expect(arena.used).toBe(before);
  });
  test("stay alive while a call on them is pending", async () => {
    const before = arena.used;
    const run = async () => {
      const model = await make();
      const epochs = checked ? 20 : 2000;
      return model.fit(data, { epochs, batchSize: 10 });
    };
    const pending = run();
    const timer = setInterval(collect, 2);
    const { stopped } = await pending;
    clearInterval(timer);
    expect(stopped).toBe("epochs");
    await collectUntil(() => arena.used === before);
    expect(arena.used).toBe(before);
  });
});

describe("dispose in the middle of a call", () => {
  const calls: Readonly<Record<string, (model: Sequential) => Promise<unknown>>> = {
    predict: (model) => model.predict(datasets.moons({ samples: checked ? 3000 : 200_000 })),
    evaluate: (model) => model.evaluate(datasets.moons({ samples: checked ? 3000 : 200_000 })),
    lens: (model) => model.lens(data, { resolution: checked ? 8 : 128 }),
  };
  for (const [name, call] of Object.entries(calls)) {
    test(`${name} ends as if alone, or with a code, and memory is as it was`, async () => {
      const before = arena.used;
      const alone = await make();
      const expected = await call(alone);
      alone.dispose();
      const model = await make();
      const pending = call(model).then(
        (value) => ({ value }),
        (error) => ({ code: error.code }),
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
      let refused: string | undefined;
      try {
        model.dispose();
      } catch (error) {
        refused = (error as { code: string }).code;
      }
      const outcome = await pending;
      if ("value" in outcome && name !== "lens") expect(outcome.value).toEqual(expected);
      else if ("code" in outcome) expect(outcome.code).toBe("disposed");
      if (refused) expect(refused).toBe("busy");
      model.dispose();
      expect(arena.used).toBe(before);
    });
  }
});
