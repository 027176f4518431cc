// Losses and metrics of sequences with masks: steps that do not count are as if they were not there.

import { describe, expect, test } from "vitest";
import {
  dense,
  type LossName,
  loadModel,
  lstm,
  type MetricName,
  masking,
  sequential,
  sgd,
} from "../../src/index.ts";
import { draw } from "../support/layer.ts";

const [samples, steps, features] = [4, 5, 3];

/** Sequences of 1, 5, 3 and 0 steps. */
const lengths = [1, 5, 3, 0];
const counts = (row: number) => row % steps < (lengths[Math.floor(row / steps)] ?? 0);
const rows = Array.from({ length: samples * steps }, (_, row) => row);

/** [samples, steps, width] of a list. */
function nested(list: ArrayLike<number>, width: number): number[][][] {
  const all = Array.from(list);
  return Array.from({ length: samples }, (_, n) =>
    Array.from({ length: steps }, (_, t) => all.slice((n * steps + t) * width).slice(0, width)),
  );
}

const x = nested(
  draw(rows.length * features, 9).map((it, i) => (counts(Math.floor(i / features)) ? it : 0)),
  features,
);
const sampleWeight = [0.5, 1, 2, 3];
const weightOf = (row: number) => sampleWeight[Math.floor(row / steps)] ?? 0;

interface Case {
  readonly loss: LossName;
  readonly units: number;
  readonly activation: "linear" | "sigmoid" | "softmax";
  /** Targets of all rows, one behind another. */
  readonly targets: ArrayLike<number>;
  /** The loss of a row. */
  readonly of: (p: readonly number[], t: readonly number[]) => number;
  /** A metric with its value of a row. */
  readonly metric: MetricName;
  readonly score: (p: readonly number[], t: readonly number[]) => number;
}

const mean = (list: readonly number[]) => list.reduce((sum, it) => sum + it, 0) / list.length;
const squares = (p: readonly number[], t: readonly number[]) =>
  mean(p.map((it, i) => (it - (t[i] ?? 0)) ** 2));
const distance = (p: readonly number[], t: readonly number[]) =>
  mean(p.map((it, i) => Math.abs(it - (t[i] ?? 0))));
const crossentropy = (p: readonly number[], t: readonly number[]) =>
  mean(p.map((it, i) => -Math.log(t[i] === 1 ? it : 1 - it)));
const hit = (p: readonly number[], [label = 0]: readonly number[]) =>
  Number(p.indexOf(Math.max(...p)) === label);

const cases: readonly Case[] = [1, 3, 4].flatMap((units): Case[] => {
  const values = draw(rows.length * units, 4);
  const labels = rows.map((row) => row % units);
  return [
    {
      loss: "meanSquaredError",
      units,
      activation: "linear",
      targets: values,
      of: squares,
      metric: "mae",
      score: distance,
    },
    {
      loss: "binaryCrossentropy",
      units,
      activation: "sigmoid",
      targets: values.map((it) => Number(it > 0)),
      of: crossentropy,
      metric: "accuracy",
      score: (p, t) => mean(p.map((it, i) => Number(it > 0.5 === (t[i] === 1)))),
    },
    ...(units === 1
      ? []
      : [
          {
            loss: "sparseCategoricalCrossentropy" as const,
            units,
            activation: "softmax" as const,
            targets: labels,
            of: (p: readonly number[], [label = 0]: readonly number[]) => -Math.log(p[label] ?? 0),
            metric: "accuracy" as const,
            score: hit,
          },
        ]),
  ];
});

async function modelOf({ units, activation, loss, metric }: Case, more: MetricName[] = []) {
  const model = await sequential({
    inputShape: [steps, features],
    layers: [masking(), lstm({ units: 3, returnSequences: true }), dense(units, activation)],
    seed: 3,
  });
  const optimizer = sgd({ learningRate: 0.25 });
  model.compile({ optimizer, loss, metrics: [metric, ...more] });
  return model;
}

/** Rows of what is `width` wide. */
const row = (list: ArrayLike<number>, index: number, width: number) =>
  Array.from({ length: width }, (_, i) => list[index * width + i] ?? 0);

for (const it of cases) {
  describe(`${it.loss} of ${it.units}`, () => {
    const width = it.targets.length / rows.length;
    const y =
      width === 1 && it.activation === "softmax"
        ? nested(it.targets, 1).map((s) => s.flat())
        : nested(it.targets, width);
    for (const weights of [undefined, sampleWeight]) {
      const data = { x, y, ...(weights && { sampleWeight: weights }) };
      test(`is a mean over the steps that count${weights ? ", by weights" : ""}`, async () => {
        const model = await modelOf(it);
        const p = (await model.predict(x)).data;
        const counted = rows.filter(counts);
        const of = (f: Case["of"], index: number) =>
          f(row(p, index, it.units), row(it.targets, index, width));
        const loss = mean(counted.map((i) => of(it.of, i) * (weights ? weightOf(i) : 1)));
        const score = mean(counted.map((i) => of(it.score, i)));
        const logs = await model.evaluate(data);
        expect(logs.loss).toBeCloseTo(loss, 5);
        expect(logs[it.metric]).toBeCloseTo(score, 5);
        model.dispose();
      });
      test(`has its gradient${weights ? ", by weights" : ""}`, async () => {
        const model = await modelOf(it);
        const names = ["lstm_1.recurrentWeight", "dense_1.weight", "dense_1.bias"];
        const before = model.getWeights();
        await model.fit(data, { batchSize: samples, shuffle: false });
        const after = model.getWeights();
        const h = 1e-2;
        for (const name of names) {
          const old = before[name]?.data ?? [];
          for (const i of [0, old.length - 1]) {
            const lossAt = async (change: number) => {
              const moved = Float32Array.from(old);
              moved[i] = (moved[i] ?? 0) + change;
              model.setWeights({ ...before, [name]: moved });
              return (await model.evaluate(data)).loss ?? 0;
            };
            const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
            const step = ((old[i] ?? 0) - (after[name]?.data[i] ?? 0)) / 0.25;
            expect([step], `${name}[${i}]`).toBeNear([slope], { absolute: 1e-3 });
          }
        }
        model.dispose();
      });
    }
  });
}

test("what stands in steps that do not count changes nothing", async () => {
  const it = cases[0] as Case;
  const trained = async (filling: number) => {
    const model = await modelOf(it, ["r2", "precision"]);
    const y = nested(
      rows.map((r) => (counts(r) ? (it.targets[r] ?? 0) : filling)),
      1,
    );
    const logs = [await model.evaluate({ x, y })];
    const { history } = await model.fit({ x, y }, { epochs: 3, batchSize: 3 });
    const again = await loadModel(model.save());
    expect(await again.evaluate({ x, y })).toEqual(await model.evaluate({ x, y }));
    const weights = Object.values(model.getWeights()).map(({ data }) => data);
    model.dispose();
    again.dispose();
    return { logs, history, weights };
  };
  expect(await trained(0)).toEqual(await trained(7));
});

test("a batch whose steps all do not count costs nothing", async () => {
  const model = await modelOf(cases[0] as Case);
  const nothing = x.map((sample) => sample.map((step) => step.map(() => 0)));
  const y = nested(draw(rows.length, 1), 1);
  const before = model.getWeights();
  const { history } = await model.fit({ x: nothing, y }, { batchSize: samples });
  expect(history.loss).toEqual([0]);
  expect(model.getWeights()).toEqual(before);
  model.dispose();
});

test("losses of one number a sample know of no steps", async () => {
  const model = await sequential({
    inputShape: [steps, features],
    layers: [masking(), lstm({ units: 2 })],
  });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const y = Array.from({ length: samples }, (_, n) => [n, -n]);
  const p = (await model.predict(x)).data;
  const loss = mean(y.map((t, n) => squares(row(p, n, 2), t)));
  expect((await model.evaluate({ x, y })).loss).toBeCloseTo(loss, 5);
  model.dispose();
});
