// Greedy pretraining: layers that start from what each has learned on the codes of those below.

import { describe, expect, test } from "vitest";
import {
  datasets,
  dense,
  type GreedyPretrainingOptions,
  greedyPretraining,
  type Layer,
  loadModel,
  rbm,
  type Sequential,
  sequential,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";

const data = datasets.digits({ samples: 60, seed: 1, size: 16 });
const METHODS = ["autoencoder", "rbm"] as const;
const base = { layers: [12, 7], data, epochs: 2, batchSize: 20, seed: 4 };

async function using<T>(layers: readonly Layer[], use: (model: Sequential) => Promise<T>) {
  const model = await sequential({ inputShape: data.inputShape, layers, seed: 99 });
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

const codes = (layers: readonly Layer[]) =>
  using(layers, async (model) => (await model.predict(data)).data);

describe.each(METHODS)("by %s", (method) => {
  const pretrain = (more: Partial<GreedyPretrainingOptions> = {}) =>
    greedyPretraining({ ...base, method, ...more });

  test("the same seed gives the same bits, whatever the seed of the model; another seed others", async () => {
    const [once, again, other] = [await pretrain(), await pretrain(), await pretrain({ seed: 5 })];
    const bits = await codes(once.layers);
    expect(bits.length).toBe(60 * 7);
    expect(await codes(again.layers)).toEqual(bits);
    expect(await codes(other.layers)).not.toEqual(bits);
  });
  test("the lower layer is what is learned alone, whatever is above", async () => {
    const { layers, histories } = await pretrain();
    const lower = await pretrain({ layers: [12] });
    expect(layers.map((it) => it.name)).toEqual([
      "pretrained_input",
      "pretrained_1",
      "pretrained_2",
    ]);
    expect(await codes(layers.slice(0, 2))).toEqual(await codes(lower.layers));
    expect(histories[0]).toEqual(lower.histories[0]);
  });
  test("each layer learns: its reconstructions get better", async () => {
    const { histories } = await pretrain({ epochs: 8 });
    expect(histories.length).toBe(2);
    for (const { history } of histories) {
      const { loss = [] } = history;
      expect(loss.length).toBe(8);
      expect(loss.at(-1)).toBeLessThan(loss[0] ?? 0);
    }
  });
  test("the layers are trained on, saved and read, as any others", async () => {
    const { layers } = await pretrain();
    await using([...layers, dense(10, "softmax")], async (model) => {
      model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
      const before = model.getWeights()["pretrained_1.weight"]?.data;
      await model.fit(data, { epochs: 1 });
      expect(model.getWeights()["pretrained_1.weight"]?.data).not.toEqual(before);
      const read = await loadModel(model.save());
      expect((await read.predict(data)).data).toEqual((await model.predict(data)).data);
      read.dispose();
      model.reset();
      expect(model.getWeights()["pretrained_1.weight"]?.data).toEqual(before);
    });
  });
});

test("the lower layer of machines is the machine's own, and the upper one learns from its codes", async () => {
  const { layers } = await greedyPretraining({ ...base, method: "rbm" });
  const flat = { ...data, inputShape: [256] };
  const x = Array.from({ length: 60 }, (_, i) => flat.features.slice(i * 256, (i + 1) * 256));
  const fit = { epochs: 2, batchSize: 20 };
  const lower = await rbm({ inputShape: [256], units: 12, seed: 4 });
  await lower.fit(x, fit);
  const below = await lower.transform(x);
  expect(await codes(layers.slice(0, 2))).toEqual(below.data);
  const upper = await rbm({ inputShape: [12], units: 7, seed: 5 });
  await upper.fit(below.rows(), fit);
  expect(await codes(layers)).toEqual((await upper.transform(below.rows())).data);
  lower.dispose();
  upper.dispose();
});

test("corruption, activation, optimizer and reconstruction are used", async () => {
  const plain = await codes((await greedyPretraining(base)).layers);
  for (const more of [
    { corruption: 0.3 },
    { activation: "relu" },
    { optimizer: "sgd" },
    { reconstruction: "sigmoid" },
  ] as const) {
    expect(await codes((await greedyPretraining({ ...base, ...more })).layers)).not.toEqual(plain);
  }
});

test("rows need no flatten, and gaussian machines take any numbers", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => [i / 10 - 1, 1 - i / 15, (i % 3) - 1]);
  const { layers } = await greedyPretraining({
    data: rows,
    layers: [4],
    method: "rbm",
    visibleUnits: "gaussian",
  });
  expect(layers.map((it) => it.type)).toEqual(["dense"]);
});

test("what cannot be is refused", async () => {
  const bad: [string, Record<string, unknown>][] = [
    ["invalidArgument", { layers: [] }],
    ["invalidArgument", { layers: 12 }],
    ["invalidArgument", { layers: [0] }],
    ["invalidArgument", { epochs: -1 }],
    ["invalidArgument", { method: "rbm", activation: "relu" }],
    ["invalidArgument", { visibleUnits: "gaussian" }],
    ["invalidArgument", { corruption: 1 }],
    ["unknownName", { method: "dbn" }],
    ["unknownName", { reconstruction: "relu" }],
    ["unknownName", { units: [3] }],
    ["shapeMismatch", { inputShape: [17, 17] }],
  ];
  for (const [code, more] of bad) {
    const options = { ...base, ...more } as GreedyPretrainingOptions;
    expect((await rejection(async () => greedyPretraining(options))).code).toBe(code);
  }
});
