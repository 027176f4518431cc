// Restricted Boltzmann machines: one step against the formula, then what they learn, by the exact likelihood
// of machines so small that all states can be counted.

import { describe, expect, test } from "vitest";
import { STREAM_GIBBS } from "../../assembly/abi.ts";
import {
  dense,
  exponentialDecay,
  loadRbm,
  type Rbm,
  type RbmOptions,
  rbm,
  sequential,
  sgd,
} from "../../src/index.ts";
import { subStream } from "../../src/random.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { expectClose } from "../support/layer.ts";
import { philox4x32 } from "../support/reference.ts";
import { rejection } from "../support/rejection.ts";

/** All ways to fill whole rows or whole columns of 3×3 (MacKay's bars and stripes). */
const bars = Array.from({ length: 8 }, (_, code) => [0, 1, 2].map((i) => (code >> i) & 1)).flatMap(
  (bits) => [bits.flatMap((b) => [b, b, b]), [...bits, ...bits, ...bits]],
);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const add = (to: Float64Array, i: number, x: number) => {
  to[i] = (to[i] ?? 0) + x;
};

/** The mean log-likelihood of rows, by the sum over all hidden states. */
function logLikelihood(machine: Rbm, rows: readonly number[][]): number {
  const { weight, hiddenBias, visibleBias } = machine.getWeights();
  const [visible = 0, hidden = 0] = weight?.shape ?? [];
  const w = (i: number, j: number) => weight?.data[i * hidden + j] ?? 0;
  let z = 0;
  for (let state = 0; state < 2 ** hidden; state++) {
    let log = 0;
    for (let j = 0; j < hidden; j++) if ((state >> j) & 1) log += hiddenBias?.data[j] ?? 0;
    for (let i = 0; i < visible; i++) {
      let sum = visibleBias?.data[i] ?? 0;
      for (let j = 0; j < hidden; j++) if ((state >> j) & 1) sum += w(i, j);
      log += Math.log1p(Math.exp(sum));
    }
    z += Math.exp(log);
  }
  const free = (v: readonly number[]) => {
    let sum = v.reduce((total, x, i) => total + x * (visibleBias?.data[i] ?? 0), 0);
    for (let j = 0; j < hidden; j++) {
      const input = v.reduce((total, x, i) => total + x * w(i, j), hiddenBias?.data[j] ?? 0);
      sum += Math.log1p(Math.exp(input));
    }
    return sum;
  };
  return rows.reduce((sum, v) => sum + free(v) - Math.log(z), 0) / rows.length;
}

describe("one step", () => {
  for (const visibleUnits of ["bernoulli", "gaussian"] as const) {
    for (const [visible, hidden] of [
      [9, 4],
      [6, 3],
      [4, 5],
    ] as const) {
      test(`of CD-1, ${visibleUnits}, ${visible} × ${hidden}, is the formula with the same draws`, async () => {
        const rate = 0.5;
        const optimizer = sgd({ learningRate: rate });
        const seed = 11;
        const machine = await rbm({
          inputShape: [visible],
          units: hidden,
          visibleUnits,
          optimizer,
          seed,
        });
        const x = [0, 1, 2].map((n) =>
          Array.from({ length: visible }, (_, i) => ((n + i * i) % 3) / 2),
        );
        const before = machine.getWeights();
        await machine.fit(x, { batchSize: 3, shuffle: false });
        const after = machine.getWeights();
        const w = (i: number, j: number) => before.weight?.data[i * hidden + j] ?? 0;
        const up = (v: readonly number[]) =>
          Array.from({ length: hidden }, (_, j) =>
            sigmoid(v.reduce((s, a, i) => s + a * w(i, j), 0)),
          );
        const draw = (p: readonly number[], row: number, index: number) =>
          p.map((it, i) => {
            const vectors = Math.ceil(p.length / 4);
            const counter = [row * vectors + (i >> 2), 0, subStream(STREAM_GIBBS, index), 0];
            const words = philox4x32(counter as never, [seed, 0] as never);
            return (words[i % 4] as number) < Math.fround(it) * 2 ** 32 ? 1 : 0;
          });
        const weight = new Float64Array(visible * hidden);
        const biases = [new Float64Array(hidden), new Float64Array(visible)] as const;
        x.forEach((v0, row) => {
          const h0 = up(v0);
          const h = draw(h0, row, 0);
          const mean = v0.map((_, i) => h.reduce((s: number, a, j) => s + a * w(i, j), 0));
          const v1 = visibleUnits === "gaussian" ? mean : draw(mean.map(sigmoid), row, 1);
          const h1 = up(v1);
          for (let i = 0; i < visible; i++) {
            for (let j = 0; j < hidden; j++) {
              const difference = (v0[i] ?? 0) * (h0[j] ?? 0) - (v1[i] ?? 0) * (h1[j] ?? 0);
              add(weight, i * hidden + j, difference / 3);
            }
            add(biases[1], i, ((v0[i] ?? 0) - (v1[i] ?? 0)) / 3);
          }
          for (let j = 0; j < hidden; j++) add(biases[0], j, ((h0[j] ?? 0) - (h1[j] ?? 0)) / 3);
        });
        const moved = (name: string) =>
          Array.from(
            after[name]?.data ?? [],
            (it, i) => (it - (before[name]?.data[i] ?? 0)) / rate,
          );
        expectClose("weight", moved("weight"), weight, 1e-5);
        expectClose("hiddenBias", moved("hiddenBias"), biases[0], 1e-5);
        expectClose("visibleBias", moved("visibleBias"), biases[1], 1e-5);
        machine.dispose();
      });
    }
  }
});

describe("the optimizer's options", () => {
  const options = { inputShape: [9], units: 4, seed: 2 };
  const trainedBy = async (optimizer: RbmOptions["optimizer"], more: Partial<RbmOptions> = {}) => {
    const machine = await rbm({ ...options, ...more, ...(optimizer && { optimizer }) });
    await machine.fit(bars, { epochs: 2, batchSize: 4, shuffle: false });
    return machine.getWeights().weight?.data;
  };

  test("hold for it too: schedules, clipping, accumulation", async () => {
    const learningRate = 0.1;
    const plain = await trainedBy(sgd({ learningRate }));
    const scheduled = exponentialDecay({
      initialLearningRate: learningRate,
      decaySteps: 1,
      decayRate: 0.5,
    });
    for (const optimizer of [
      sgd({ learningRate: scheduled }),
      sgd({ learningRate, globalClipNorm: 0.01 }),
      sgd({ learningRate, gradientAccumulationSteps: 2 }),
    ]) {
      expect(await trainedBy(optimizer)).not.toEqual(plain);
    }
  });

  test("a batch of fewer samples counts by its mean, beside chains as well", async () => {
    const run = async (samples: number) => {
      const machine = await rbm({ ...options, chains: 3 });
      const x = Array.from({ length: samples }, () => bars[3] as number[]);
      await machine.fit(x, { batchSize: 2, shuffle: false });
      return machine.getWeights().weight?.data ?? [];
    };
    expectClose("weight", await run(3), await run(4), 1e-6);
  });
});

describe.skipIf(kernelName === "check")("bars and stripes", () => {
  const kinds: Readonly<Record<string, Partial<RbmOptions>>> = {
    "CD-1": {},
    "CD-5": { k: 5 },
    "persistent chains": { chains: 32, k: 2 },
  };
  for (const [name, options] of Object.entries(kinds)) {
    test(`${name}: likelihood, its estimate and samples get better`, async () => {
      const machine = await rbm({
        inputShape: [9],
        units: 8,
        seed: 4,
        optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }),
        ...options,
      });
      const mean = (it: Float64Array) => it.reduce((sum, x) => sum + x, 0) / it.length;
      const many = Array.from({ length: 20 }, () => bars).flat();
      const state = async () => ({
        likelihood: logLikelihood(machine, bars),
        estimate: mean(await machine.scoreSamples(many, { seed: 1 })),
        share: share(await machine.sample(200, { steps: 200, seed: 3 })),
      });
      const before = await state();
      const { history } = await machine.fit(bars, { epochs: 3000, batchSize: 16 });
      const after = await state();
      // Untrained: 2⁹ states alike, of which the 14 different patterns are few.
      expect(before.likelihood).toBeCloseTo(-9 * Math.log(2), 1);
      expect(before.share).toBeLessThan(0.1);
      expect(after.likelihood).toBeGreaterThan(-4);
      expect(after.estimate).toBeGreaterThan(before.estimate + 2);
      expect(after.share).toBeGreaterThan(0.5);
      expect(history.loss?.at(-1)).toBeLessThan(history.loss?.[0] ?? 0);
      machine.dispose();
    });
  }

  function share({ data }: { readonly data: Float32Array }): number {
    const patterns = new Set(bars.map((it) => it.join("")));
    const rows = data.length / 9;
    let hits = 0;
    for (let i = 0; i < rows; i++) {
      const bits = [...data.subarray(i * 9, i * 9 + 9)].map((p) => Math.round(p)).join("");
      if (patterns.has(bits)) hits++;
    }
    return hits / rows;
  }
});

describe("a run", () => {
  for (const chains of [0, 7]) {
    test(`with ${chains} chains, stopped, saved, loaded and resumed, ends on the same bits`, async () => {
      const make = () => rbm({ inputShape: [9], units: 5, seed: 8, chains, k: 2 });
      const options = { batchSize: 5 };
      const one = await make();
      await one.fit(bars, { ...options, epochs: 6 });
      const two = await make();
      await two.fit(bars, { ...options, epochs: 2 });
      const three = await loadRbm(two.save());
      await three.fit(bars, { ...options, epochs: 4 });
      expect(hashModel(three)).toBe(hashModel(one));
      const samples = [one, three].map((it) => it.sample(3, { steps: 20, seed: 5 }));
      const [a, b] = await Promise.all(samples);
      expect(a).toEqual(b);
      for (const it of [one, two, three]) it.dispose();
    });
  }
});

describe("what comes out", () => {
  test("transform is what a dense layer made of it computes, and starts a stack", async () => {
    const machine = await rbm({ inputShape: [9], units: 6, seed: 2 });
    await machine.fit(bars, { epochs: 20 });
    const hidden = await machine.transform(bars);
    const stack = await sequential({
      inputShape: [9],
      layers: [machine.layer(), dense(2, "softmax")],
    });
    const body = await sequential({ inputShape: [9], layers: [machine.layer()] });
    expect(await body.predict(bars)).toEqual(hidden);
    stack.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    await stack.fit({ x: bars, y: bars.map((_, i) => i % 2) }, { epochs: 2 });
  });

  test("a Gaussian machine reconstructs the mean of what it saw", async () => {
    const x = Array.from({ length: 64 }, (_, n) => [Math.sin(n) + 2, Math.cos(3 * n) - 1]);
    const machine = await rbm({
      inputShape: [2],
      units: 3,
      visibleUnits: "gaussian",
      seed: 1,
      optimizer: sgd({ learningRate: 0.05 }),
    });
    await machine.fit(x, { epochs: 200, batchSize: 16 });
    const { data } = await machine.reconstruct(x);
    const mean = (column: number) =>
      data.filter((_, i) => i % 2 === column).reduce((a, b) => a + b, 0) / 64;
    expect(mean(0)).toBeCloseTo(2, 0);
    expect(mean(1)).toBeCloseTo(-1, 0);
    expect((await rejection(() => machine.scoreSamples(x))).code).toBe("invalidArgument");
  });

  test("bad options and data are refused", async () => {
    const codes: string[] = [];
    for (const options of [
      { units: 0 },
      { units: 2, k: 0 },
      { units: 2, visibleUnits: "real" },
      { units: 2, colour: 1 },
    ]) {
      codes.push((await rejection(() => rbm({ inputShape: [2], ...options } as never))).code);
    }
    const machine = await rbm({ inputShape: [2], units: 2 });
    for (const x of [[[0, 2]], [[0, -1]], [[0, 1, 1]], [[0, Number.NaN]]]) {
      codes.push((await rejection(() => machine.fit(x))).code);
    }
    const other = await sequential({ inputShape: [2], layers: [dense(1)] });
    codes.push((await rejection(() => loadRbm(other.save()))).code);
    machine.dispose();
    codes.push((await rejection(() => machine.fit([[0, 1]]))).code);
    expect(codes).toEqual([
      ...["invalidArgument", "invalidArgument", "unknownName", "unknownName"],
      ...["invalidArgument", "invalidArgument", "shapeMismatch", "nanInData"],
      ...["modelFormat", "disposed"],
    ]);
  });
});
