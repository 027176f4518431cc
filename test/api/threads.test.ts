// Training on threads: the bits of one thread, whoever reads or stops meanwhile; and what is left when a
// thread is lost, traps, or never comes.

import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as abi from "../../assembly/abi.ts";
import {
  adam,
  adamW,
  datasets,
  dense,
  dropout,
  type Engine,
  fromArrays,
  loadModel,
  type Sequential,
  sequential,
  sgd,
  type TrainingData,
} from "../../src/index.ts";
import { createEngine, type EngineOptions } from "../../src/runtime/engine.ts";
import { ThreadPool, type Work } from "../../src/runtime/thread-pool.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

/** The workers that were started, newest last: what is done to them from outside gives the library no word. */
const workers: Worker[] = [];
const { postMessage } = Worker.prototype;

const engines: Engine[] = [];

/** An engine of which every plan runs on all threads, however small. */
async function threaded(threads: number, options: EngineOptions = {}): Promise<Engine> {
  const engine = Object.assign(await createEngine({ threads, ...options }), {
    operationsPerThread: 1,
  });
  engines.push(engine);
  return engine;
}

beforeEach(() => {
  workers.length = 0;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args) {
    workers.push(this);
    return postMessage.apply(this, args);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(engines.splice(0).map((it) => it.dispose()));
});

/** Dense numbers in [−1, 1), reproducible. */
function uniform(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function classes(samples: number, inputs: number) {
  const targets = uniform(samples, 7).map((it) => Math.floor((it + 1) * 1.5));
  return fromArrays({
    features: uniform(samples * inputs, 3),
    targets,
    inputShape: [inputs],
    classes: 3,
  });
}

interface Net {
  readonly inputs: number;
  readonly batchSize: number;
  readonly make: (engine: Engine) => Promise<Sequential>;
  readonly data: TrainingData;
}

const SAMPLES = 150;
const spiral = datasets.spiral({ samples: SAMPLES, noise: 0.05, seed: 3 });

const nets: Readonly<Record<string, Net>> = {
  "wide, packed products": {
    inputs: 150,
    batchSize: 40,
    data: classes(SAMPLES, 150),
    async make(engine) {
      const layers = [dense(160, "relu"), dense(140, "relu"), dense(3, "softmax")];
      const model = await sequential({ engine, inputShape: [150], seed: 5, layers });
      model.compile({
        optimizer: adam({ learningRate: 0.002 }),
        loss: "sparseCategoricalCrossentropy",
        metrics: ["accuracy"],
      });
      return model;
    },
  },
  "deep and narrow": {
    inputs: 2,
    batchSize: 16,
    data: spiral,
    async make(engine) {
      const layers = [
        dense(9, "tanh"),
        dense(8, "mish"),
        dense(7, "softplus"),
        dense(1, "sigmoid"),
      ];
      const model = await sequential({ engine, inputShape: [2], seed: 6, layers });
      model.compile({
        optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
        loss: "binaryCrossentropy",
      });
      return model;
    },
  },
  "dropout, penalties, clipping": {
    inputs: 2,
    batchSize: 32,
    data: spiral,
    async make(engine) {
      const layers = [
        dense({ units: 33, activation: "elu", kernelRegularizer: { l1: 1e-3, l2: 1e-3 } }),
        dropout(0.25),
        dense({ units: 17, activation: "gelu", biasRegularizer: 1e-3 }),
        dense(1, "sigmoid"),
      ];
      const model = await sequential({ engine, inputShape: [2], seed: 7, layers });
      model.compile({ optimizer: adamW({ globalClipNorm: 0.5 }), loss: "binaryCrossentropy" });
      return model;
    },
  },
  "a regression with its metrics": {
    inputs: 2,
    batchSize: 50,
    data: datasets.hills({ samples: SAMPLES, noise: 0.02, seed: 4 }),
    async make(engine) {
      const layers = [dense(40, "swish"), dense(40, "sine"), dense(1)];
      const model = await sequential({ engine, inputShape: [2], seed: 8, layers });
      model.compile({ optimizer: "rmsprop", loss: "huber", metrics: ["r2", "meanAbsoluteError"] });
      return model;
    },
  },
};

const EPOCHS = 6;
const wide = nets["wide, packed products"] as Net;

/** A model with some work ahead, and its fit. */
async function running(engine: Engine, { make, data, batchSize } = wide, epochs = 10_000) {
  const model = await make(engine);
  await model.fit(data, { epochs: 1, batchSize });
  const controller = new AbortController();
  const fit = model.fit(data, { epochs, batchSize, signal: controller.signal });
  // Handled later: until then it is no unhandled rejection.
  fit.catch(() => {});
  return { model, fit, stop: () => controller.abort() };
}

/** Lets the loop turn for a while: the threads train meanwhile. */
const turns = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The same training on one thread, up to a step. */
async function unbroken({ make, data, batchSize } = wide, step: number): Promise<Sequential> {
  const model = await make(await threaded(1));
  await model.step(step, { data, batchSize });
  return model;
}

describe.skipIf(kernelName === "check")("on threads", { timeout: 60_000 }, () => {
  test.each(Object.entries(nets))("%s: the bits and the history of one thread", async (_, net) => {
    const runs = [];
    for (const threads of [1, 2, 3, 4]) {
      const engine = await threaded(threads);
      const model = await net.make(engine);
      const { batchSize } = net;
      const fitted = await model.fit(net.data, { epochs: EPOCHS, batchSize, validationSplit: 0.2 });
      expect(engine.report()).toMatchObject({ threads, started: threads > 1 });
      runs.push({ hash: hashModel(model), history: fitted.history });
    }
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
  });

  test("small networks stay on one thread, and no thread is started", async () => {
    const engine = await createEngine({ threads: 2 });
    engines.push(engine);
    const model = await (nets["deep and narrow"] as Net).make(engine);
    await model.fit(spiral, { epochs: 2, batchSize: 16 });
    expect(engine.report()).toMatchObject({ threads: 2, started: false });
    expect(workers).toEqual([]);
  });

  test("the caller's loop turns while a fit runs", async () => {
    const { fit, stop } = await running(await threaded(2));
    for (let turn = 0; turn < 50; turn++) await turns(0);
    stop();
    expect((await fit).stopped).toBe("signal");
  });

  test("what is saved at any moment stands at a step, and goes on to the same bits", async () => {
    const { model, fit, stop } = await running(await threaded(2));
    for (let i = 0; i < 5; i++) {
      await turns(3);
      const saved = model.save();
      const copy = await loadModel(saved, { engine: await threaded(1) });
      const alone = await unbroken(wide, copy.position.step);
      expect(hashWeights(copy)).toBe(hashWeights(alone));
    }
    stop();
    await fit;
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
  });

  test("readers take their turns between two steps", async () => {
    const { model, fit, stop } = await running(await threaded(2));
    const x = uniform(7 * 150, 9);
    for (let i = 0; i < 5; i++) {
      await model.predict(x);
      await model.evaluate(wide.data);
      model.getWeights();
      model.getGradients();
      await turns(1);
    }
    stop();
    await fit;
    // What was read changed nothing.
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
  });

  test("a weight and a rate that are set meanwhile hold from a whole step on", async () => {
    const { model, fit, stop } = await running(await threaded(2));
    await turns(3);
    model.weight("dense_1.weight").set(0.5, 0, 3);
    const { step } = model.position;
    expect(model.weight("dense_1.weight").get(0, 3)).toBe(0.5);
    model.setHyper({ learningRate: 0.0005 });
    expect(model.position.step).toBe(step);
    await turns(3);
    stop();
    await fit;
    const alone = await unbroken(wide, step);
    alone.weight("dense_1.weight").set(0.5, 0, 3);
    alone.setHyper({ learningRate: 0.0005 });
    await alone.step(model.position.step - step);
    expect(hashWeights(model)).toBe(hashWeights(alone));
  });

  test("each batch is called back once, however often somebody looks meanwhile", async () => {
    const model = await wide.make(await threaded(2));
    const batches: number[] = [];
    let isRunning = true;
    const looks = (async () => {
      while (isRunning) {
        model.getWeights();
        await turns(0);
      }
    })();
    const onBatchEnd = (batch: number) => {
      batches.push(batch);
    };
    await model.fit(wide.data, { epochs: 20, batchSize: 40, callbacks: { onBatchEnd } });
    isRunning = false;
    await looks;
    expect(batches).toEqual(Array.from({ length: 80 }, (_, i) => i % 4));
  });

  test("who looks just before a slice begins doesn't take the one before it for this one", async () => {
    const model = await wide.make(await threaded(2));
    const onBatchEnd = () => {
      let looks = 12;
      const look = () => {
        model.save();
        if (looks-- > 0) queueMicrotask(look);
      };
      queueMicrotask(look);
    };
    await model.fit(wide.data, { epochs: 5, batchSize: 40, callbacks: { onBatchEnd } });
    expect(model.position.step).toBe(20);
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, 20)));
  });

  test("weights that are set while a prediction runs are those of none or all of its rows at once", async () => {
    const model = await wide.make(await threaded(2));
    const x = uniform(2000 * 150, 1);
    const before = await model.predict(x);
    const bias = model.weight("dense_3.bias");
    bias.set(3, 0);
    const after = await model.predict(x);
    bias.set(0, 0);
    const states = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const running = model.predict(x);
      await turns(round);
      bias.set(3, 0);
      const rows = (await running).rows();
      rows.forEach((row, i) => {
        const is = (it: typeof before) => row.every((value, j) => value === it.data[i * 3 + j]);
        states.add(is(before) ? "before" : is(after) ? "after" : "neither");
      });
      bias.set(0, 0);
    }
    expect([...states]).not.toContain("neither");
  });

  test("two models that train at once on one engine end as each alone", async () => {
    const engine = await threaded(2);
    const pairs = await Promise.all(
      [wide, nets["a regression with its metrics"] as Net].map(async (net) => {
        const model = await net.make(engine);
        return { net, model };
      }),
    );
    await Promise.all(
      pairs.map(({ net, model }) => model.fit(net.data, { epochs: 8, batchSize: net.batchSize })),
    );
    for (const { net, model } of pairs) {
      expect(hashWeights(model)).toBe(hashWeights(await unbroken(net, model.position.step)));
    }
  });

  test("a second fit of one model is refused", async () => {
    const { model, fit, stop } = await running(await threaded(2));
    const error = await rejection(() => model.fit(wide.data, { batchSize: 40 }));
    expect(error.code).toBe("busy");
    stop();
    await fit;
  });

  test("a NaN is reported at layer and step, as on one thread, with the same weights kept", async () => {
    const ends = [];
    for (const threads of [1, 2]) {
      const model = await wide.make(await threaded(threads));
      await model.fit(wide.data, { epochs: 1, batchSize: 40 });
      model.setHyper({ learningRate: 1e37 });
      const error = await rejection(() => model.fit(wide.data, { epochs: 3, batchSize: 40 }));
      ends.push({ code: error.code, ...error.details, hash: hashWeights(model) });
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[0]?.code).toBe("notFinite");
  });
});

describe.skipIf(kernelName === "check")("a thread that is lost", { timeout: 60_000 }, () => {
  test("in the middle of a fit: a typed error within half a second, the weights of a whole step, and the next fit works", async () => {
    const engine = await threaded(3);
    for (let round = 0; round < 20; round++) {
      const { model, fit, stop } = await running(engine);
      const victims = workers.slice(-3);
      // At any moment, any of them.
      await turns((round * 7) % 11);
      const killed = performance.now();
      await victims[round % 3]?.terminate();
      const error = await rejection(() => fit);
      expect(performance.now() - killed).toBeLessThan(500);
      expect(error.code).toBe("threadLost");
      stop();
      const { step } = model.position;
      expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, step)));
      await model.fit(wide.data, { epochs: 1, batchSize: 40 });
      expect(engine.report().started).toBe(true);
      expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
      model.dispose();
    }
    expect(engine.report().memory.used).toBe(0);
  });

  test("while nothing runs: the next fit starts new ones", async () => {
    const model = await wide.make(await threaded(2));
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    for (const it of workers.splice(0)) await it.terminate();
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    expect(workers.length).toBe(2);
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
  });

  test("in the middle of evaluate and predict: a typed error, and the next call works", async () => {
    const engine = await threaded(2);
    const model = await wide.make(engine);
    const x = uniform(2000 * 150, 1);
    const few = x.subarray(0, 150 * 20);
    const whole = await model.predict(few);
    for (const call of [() => model.predict(x), () => model.evaluate(wide.data)]) {
      let error: unknown;
      const running = (async () => {
        for (;;) await call();
      })().catch((it: unknown) => {
        error = it;
      });
      // A thread that is lost between two dispatches is replaced, and nobody is any the wiser.
      while (error === undefined) {
        await turns(7);
        await workers.at(-1)?.terminate();
      }
      await running;
      expect(error).toMatchObject({ code: "threadLost" });
      expect(await model.predict(few)).toEqual(whole);
    }
  });
});

describe.skipIf(kernelName === "check")("a thread that traps", { timeout: 60_000 }, () => {
  /** Makes op `index` of the next plan that is dispatched one that there is not. */
  function breakOp(engine: Engine, index: number): void {
    const { dispatch } = ThreadPool.prototype;
    vi.spyOn(ThreadPool.prototype, "dispatch").mockImplementationOnce(function (
      this: ThreadPool,
      work: Work,
      threads: number,
    ) {
      const records = engine.view.getInt32(work.plan + abi.PLAN_OPS, true);
      engine.view.setInt32(records + index * abi.OP_BYTES, 99, true);
      return dispatch.call(this, work, threads);
    });
  }

  test("is known at once to who can't wait, and by the same code", async () => {
    const engine = await threaded(2);
    const model = await wide.make(engine);
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    breakOp(engine, 5);
    const fit = model.fit(wide.data, { epochs: 1000, batchSize: 40 });
    fit.catch(() => {});
    const errors: string[] = [];
    for (let i = 0; i < 20 && errors.length === 0; i++) {
      await Promise.resolve();
      try {
        model.getWeights();
      } catch (error) {
        errors.push(String((error as { code?: string }).code));
      }
    }
    expect(await rejection(() => fit)).toMatchObject({ code: "kernelTrap" });
    expect(["", "kernelTrap"]).toContain(errors.join());
    model.getWeights();
  });

  test("takes nobody along: another model's fit goes on", async () => {
    const engine = await threaded(2);
    const [a, b] = [await wide.make(engine), await wide.make(engine)];
    await Promise.all([a, b].map((it) => it.fit(wide.data, { epochs: 1, batchSize: 40 })));
    breakOp(engine, 3);
    const [broken, well] = await Promise.allSettled([
      a.fit(wide.data, { epochs: 5, batchSize: 40 }),
      b.fit(wide.data, { epochs: 5, batchSize: 40 }),
    ]);
    expect(broken).toMatchObject({ status: "rejected", reason: { code: "kernelTrap" } });
    expect(well.status).toBe("fulfilled");
    expect(hashWeights(b)).toBe(hashWeights(await unbroken(wide, b.position.step)));
  });

  test("ends the fit with an error that names the op; weights are kept, and the next fit works", async () => {
    const engine = await threaded(2);
    const model = await wide.make(engine);
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    const before = hashWeights(model);
    breakOp(engine, 3);
    const error = await rejection(() => model.fit(wide.data, { epochs: 1, batchSize: 40 }));
    expect(error.code).toBe("kernelTrap");
    expect(error.details).toMatchObject({ layer: "dense_2", role: "forward", op: 3 });
    expect(hashWeights(model)).toBe(before);
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
  });
});

describe.skipIf(kernelName === "check")("threads that do not come", { timeout: 60_000 }, () => {
  test("leave one thread, the same bits, and a report that says why", async () => {
    const engine = await threaded(2);
    vi.spyOn(ThreadPool, "start").mockRejectedValue(new Error("worker-src 'none'"));
    const model = await wide.make(engine);
    await model.fit(wide.data, { epochs: 2, batchSize: 40 });
    // Once may be bad luck; a second time it stays with one thread.
    await model.fit(wide.data, { epochs: 1, batchSize: 40 });
    expect(engine.report()).toMatchObject({ threads: 1, started: false });
    expect(engine.report().why).toContain("worker-src 'none'");
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
  });
});

describe.skipIf(kernelName === "check")("an engine that is disposed", { timeout: 60_000 }, () => {
  test("while it trains: the fit ends with a code, as does every later one", async () => {
    const engine = await threaded(2);
    const { model, fit } = await running(engine);
    await turns(5);
    const { step: before } = model.position;
    await engine.dispose();
    // Not a step is lost, nor half done.
    expect(model.position.step).toBeGreaterThanOrEqual(before);
    expect(await rejection(() => fit)).toMatchObject({ code: "engineDisposed" });
    const { step } = model.position;
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, step)));
    const again = await rejection(() => model.fit(wide.data, { batchSize: 40 }));
    expect(again.code).toBe("engineDisposed");
  });

  test("a model that trains on threads can't be disposed, and is as good as before", async () => {
    const { model, fit, stop } = await running(await threaded(2));
    expect(await rejection(() => model.dispose())).toMatchObject({ code: "busy" });
    stop();
    await fit;
    expect(hashWeights(model)).toBe(hashWeights(await unbroken(wide, model.position.step)));
    model.dispose();
  });
});
