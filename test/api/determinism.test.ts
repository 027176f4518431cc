// One seed fixes everything: initial weights, the order of samples, dropout. Stopped, saved, loaded and
// resumed, a run ends on the bits of the unbroken one.

import { describe, expect, test } from "vitest";
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  datasets,
  dense,
  dropout,
  type FitOptions,
  lion,
  loadModel,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsprop,
  type Sequential,
  sequential,
  sgd,
} from "../../src/index.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";

const samples = kernelName === "check" ? 50 : 200;
const data = datasets.moons({ samples, noise: 0.2, seed: 9 });
const other = datasets.circles({ samples: samples - 7, noise: 0.1, seed: 2 });
/** Not a divisor of the samples: every epoch ends in a short batch. */
const BATCH = 15;
const STEPS = Math.ceil(samples / BATCH);

const optimizers: Readonly<Record<OptimizerName, readonly Optimizer[]>> = {
  sgd: [sgd({ learningRate: 0.1 }), sgd({ momentum: 0.9, nesterov: true })],
  adagrad: [adagrad({ learningRate: 0.05 })],
  adadelta: [adadelta({ learningRate: 1 })],
  rmsprop: [rmsprop({ centered: true, momentum: 0.5 })],
  adam: [adam({ learningRate: 0.01, amsgrad: true })],
  adamW: [adamW({ globalClipNorm: 0.5 })],
  adamax: [adamax({ clipValue: 0.1 })],
  nadam: [nadam({ learningRate: 0.01 })],
  lion: [lion({ learningRate: 0.003 })],
};

async function make(
  options: { readonly seed?: number; readonly optimizer?: Optimizer; readonly rate?: number } = {},
): Promise<Sequential> {
  const { seed = 3, optimizer = adam({ learningRate: 0.01 }), rate = 0.2 } = options;
  const layers = [dense(6, "tanh"), dropout(rate), dense(5, "swish"), dense(1, "sigmoid")];
  const model = await sequential({ inputShape: [2], seed, layers });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

const train = (model: Sequential, epochs: number, options: FitOptions = {}) =>
  model.fit(data, { epochs, batchSize: BATCH, ...options });

/** What a model is after it was written and read again. */
const reloaded = (model: Sequential) => loadModel(model.save());

describe("the seed", () => {
  test("the same seed twice ends on the same weights", async () => {
    const [a, b] = [await make(), await make()];
    await train(a, 3);
    await train(b, 3);
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("the same seed twice has the same history", async () => {
    const [a, b] = [await make(), await make()];
    expect(await train(a, 3, { validationSplit: 0.2 })).toEqual(
      await train(b, 3, { validationSplit: 0.2 }),
    );
  });
  test("another seed draws other initial weights", async () => {
    expect(hashWeights(await make({ seed: 4 }))).not.toBe(hashWeights(await make()));
  });
  test("another seed shuffles differently", async () => {
    const [a, b] = [await make({ seed: 3, rate: 0 }), await make({ seed: 4, rate: 0 })];
    b.setWeights(a.getWeights());
    await train(a, 1);
    await train(b, 1);
    expect(hashWeights(a)).not.toBe(hashWeights(b));
  });
  test("without shuffling and dropout the seed does not matter to training", async () => {
    const [a, b] = [await make({ seed: 3, rate: 0 }), await make({ seed: 4, rate: 0 })];
    b.setWeights(a.getWeights());
    await train(a, 2, { shuffle: false });
    await train(b, 2, { shuffle: false });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("a shuffled epoch ends elsewhere than one in order", async () => {
    const [a, b] = [await make({ rate: 0 }), await make({ rate: 0 })];
    await train(a, 1);
    await train(b, 1, { shuffle: false });
    expect(hashWeights(a)).not.toBe(hashWeights(b));
  });
  test("two epochs go through the samples in different orders", async () => {
    const model = await make();
    const kept = model.getWeights();
    const losses: number[][] = [[], []];
    for (const epoch of [0, 1]) {
      model.setWeights(kept);
      model.setHyper({ learningRate: 1e-30 });
      await train(model, 1, {
        callbacks: { onBatchEnd: (_, { loss = 0 }) => void losses[epoch]?.push(loss) },
      });
    }
    expect(losses[0]).not.toEqual(losses[1]);
  });
  test("initial weights know nothing of data and batch size", async () => {
    const [a, b] = [await make(), await make()];
    await a.fit(data, { epochs: 0, batchSize: 7 });
    await b.fit(other, { epochs: 0 });
    expect(hashWeights(a)).toBe(hashWeights(b));
  });
  test("seeds beyond 32 bits differ from those below", async () => {
    const [low, high] = [await make({ seed: 5 }), await make({ seed: 5 + 2 ** 32 })];
    expect(hashWeights(low)).not.toBe(hashWeights(high));
  });
});

describe("reset", () => {
  test("goes back to the initial weights", async () => {
    const model = await make();
    const before = hashWeights(model);
    await train(model, 2);
    model.reset();
    expect(hashWeights(model)).toBe(before);
  });
  for (const optimizer of Object.values(optimizers).flat()) {
    test(`makes the next run with ${optimizer.name} the same run again${optimizer.hyper.variant ? ", its variant too" : ""}`, async () => {
      const model = await make({ optimizer });
      await train(model, 2);
      const first = hashModel(model);
      model.reset();
      await train(model, 2);
      expect(hashModel(model)).toBe(first);
    });
  }
  test("in the middle of an epoch begins the run anew", async () => {
    const [a, b] = [await make(), await make()];
    await train(a, 2);
    await b.step(5, { data: other, batchSize: 8 });
    b.reset();
    await train(b, 2);
    expect(hashModel(b)).toBe(hashModel(a));
  });
  test("keeps the hyper-parameters that setHyper gave", async () => {
    const [a, b] = [await make(), await make()];
    for (const model of [a, b]) model.setHyper({ learningRate: 0.05 });
    b.reset();
    await train(a, 1);
    await train(b, 1);
    expect(hashModel(b)).toBe(hashModel(a));
  });
});

describe("a run that is stopped, saved, loaded and resumed", () => {
  for (const optimizer of Object.values(optimizers).flat()) {
    const name = `${optimizer.name}${optimizer.slots === 0 ? ", without state" : ""}`;
    test(`ends on the bits of the unbroken one: ${name}, stopped between epochs`, async () => {
      const [whole, part] = [await make({ optimizer }), await make({ optimizer })];
      await train(whole, 4);
      await train(part, 2);
      const resumed = await reloaded(part);
      await train(resumed, 2);
      expect(hashModel(resumed)).toBe(hashModel(whole));
    });
    test(`ends on the bits of the unbroken one: ${name}, stopped within an epoch`, async () => {
      const [whole, part] = [await make({ optimizer }), await make({ optimizer })];
      await train(whole, 3);
      await part.step(STEPS + 2, { data, batchSize: BATCH });
      const resumed = await reloaded(part);
      await train(resumed, 2);
      expect(hashModel(resumed)).toBe(hashModel(whole));
    });
  }
  test("ends on the same bits when a signal stopped it within an epoch", async () => {
    const [whole, part] = [await make(), await make()];
    await train(whole, 3);
    const abort = new AbortController();
    let batches = 0;
    const onBatchEnd = () => {
      if (++batches === STEPS + 3) abort.abort();
    };
    const { stopped } = await train(part, 3, { signal: abort.signal, callbacks: { onBatchEnd } });
    const resumed = await reloaded(part);
    await train(resumed, 2);
    expect([stopped, hashModel(resumed)]).toEqual(["signal", hashModel(whole)]);
  });
  test("goes on in the same model as well", async () => {
    const [whole, part] = [await make(), await make()];
    await train(whole, 3);
    const onBatchEnd = (batch: number, _: unknown, control: { stop(): void }) => {
      if (batch === 1) control.stop();
    };
    const { stopped } = await train(part, 3, { callbacks: { onBatchEnd } });
    await train(part, 3);
    expect([stopped, hashModel(part)]).toEqual(["callback", hashModel(whole)]);
  });
  test("ends on the same bits when it is saved and loaded after every epoch", async () => {
    const whole = await make();
    await train(whole, 4);
    let part = await make();
    for (let epoch = 0; epoch < 4; epoch++) {
      await train(part, 1);
      part = await reloaded(part);
    }
    expect(hashModel(part)).toBe(hashModel(whole));
  });
});

describe("training in pieces", () => {
  test("step(n) in pieces ends on the bits of fit", async () => {
    const [a, b] = [await make(), await make()];
    await train(a, 3);
    const pieces = [1, STEPS - 2, 3, 0, STEPS - 1];
    const total = pieces.reduce((sum, n) => sum + n);
    await b.step(3 * STEPS - total, { data, batchSize: BATCH });
    for (const n of pieces) await b.step(n);
    expect(hashModel(b)).toBe(hashModel(a));
  });
  test("fit and step take turns on one run", async () => {
    const [a, b] = [await make(), await make()];
    await train(a, 3);
    await b.step(STEPS + 2, { data, batchSize: BATCH });
    await train(b, 1);
    await b.step(STEPS);
    expect(hashModel(b)).toBe(hashModel(a));
  });
  test("a callback for every batch changes nothing", async () => {
    const [a, b] = [await make(), await make()];
    await train(a, 2);
    await train(b, 2, { callbacks: { onBatchEnd: () => new Promise((done) => setTimeout(done)) } });
    expect(hashModel(b)).toBe(hashModel(a));
  });
});

describe("looking changes nothing", () => {
  const looks: Readonly<Record<string, (model: Sequential) => unknown>> = {
    predict: (model) => model.predict(other),
    evaluate: (model) => model.evaluate(other),
    lens: (model) => model.lens(other, { resolution: 4, lines: 2, probeSteps: 3 }),
    save: (model) => model.save(),
    summary: (model) => model.summary(),
    getWeights: (model) => model.getWeights(),
  };
  for (const [name, look] of Object.entries(looks)) {
    test(`${name} between and within epochs leaves the run as it is`, async () => {
      const [a, b] = [await make(), await make()];
      await train(a, 2);
      await b.step(3, { data, batchSize: BATCH });
      await look(b);
      const callbacks = [
        { onEpochEnd: () => void look(b) },
        { onEpochBegin: async () => void (await look(b)) },
      ];
      await train(b, 2, { callbacks });
      expect(hashModel(b)).toBe(hashModel(a));
    });
  }
  test("two models that train by turns end as each alone", async () => {
    const [a, b, c, d] = [
      await make(),
      await make({ seed: 8 }),
      await make(),
      await make({ seed: 8 }),
    ];
    await train(a, 3);
    await b.fit(other, { epochs: 3, batchSize: 4 });
    await Promise.all([train(c, 3), d.fit(other, { epochs: 3, batchSize: 4 })]);
    expect([hashModel(c), hashModel(d)]).toEqual([hashModel(a), hashModel(b)]);
  });
  test("a prediction does not depend on the samples beside it", async () => {
    const layers = [dense(70, "tanh"), dense(90, "relu"), dense(3, "softmax")];
    const model = await sequential({ inputShape: [50], layers });
    const x = Array.from({ length: 300 }, (_, i) =>
      Array.from({ length: 50 }, (_, j) => Math.sin(i * 50 + j)),
    );
    const all = (await model.predict(x)).rows();
    const picked = [0, 7, 255, 256, 299];
    const alone = [];
    for (const i of picked) alone.push(...(await model.predict([x[i] ?? []])).rows());
    expect(alone).toEqual(picked.map((i) => all[i]));
  });
});

describe("dropout", () => {
  const rate = 0.25;
  /** The mask of each of `steps` steps: a linear model whose gradients are the inputs it let through. */
  async function masks(steps: number, samplesAtOnce: number): Promise<boolean[][]> {
    const width = 40;
    const layers = [dropout(rate), dense({ units: 1, useBias: false, kernelInitializer: "zeros" })];
    const model = await sequential({ inputShape: [width], seed: 1, layers });
    model.compile({ optimizer: sgd({ learningRate: 1 }), loss: "meanAbsoluteError" });
    const x = Array.from({ length: samplesAtOnce }, () => new Array<number>(width).fill(1));
    const y = x.map(() => [1e6]);
    const found: boolean[][] = [];
    let before: ArrayLike<number> = new Float32Array(width);
    for (let i = 0; i < steps; i++) {
      await model.fit({ x, y }, { batchSize: samplesAtOnce });
      const { data: after } = model.weight("dense_1.weight").read();
      found.push(Array.from(after, (w, j) => w - (before[j] ?? 0) > 0));
      before = after;
    }
    return found;
  }
  test("drops about the given share", async () => {
    const kept = (await masks(100, 1)).flat();
    const share = 1 - kept.filter(Boolean).length / kept.length;
    expect(Math.abs(share - rate)).toBeLessThan(0.03);
  });
  test("draws another mask at every step", async () => {
    const [a, b] = await masks(2, 1);
    expect(a).not.toEqual(b);
  });
  test("scales what it keeps, so that the mean stays", async () => {
    const layers = [dropout(rate), dense({ units: 1, useBias: false, kernelInitializer: "zeros" })];
    const model = await sequential({ inputShape: [1], layers });
    model.compile({ optimizer: sgd({ learningRate: 1 }), loss: "meanAbsoluteError" });
    const x = Array.from({ length: 4000 }, () => [1]);
    await model.fit({ x, y: x.map(() => [9]) }, { batchSize: 4000 });
    expect(Math.abs(model.weight("dense_1.weight").get(0, 0) - 1)).toBeLessThan(0.03);
  });
  test("lets everything through outside training", async () => {
    const model = await sequential({
      inputShape: [3],
      layers: [dropout(0.9), dense({ units: 1, kernelInitializer: "ones" })],
    });
    expect((await model.predict([[1, 2, 3]])).rows()).toEqual([[6]]);
  });
});
