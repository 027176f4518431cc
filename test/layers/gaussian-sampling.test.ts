// Gaussian sampling: values and gradients beside the formula, with the draws made again by the host; the
// divergence, in the loss and in the gradients; and what it is outside training.

import { describe, expect, test } from "vitest";
import { STREAM_NOISE } from "../../assembly/abi.ts";
import {
  add,
  dense,
  gaussianSampling,
  input,
  loadModel,
  model,
  type SymbolicTensor,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { numericalGradient } from "../support/gradients.ts";
import { checkLayer, draw, expectClose, type LayerCase, runLayer } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";
import { normalOf } from "../support/words.ts";

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const shapes = [[1], [3], [4], [5], [8], [9], [2, 3], [2, 2, 3]];
const batches = [
  [1, 1, 1, 0],
  [3, 5, 77, 12],
  [9, 9, 5, 3],
] as const;

const divergence = (mean: ArrayLike<number>, logVariance: ArrayLike<number>, batch: number) =>
  Array.from(mean).reduce((sum, m, i) => {
    const b = logVariance[i] ?? 0;
    return sum + (m * m + Math.exp(b) - 1 - b) / 2 / batch;
  }, 0);

describe("in training", () => {
  for (const [batch, capacity, seed, step] of batches) {
    test(`values and gradients of ${batch} samples are those of the draws`, async () => {
      for (const shape of shapes) {
        const width = sizeOf(shape);
        const place = { seed, step, stream: STREAM_NOISE };
        const z = Float64Array.from({ length: batch * width }, (_, i) =>
          normalOf(place, width, Math.floor(i / width), i % width),
        );
        const layer = gaussianSampling({ klWeight: 0 });
        const inputs = [draw(batch * width, 2, 3), draw(batch * width, 3, 4)];
        const it = { layer, inputShapes: [shape, shape], inputs, batch, capacity, seed, step };
        await checkLayer(it, ([mean, logVariance]) =>
          z.map((z, i) => (mean?.[i] ?? 0) + Math.exp((logVariance?.[i] ?? 0) / 2) * z),
        );
      }
    });
    test(`of ${batch} samples the divergence has its gradient, on any number of threads`, async () => {
      for (const shape of shapes) {
        const size = batch * sizeOf(shape);
        const [mean, logVariance] = [draw(size, 2, 3), draw(size, 3, 4)];
        const of = (klWeight: number): LayerCase => ({
          layer: gaussianSampling({ klWeight }),
          inputShapes: [shape, shape],
          inputs: [mean, logVariance],
          batch,
          capacity,
          seed,
          step,
        });
        const [plain, run] = [await runLayer(of(0)), await runLayer(of(2.5))];
        expect(await runLayer(of(2.5), 3)).toEqual(run);
        expect(run.y).toEqual(plain.y);
        [mean, logVariance].forEach((values, index) => {
          const loss = () => 2.5 * divergence(mean, logVariance, batch);
          const slope = numericalGradient(loss, values);
          const expected = plain.dx[index]?.map((it, i) => it + (slope[i] ?? 0)) ?? [];
          expectClose(`dx ${index}`, run.dx[index] ?? [], expected, 1e-5);
        });
      }
    });
  }
  test("other steps, seeds and layers draw other numbers", async () => {
    const inputs = [new Float64Array(9), new Float64Array(9)];
    const of = async (more: Partial<LayerCase>) => {
      const it = { layer: gaussianSampling(), inputShapes: [[9], [9]], inputs, batch: 1, ...more };
      return (await runLayer(it)).y;
    };
    const once = await of({});
    expect(await of({})).toEqual(once);
    expect(await of({ step: 1 })).not.toEqual(once);
    expect(await of({ seed: 2 })).not.toEqual(once);
  });
  test("no variance at all gives the mean itself, and passes no gradient on to its logarithm", async () => {
    const inputs = [Float64Array.of(1, 2, 3), Float64Array.of(-300, -300, -300)];
    const layer = gaussianSampling({ klWeight: 0 });
    const { y, dx } = await runLayer({ layer, inputShapes: [[3], [3]], inputs, batch: 1 });
    expect([...y]).toEqual([1, 2, 3]);
    expect([...(dx[1] ?? [])].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

test("outside training it is the mean", async () => {
  const layer = gaussianSampling();
  const { y, inputs } = await runLayer({
    layer,
    inputShapes: [
      [2, 3],
      [2, 3],
    ],
    batch: 3,
    training: false,
  });
  expect(y).toEqual(inputs[0]);
});

describe("in a model", () => {
  const [samples, width] = [6, 3];
  const x = Array.from({ length: samples }, (_, i) => Array.from(draw(4, 40 + i)));
  const y = Array.from({ length: samples }, (_, i) => Array.from(draw(width, 60 + i)));
  const made = async (klWeight: number, end: (z: SymbolicTensor) => SymbolicTensor = (z) => z) => {
    const features = input({ shape: [4] });
    const mean = dense({ units: width, activation: "tanh", name: "mean" }).apply(features);
    const logVariance = dense({ units: width, name: "logVariance" }).apply(features);
    const z = gaussianSampling({ klWeight, name: "code" }).apply(mean, logVariance);
    const it = await model({ inputs: features, outputs: end(z), seed: 3 });
    it.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return it;
  };

  test("evaluation has the error of the means and the weighted divergence", async () => {
    const it = await made(0.5);
    const mean = (await it.predict(x)).data;
    const weights = it.getWeights();
    const [w, b] = [weights["logVariance.weight"]?.data, weights["logVariance.bias"]?.data];
    const logVariance = x.flatMap((row) =>
      Array.from({ length: width }, (_, j) =>
        row.reduce((sum, v, k) => sum + v * (w?.[k * width + j] ?? 0), b?.[j] ?? 0),
      ),
    );
    const error = mean.reduce(
      (sum, m, i) => sum + (m - (y[Math.floor(i / width)]?.[i % width] ?? 0)) ** 2,
      0,
    );
    const expected = error / mean.length + 0.5 * divergence(mean, logVariance, samples);
    expect((await it.evaluate({ x, y })).loss).toBeCloseTo(expected, 5);
    it.dispose();
  });
  test("a heavy divergence brings all means close to 0", async () => {
    const it = await made(10);
    const largest = async () => Math.max(...(await it.predict(x)).data.map(Math.abs));
    expect(await largest()).toBeGreaterThan(0.5);
    it.setHyper({ learningRate: 0.02 });
    await it.step(1_000, { data: { x, y }, batchSize: samples });
    expect(await largest()).toBeLessThan(0.15);
    it.dispose();
  });
  test("it is saved and read, and training goes on to the same bits", async () => {
    const it = await made(0.1, (z) => add().apply(z, dense(width).apply(z)));
    await it.fit({ x, y }, { epochs: 2, batchSize: 4 });
    const again = await loadModel(it.save());
    for (const one of [it, again]) await one.fit({ x, y }, { epochs: 2, batchSize: 4 });
    expect((await again.predict(x)).data).toEqual((await it.predict(x)).data);
    it.dispose();
    again.dispose();
  });
});

describe("options", () => {
  test("come back from a configuration", () => {
    for (const layer of [gaussianSampling(), gaussianSampling({ klWeight: 0.25 })]) {
      const made = layerFromConfig("test", layer.type, { ...layer.config, name: "it" });
      expect([made.type, made.name, made.config]).toEqual([layer.type, "it", layer.config]);
    }
  });
  test("and inputs that mean nothing are refused", async () => {
    const build = (...shapes: number[][]) =>
      gaussianSampling().build("test", shapes[0] ?? [], shapes);
    const bad: [string, () => unknown][] = [
      ["invalidArgument", () => gaussianSampling({ klWeight: -1 })],
      ["invalidArgument", () => gaussianSampling({ klWeight: Number.NaN })],
      ["unknownName", () => gaussianSampling({ weight: 1 } as object)],
      ["shapeMismatch", () => build([3])],
      ["shapeMismatch", () => build([3], [4])],
      ["shapeMismatch", () => build([3], [3], [3])],
    ];
    for (const [code, make] of bad) expect((await rejection(async () => make())).code).toBe(code);
  });
});
