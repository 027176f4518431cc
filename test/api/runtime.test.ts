// How training behaves: it lets the event loop run, stops when told, awaits callbacks, takes changes
// between steps, and streams.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import {
  type Callback,
  type Dataset,
  datasets,
  dense,
  earlyStopping,
  type Logs,
  type Sequential,
  sequential,
  sgd,
  type TrainingControl,
  type TrainingData,
} from "../../src/index.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

const checked = kernelName === "check";
const data = datasets.moons({ samples: 60, noise: 0.1, seed: 4 });

async function make(learningRate = 0.1): Promise<Sequential> {
  const layers = [dense(4, "tanh"), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], seed: 6, layers });
  model.compile({
    optimizer: sgd({ learningRate }),
    loss: "binaryCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

describe("the event loop", () => {
  /** About 10 ms are promised; the rest is for a machine that does other things as well. */
  const LIMIT = 40;
  /**
   * The longest time, in ms, that the loop did not come round while `work` ran: in the best of some runs,
   * since what else the machine does adds to it by chance. Each work takes longer than the limit.
   */
  async function longestHold(work: () => Promise<unknown>): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 8 && best >= LIMIT; attempt++) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await new Promise((done) => setTimeout(done, 10));
      delay.reset();
      await work();
      delay.disable();
      best = Math.min(best, delay.max / 1e6);
    }
    return best;
  }
  test("is not held while a small net trains for a long time", async () => {
    const model = await make();
    const epochs = checked ? 5 : 1500;
    expect(await longestHold(() => model.fit(data, { epochs, batchSize: 10 }))).toBeLessThan(LIMIT);
  });
  test("is not held by validation", async () => {
    const model = await make();
    const validationData = datasets.moons({ samples: checked ? 100 : 30_000 });
    const held = await longestHold(() =>
      model.fit(data, { epochs: checked ? 2 : 20, validationData }),
    );
    expect(held).toBeLessThan(LIMIT);
  });
  test("is not held by steps that take longer than a slice", async () => {
    // The bounds-checked kernel is a hundred times slower.
    const [size, rows] = checked ? [8, 16] : [256, 512];
    const layers = Array.from({ length: 16 }, () => dense(size, "relu"));
    const model = await sequential({ inputShape: [size], layers });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const x = Array.from({ length: rows }, (_, i) => new Float32Array(size).fill(i / rows));
    const train = () => model.fit({ x, y: x }, { epochs: 2, batchSize: rows });
    expect(await longestHold(train)).toBeLessThan(LIMIT);
  });
  test("is not held by step(n)", async () => {
    const model = await make();
    const n = checked ? 20 : 20_000;
    expect(await longestHold(() => model.step(n, { data, batchSize: 10 }))).toBeLessThan(LIMIT);
  });
  test("timers fire while fit runs", async () => {
    const model = await make();
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    await model.fit(data, { epochs: checked ? 300 : 3000, batchSize: 10 });
    clearInterval(timer);
    expect(fired).toBeGreaterThan(checked ? 0 : 3);
  });
});

describe("an AbortSignal", () => {
  test("ends training, and what was learned stays", async () => {
    const model = await make();
    const before = hashWeights(model);
    const { stopped, epoch } = await model.fit(data, {
      epochs: 10_000_000,
      signal: AbortSignal.timeout(30),
    });
    expect(stopped).toBe("signal");
    expect(model.position.epoch).toBe(epoch.length);
    expect(hashWeights(model)).not.toBe(before);
  });
  test("that is aborted already ends it before it begins", async () => {
    const model = await make();
    const before = hashWeights(model);
    const { stopped, epoch } = await model.fit(data, { epochs: 5, signal: AbortSignal.abort() });
    expect([stopped, epoch, hashWeights(model)]).toEqual(["signal", [], before]);
  });
  test("ends training on other data too, which a later fit takes up", async () => {
    const model = await make();
    const abort = new AbortController();
    const onBatchEnd = (batch: number) => {
      if (batch === 2) abort.abort();
    };
    await model.fit(data, { batchSize: 10, signal: abort.signal, callbacks: { onBatchEnd } });
    await model.fit(data.take(20), { batchSize: 5, epochs: 2 });
    // 30 samples of the first epoch are used: more than the other data hold, so an epoch of its own begins.
    expect(model.position).toEqual({ step: 3 + 2 * 4, epoch: 3, cursor: 0 });
  });
  test("ends a stream, closing it", async () => {
    const model = await make();
    const abort = new AbortController();
    let closed = false;
    async function* endless() {
      try {
        for (let i = 0; ; i++) {
          if (i === 5) abort.abort();
          yield data.take(10);
        }
      } finally {
        closed = true;
      }
    }
    const { stopped } = await model.fit(endless(), { signal: abort.signal });
    expect([stopped, closed, model.position]).toEqual([
      "signal",
      true,
      { step: 5, epoch: 0, cursor: 0 },
    ]);
  });
});

describe("callbacks", () => {
  test("are called in order, epoch by epoch, batch by batch", async () => {
    const model = await make();
    const calls: string[] = [];
    const callbacks: Callback = {
      onTrainBegin: () => void calls.push("train begins"),
      onEpochBegin: (epoch) => void calls.push(`epoch ${epoch} begins`),
      onBatchEnd: (batch) => void calls.push(`batch ${batch}`),
      onEpochEnd: (epoch) => void calls.push(`epoch ${epoch} ends`),
      onTrainEnd: () => void calls.push("train ends"),
    };
    await model.fit(data, { epochs: 2, batchSize: 30, callbacks });
    const epoch = (i: number) => [`epoch ${i} begins`, "batch 0", "batch 1", `epoch ${i} ends`];
    expect(calls).toEqual(["train begins", ...epoch(0), ...epoch(1), "train ends"]);
  });
  test("are awaited, one after another", async () => {
    const model = await make();
    const calls: string[] = [];
    const slow = (name: string): Callback => ({
      async onBatchEnd() {
        calls.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 2));
        calls.push(`${name} ends`);
      },
    });
    await model.fit(data, { batchSize: 30, callbacks: [slow("a"), slow("b")] });
    const once = ["a begins", "a ends", "b begins", "b ends"];
    expect(calls).toEqual([...once, ...once]);
  });
  test("get the logs that the history gets", async () => {
    const model = await make();
    const seen: Logs[] = [];
    const onEpochEnd = (_: number, logs: Logs) => void seen.push({ ...logs });
    const { history } = await model.fit(data, {
      epochs: 2,
      validationSplit: 0.2,
      callbacks: { onEpochEnd },
    });
    const names = Object.keys(history);
    expect(seen).toEqual(
      [0, 1].map((i) => Object.fromEntries(names.map((it) => [it, history[it]?.[i]]))),
    );
  });
  for (const hook of [
    "onTrainBegin",
    "onEpochBegin",
    "onBatchEnd",
    "onEpochEnd",
    "onTrainEnd",
  ] as const) {
    test(`an error in ${hook} ends fit with it, and the model trains on`, async () => {
      const model = await make();
      await model.predict([[0, 0]]);
      const error = new Error("mine");
      const callbacks: Callback = {
        [hook]: () => {
          throw error;
        },
      };
      await expect(model.fit(data, { epochs: 2, callbacks })).rejects.toBe(error);
      const { epoch } = await model.fit(data, { epochs: 2 });
      expect(epoch).toHaveLength(2);
    });
  }
  test("may evaluate, predict and look while fit waits for them", async () => {
    const model = await make();
    const losses: unknown[] = [];
    const onEpochEnd = async () => {
      await model.predict(data);
      await model.lens(data, { resolution: 2, probeSteps: 2 });
      losses.push((await model.evaluate(data)).loss);
    };
    const { history } = await model.fit(data, {
      epochs: 2,
      validationData: data,
      callbacks: { onEpochEnd },
    });
    expect(losses).toEqual(history.valLoss);
  });
  test("may stop before the first epoch", async () => {
    const model = await make();
    const onTrainBegin = (control: TrainingControl) => control.stop();
    const { stopped, epoch } = await model.fit(data, { epochs: 3, callbacks: { onTrainBegin } });
    expect([stopped, epoch]).toEqual(["callback", []]);
  });
  test("may stop after an epoch", async () => {
    const model = await make();
    const onEpochEnd = (epoch: number, _: Logs, control: TrainingControl) => {
      if (epoch === 1) control.stop();
    };
    const { stopped, epoch } = await model.fit(data, { epochs: 5, callbacks: { onEpochEnd } });
    expect([stopped, epoch]).toEqual(["callback", [0, 1]]);
  });
  test("may put weights back that they kept", async () => {
    const model = await make();
    let kept: ReturnType<TrainingControl["snapshot"]> | undefined;
    const before = hashWeights(model);
    await model.fit(data, {
      epochs: 2,
      callbacks: {
        onTrainBegin: (control) => {
          kept = control.snapshot();
        },
        onTrainEnd: (_, control) => {
          if (kept) control.restore(kept);
        },
      },
    });
    expect(hashWeights(model)).toBe(before);
  });
});

describe("earlyStopping", () => {
  /** The epochs after which it stops, the monitored value being given. */
  async function stopsAfter(
    values: readonly number[],
    options: Parameters<typeof earlyStopping>[0],
  ) {
    const callback = earlyStopping(options);
    const { monitor = "valLoss" } = options ?? {};
    let stopped = false;
    const control: TrainingControl = {
      stop: () => {
        stopped = true;
      },
      snapshot: () =>
        ({ weights: new Float32Array(), state: undefined }) as ReturnType<
          TrainingControl["snapshot"]
        >,
      restore: () => {},
      learningRate: 1,
      save: () => ({ json: "", weights: new Uint8Array() }),
    };
    await callback.onTrainBegin?.(control);
    for (const [epoch, value] of values.entries()) {
      await callback.onEpochEnd?.(epoch, { [monitor]: value }, control);
      if (stopped) return epoch + 1;
    }
    return undefined;
  }
  test("stops at the first epoch without improvement", async () => {
    expect(await stopsAfter([5, 4, 4, 3], {})).toBe(3);
  });
  test("waits for as many epochs as patience says, as Keras does", async () => {
    expect(await stopsAfter([5, 4, 4, 4.5, 4.2, 3, 3, 3, 3], { patience: 3 })).toBe(5);
  });
  test("counts anew after an improvement", async () => {
    expect(await stopsAfter([5, 6, 4, 5, 3, 4, 4], { patience: 2 })).toBe(7);
  });
  test("counts only improvements above minDelta", async () => {
    expect(await stopsAfter([5, 4.9, 4.8, 4.7], { minDelta: 0.5, patience: 2 })).toBe(3);
  });
  test("wants accuracies to rise", async () => {
    expect(await stopsAfter([0.5, 0.6, 0.7, 0.7], { monitor: "valAccuracy" })).toBe(4);
  });
  test("wants R² to rise", async () => {
    expect(await stopsAfter([0.5, 0.6, 0.7, 0.7], { monitor: "valR2" })).toBe(4);
  });
  test("goes by its mode where it is told", async () => {
    expect(await stopsAfter([1, 2, 3, 3], { monitor: "loss", mode: "max" })).toBe(4);
  });
  test("takes NaN for no improvement", async () => {
    expect(await stopsAfter([1, Number.NaN, 0.5], {})).toBe(2);
  });
  test("restores the weights of the best epoch", async () => {
    const model = await make(2);
    const hashes: string[] = [];
    const losses: number[] = [];
    const watch: Callback = {
      onEpochEnd: (_, { valLoss = 0 }) => {
        hashes.push(hashWeights(model));
        losses.push(valLoss);
      },
    };
    const stop = earlyStopping({ patience: 2, restoreBestWeights: true });
    const held = datasets.moons({ samples: 30, noise: 0.6, seed: 77 });
    const { stopped } = await model.fit(data, {
      epochs: 300,
      batchSize: 5,
      validationData: held,
      callbacks: [watch, stop],
    });
    const best = losses.indexOf(Math.min(...losses));
    expect([stopped, hashWeights(model)]).toEqual(["callback", hashes[best]]);
  });
  test("serves a second fit as the first", async () => {
    const callbacks = earlyStopping({ monitor: "loss", mode: "max" });
    const [a, b] = [await make(), await make()];
    const runs = [
      await a.fit(data, { epochs: 9, callbacks }),
      await b.fit(data, { epochs: 9, callbacks }),
    ];
    expect(runs[0]).toEqual(runs[1]);
  });
});

describe("changes between steps", () => {
  test("a learning rate set between steps is that of the next step", async () => {
    const [a, b] = [await make(0.1), await make(0.3)];
    await a.step(0, { data, batchSize: 10 });
    a.setHyper({ learningRate: 0.3 });
    await a.step(4);
    await b.step(4, { data, batchSize: 10 });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("a learning rate set by a callback is that of the next batch", async () => {
    const [a, b] = [await make(0.1), await make(0.1)];
    const onBatchEnd = (batch: number) => {
      if (batch === 1) a.setHyper({ learningRate: 0.5 });
    };
    await a.fit(data, { batchSize: 10, callbacks: { onBatchEnd } });
    await b.step(2, { data, batchSize: 10 });
    b.setHyper({ learningRate: 0.5 });
    await b.step(4);
    expect(hashModel(a)).toBe(hashModel(b));
  });
  test("a weight written between steps is what the next step begins with", async () => {
    const model = await make();
    await model.step(1, { data, batchSize: 60 });
    const weight = model.weight("dense_1.weight");
    weight.set(2.5, 1, 3);
    expect(weight.get(1, 3)).toBe(2.5);
    const { loss } = await model.evaluate(data);
    expect((await model.step(1)).loss).toBeCloseTo(loss ?? 0, 5);
  });
  test("compile between steps starts the optimizer afresh, bias corrections included", async () => {
    const [a, b] = [await make(), await make()];
    const adam = { optimizer: "adam", loss: "binaryCrossentropy" } as const;
    a.compile(adam);
    await a.fit(data, { epochs: 3, shuffle: false });
    a.compile(adam);
    b.compile(adam);
    b.setWeights(a.getWeights());
    await a.fit(data, { shuffle: false });
    await b.fit(data, { shuffle: false });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("compile keeps the weights", async () => {
    const model = await make();
    await model.fit(data);
    const before = hashWeights(model);
    model.compile({ optimizer: "nadam", loss: "meanSquaredError" });
    expect(hashWeights(model)).toBe(before);
  });
  test("compile lets go of the data that step was bound to", async () => {
    const model = await make();
    await model.step(1, { data });
    model.compile({ optimizer: "nadam", loss: "meanSquaredError" });
    expect((await rejection(() => model.step(1))).code).toBe("invalidArgument");
  });
  test("steps go on with new data where they are given", async () => {
    const model = await make();
    await model.step(3, { data, batchSize: 10 });
    const { step } = await model.step(2, { data: data.take(20), batchSize: 20 });
    expect(step).toBe(5);
  });
});

describe("streams of batches", () => {
  const batches = (dataset: Dataset, size: number) => [...dataset.batch(size)];
  const inOrder = async () => {
    const model = await make();
    await model.fit(data, { batchSize: 20, shuffle: false });
    return hashWeights(model);
  };

  const streams: Readonly<Record<string, () => Parameters<Sequential["fit"]>[0]>> = {
    "an array": () => batches(data, 20) as unknown as Iterable<TrainingData> as never,
    "what Dataset.batch returns": () => data.batch(20) as never,
    "a generator": () =>
      (function* () {
        yield* data.batch(20);
      })() as never,
    "an async generator": () =>
      (async function* () {
        for (const batch of data.batch(20)) {
          await new Promise((done) => setTimeout(done));
          yield batch;
        }
      })() as never,
    "a function that makes a generator": () =>
      async function* () {
        yield* data.batch(20);
      } as never,
  };
  for (const [name, stream] of Object.entries(streams)) {
    test(`${name} trains as the data set in order`, async () => {
      const model = await make();
      await model.fit(stream());
      expect(hashWeights(model)).toBe(await inOrder());
    });
  }
  test("a function makes a new stream for every epoch", async () => {
    const [a, b] = [await make(), await make()];
    const { history } = await a.fit(() => data.batch(20), { epochs: 3, validationData: data });
    const whole = await b.fit(data, {
      epochs: 3,
      batchSize: 20,
      shuffle: false,
      validationData: data,
    });
    expect(hashModel(a)).toBe(hashModel(b));
    for (const [name, values] of Object.entries(history)) {
      expect(values).toBeNear(whole.history[name] ?? [], { relative: 1e-12 });
    }
  });
  test("a generator that is used up ends the second epoch: emptyData", async () => {
    const model = await make();
    const once = (function* () {
      yield data;
    })();
    expect((await rejection(() => model.fit(once, { epochs: 2 }))).code).toBe("emptyData");
    expect(model.position).toEqual({ step: 1, epoch: 1, cursor: 0 });
  });
  test("batches may grow and shrink", async () => {
    const [a, b] = [await make(), await make()];
    const sizes = [3, 10, 1, 10, 31, 5];
    let at = 0;
    const parts = sizes.map((size) => {
      at += size;
      return data.slice(at - size, at);
    });
    await a.fit(parts);
    for (const part of parts) await b.fit(part, { batchSize: part.samples, shuffle: false });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("batches may be weighted, or not", async () => {
    const [a, b] = [await make(), await make()];
    const x = [
      [0, 1],
      [1, 0],
    ];
    const parts = [
      { x, y: [0, 1] },
      { x, y: [1, 0], sampleWeight: [2, 3] },
      { x, y: [1, 1] },
    ];
    await a.fit(parts);
    for (const part of parts) await b.fit(part, { batchSize: 2, shuffle: false });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("class weights apply to batches that lack a class", async () => {
    const [a, b] = [await make(), await make()];
    const x = [
      [0, 1],
      [1, 0],
      [2, 2],
      [1, 3],
    ];
    const [part, other] = [x.slice(0, 2), x.slice(2)];
    const classWeight = { 0: 0.5, 1: 3 };
    await a.fit(
      [
        { x: part, y: [1, 1] },
        { x: other, y: [0, 0] },
      ],
      { classWeight },
    );
    await b.fit({ x, y: [1, 1, 0, 0] }, { classWeight, batchSize: 2, shuffle: false });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("targets of −1 and 1 are read so, whichever come first", async () => {
    const make = async () => {
      const model = await sequential({ inputShape: [2], seed: 1, layers: [dense(1, "tanh")] });
      model.compile({ optimizer: "sgd", loss: "hinge" });
      return model;
    };
    const [a, b] = [await make(), await make()];
    const x = [
      [0, 1],
      [1, 0],
    ];
    await a.fit([
      { x, y: [1, 1] },
      { x, y: [-1, 1] },
      { x, y: [-1, -1] },
    ]);
    await b.fit(
      { x: [...x, ...x, ...x], y: [1, 1, -1, 1, -1, -1] },
      { batchSize: 2, shuffle: false },
    );
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("a bad batch ends training there: what was learned stays, and the model trains on", async () => {
    const [a, b] = [await make(), await make()];
    const bad = { x: [[0, Number.NaN]], y: [0] };
    expect((await rejection(() => a.fit([data.take(5), bad, data.take(5)]))).code).toBe(
      "nanInData",
    );
    await b.fit([data.take(5)]);
    expect([hashWeights(a), a.position.step, a.position.cursor]).toEqual([hashWeights(b), 1, 0]);
    await a.fit(data);
    expect(a.position.step).toBe(3);
  });
  test("an error in the stream ends fit with it", async () => {
    const model = await make();
    const error = new Error("mine");
    async function* failing() {
      yield data.take(5);
      throw error;
    }
    await expect(model.fit(failing())).rejects.toBe(error);
    expect((await model.fit(data)).epoch).toHaveLength(1);
  });
  test("after a stream an epoch begins at its first sample", async () => {
    const model = await make();
    const onBatchEnd = (_: number, __: Logs, control: TrainingControl) => control.stop();
    await model.fit(data.batch(20), { callbacks: { onBatchEnd } });
    await model.fit(data, { batchSize: 20 });
    expect(model.position.step).toBe(1 + 3);
  });
});
