// Whatever is asked of two models on one engine, in any order and at any time, while threads are lost now and
// then: every call ends, well or with a code, and memory is as it was.

import { Worker } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { dense, LayerwiseError, type Sequential, sequential } from "../../src/index.ts";
import { createEngine } from "../../src/runtime/engine.ts";
import { kernelName } from "../support/kernel.ts";

const CALLS = 1500;
const INPUTS = 20;
/** At most so many calls are open at a time. */
const OPEN = 20;

let state = 77;
/** A whole number below n. */
const random = (n: number) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 8) % n;
};
const uniform = (count: number) =>
  Float32Array.from({ length: count }, () => random(200) / 100 - 1);

const data = {
  x: uniform(200 * INPUTS),
  y: Float32Array.from({ length: 200 }, (_, i) => i % 3),
};

const deeds: readonly ((model: Sequential) => unknown)[] = [
  (it) => it.fit(data, { epochs: 1 + random(3), batchSize: 20 + random(30), validationSplit: 0.2 }),
  (it) => it.predict(uniform(INPUTS * (1 + random(40)))),
  (it) => it.evaluate(data),
  (it) => it.step(1 + random(5), { data, batchSize: 32 }),
  (it) => it.lens(data, { probeSteps: 5 }),
  (it) => it.getWeights(),
  (it) => it.save(),
  (it) => it.setHyper({ learningRate: 0.001 * (1 + random(3)) }),
  (it) => it.weight("dense_1.bias").set(0.1, random(30)),
  (it) => {
    it.unit("dense_1", random(30)).enabled = random(2) === 0;
  },
  (it) => {
    it.unit("dense_1", random(30)).frozen = random(2) === 0;
  },
  (it) => it.reset(),
  (it) => it.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" }),
];

const workers: Worker[] = [];
const { postMessage } = Worker.prototype;
afterEach(() => vi.restoreAllMocks());

test.skipIf(kernelName === "check")("every call ends", { timeout: 60_000 }, async () => {
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args) {
    workers.push(this);
    return postMessage.apply(this, args);
  });
  const engine = Object.assign(await createEngine({ threads: 3 }), { operationsPerThread: 1 });
  const make = async () => {
    const layers = [dense(30, "relu"), dense(3, "softmax")];
    const model = await sequential({ engine, inputShape: [INPUTS], seed: 5, layers });
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    return model;
  };
  const models = [await make(), await make()];
  const codes = new Set<string>();
  const note = (error: unknown) => {
    codes.add(error instanceof LayerwiseError ? error.code : String(error));
  };
  const open = new Set<Promise<unknown>>();
  let ended = 0;
  for (let call = 0; call < CALLS; call++) {
    const deed = deeds[random(deeds.length)];
    const model = models[random(2)];
    if (random(60) === 0 && engine.report().started) void workers.at(-1 - random(3))?.terminate();
    try {
      const result = model && deed?.(model);
      if (result instanceof Promise) {
        const end = result.catch(note).finally(() => {
          ended++;
          open.delete(end);
        });
        open.add(end);
      }
    } catch (error) {
      note(error);
    }
    const pause = random(6);
    if (pause < 3) await new Promise((resolve) => setImmediate(resolve));
    else if (pause === 3) await new Promise((resolve) => setTimeout(resolve, random(5)));
    if (open.size > OPEN) await Promise.race(open);
  }
  await Promise.all(open);
  expect(ended).toBeGreaterThan(CALLS / 10);
  expect([...codes].filter((it) => it !== "busy" && it !== "threadLost")).toEqual([]);
  // Some were lost, and others came in their place.
  expect(workers.length).toBeGreaterThan(6);
  for (const model of models) model.dispose();
  expect(engine.report().memory.used).toBe(0);
  await engine.dispose();
});
