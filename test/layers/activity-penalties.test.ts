// Penalties on what layers give: their values, in the loss, and their gradients, beside the formula
// in f64.

import { describe, expect, test } from "vitest";
import {
  activityRegularization,
  dense,
  type Sequential,
  sequential,
  sparsity,
} from "../../src/index.ts";
import type { Layer } from "../../src/layers/layer.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { numericalGradient } from "../support/gradients.ts";
import { draw, expectClose, runLayer } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

/** Of a batch of rows. */
type Penalty = (x: ArrayLike<number>, batch: number) => number;

const activity =
  (l1: number, l2: number): Penalty =>
  (x, batch) =>
    Array.from(x).reduce((sum, it) => sum + l1 * Math.abs(it) + l2 * it * it, 0) / batch;

const divergence =
  (target: number, weight: number): Penalty =>
  (x, batch) => {
    const units = x.length / batch;
    let sum = 0;
    for (let j = 0; j < units; j++) {
      let mean = 0;
      for (let i = 0; i < batch; i++) mean += (x[i * units + j] ?? 0) / batch;
      sum += target * Math.log(target / mean);
      sum += (1 - target) * Math.log((1 - target) / (1 - mean));
    }
    return weight * sum;
  };

const cases: [string, Layer, Penalty][] = [
  ["l1", activityRegularization({ l1: 0.5 }), activity(0.5, 0)],
  ["l2", activityRegularization({ l2: 0.25 }), activity(0, 0.25)],
  ["l1 and l2", activityRegularization({ l1: 0.1, l2: 2 }), activity(0.1, 2)],
  ["no penalty", activityRegularization(), activity(0, 0)],
  ["sparsity", sparsity(), divergence(0.05, 1)],
  ["sparsity of 0.5, weighted", sparsity({ target: 0.5, weight: 3 }), divergence(0.5, 3)],
];

/** In (0.02, 0.98), rounded to f32. */
const activations = (length: number) => draw(length, 4).map((it) => Math.fround(0.5 + 0.48 * it));

describe("a layer with a penalty", () => {
  for (const [name, layer, penalty] of cases) {
    test(`${name}: gives its input, and adds the penalty's gradient, on any thread count`, async () => {
      for (const shape of [[1], [3], [4], [5], [9], [2, 3], [2, 2, 3]]) {
        for (const [batch, capacity] of [
          [1, 1],
          [3, 5],
          [9, 9],
        ] as const) {
          const size = shape.reduce((a, b) => a * b, 1);
          const inputs = [activations(batch * size)];
          const it = { layer, inputShapes: [shape], batch, capacity, inputs };
          const run = await runLayer(it);
          expect(await runLayer(it, 3)).toEqual(run);
          expect(run.y).toEqual(inputs[0]);
          const x = Float64Array.from(inputs[0] ?? []);
          const slope = numericalGradient(() => penalty(x, batch), x);
          expectClose(
            "dx",
            run.dx[0] ?? [],
            run.dy.map((it, i) => it + (slope[i] ?? 0)),
            1e-5,
          );
        }
      }
    });
  }
  test("l1 passes no gradient on at 0, and goes by the sign below", async () => {
    const layer = activityRegularization({ l1: 1 });
    const inputs = [Float64Array.of(0, -1, 1)];
    const { dx, dy } = await runLayer({ layer, inputShapes: [[3]], batch: 1, inputs });
    expectClose(
      "dx",
      dx[0] ?? [],
      dy.map((it, i) => it + ([0, -1, 1][i] ?? 0)),
      1e-6,
    );
  });
  test("sparsity stays finite where units are always on or off", async () => {
    const inputs = [Float64Array.of(0, 1, 0.5, 0, 1, 0.5)];
    const { dx } = await runLayer({ layer: sparsity(), inputShapes: [[3]], batch: 2, inputs });
    expect(dx[0]?.every(Number.isFinite)).toBe(true);
  });
});

describe("in a model", () => {
  const [samples, inputs, units] = [6, 3, 5];
  const x = Array.from({ length: samples }, (_, i) => Array.from(draw(inputs, 40 + i)));
  const y = Array.from({ length: samples }, (_, i) => Array.from(draw(1, 60 + i)));
  const data = { x, y };
  const made: Sequential[] = [];
  const model = async (...between: Layer[]) => {
    const layers = [dense({ units, activation: "sigmoid", name: "hidden" }), ...between, dense(1)];
    const it = await sequential({ inputShape: [inputs], seed: 5, layers });
    it.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    made.push(it);
    return it;
  };

  for (const [name, layer, penalty] of cases) {
    test(`${name}: the loss has it, in training and evaluation, and the weights below its gradient`, async () => {
      const it = await model(layer);
      const { weight, bias, out, outBias } = {
        weight: Float64Array.from(it.getWeights()["hidden.weight"]?.data ?? []),
        bias: Float64Array.from(it.getWeights()["hidden.bias"]?.data ?? []),
        out: Float64Array.from(it.getWeights()["dense_2.weight"]?.data ?? []),
        outBias: it.getWeights()["dense_2.bias"]?.data[0] ?? 0,
      };
      const loss = () => {
        const hidden: number[] = [];
        let error = 0;
        x.forEach((row, i) => {
          let result = outBias;
          for (let j = 0; j < units; j++) {
            const z = row.reduce(
              (sum, v, k) => sum + v * (weight[k * units + j] ?? 0),
              bias[j] ?? 0,
            );
            const h = 1 / (1 + Math.exp(-z));
            hidden.push(h);
            result += h * (out[j] ?? 0);
          }
          error += (result - (y[i]?.[0] ?? 0)) ** 2 / samples;
        });
        return error + penalty(hidden, samples);
      };
      const expected = loss();
      expect((await it.evaluate(data)).loss).toBeCloseTo(expected, 4);
      const step = await it.step(1, { data, batchSize: samples });
      expect(step.loss).toBeCloseTo(expected, 4);
      const gradient = it.getGradients()["hidden.weight"]?.data ?? [];
      expectClose("dweight", gradient, numericalGradient(loss, weight), 1e-4);
      for (const model of made.splice(0)) model.dispose();
    });
  }
  test("a penalty behind the last layer counts too", async () => {
    const layers = [dense(1), activityRegularization({ l2: 1 })];
    const it = await sequential({ inputShape: [inputs], seed: 5, layers });
    it.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const out = (await it.predict(x)).data;
    const error = out.reduce((sum, o, i) => sum + (o - (y[i]?.[0] ?? 0)) ** 2 / samples, 0);
    expect((await it.evaluate(data)).loss).toBeCloseTo(error + activity(0, 1)(out, samples), 4);
    it.dispose();
  });
  test("sparsity brings units to their target", async () => {
    const it = await model(sparsity({ target: 0.2, weight: 5 }));
    it.setHyper({ learningRate: 0.1 });
    await it.step(2_000, { data, batchSize: samples });
    const weights = it.getWeights();
    const below = await sequential({
      inputShape: [inputs],
      layers: [dense({ units, activation: "sigmoid", name: "hidden" })],
    });
    below.setWeights({
      "hidden.weight": weights["hidden.weight"] as never,
      "hidden.bias": weights["hidden.bias"] as never,
    });
    const { data: h } = await below.predict(x);
    for (let j = 0; j < units; j++) {
      const mean = h.reduce((sum, v, i) => sum + (i % units === j ? v / samples : 0), 0);
      expect(mean).toBeCloseTo(0.2, 1);
    }
    for (const model of [below, ...made.splice(0)]) model.dispose();
  });
});

describe("options", () => {
  test("come back from a configuration", () => {
    for (const [, layer] of cases) {
      const made = layerFromConfig("test", layer.type, { ...layer.config, name: "it" });
      expect([made.type, made.name, made.config]).toEqual([layer.type, "it", layer.config]);
    }
  });
  test("that mean nothing are refused", async () => {
    const bad: [string, () => Layer][] = [
      ["invalidArgument", () => activityRegularization({ l1: -1 })],
      ["invalidArgument", () => activityRegularization({ l2: Number.NaN })],
      ["unknownName", () => activityRegularization({ l3: 1 } as object)],
      ["invalidArgument", () => sparsity({ target: 0 })],
      ["invalidArgument", () => sparsity({ target: 1 })],
      ["invalidArgument", () => sparsity({ weight: -1 })],
      ["unknownName", () => sparsity({ rate: 1 } as object)],
    ];
    for (const [code, make] of bad) expect((await rejection(make)).code).toBe(code);
  });
});
