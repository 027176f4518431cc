// Callbacks around training: what they save, lower, write, and when.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Callback,
  csvLogger,
  datasets,
  dense,
  type Logs,
  learningRateScheduler,
  loadModel,
  modelCheckpoint,
  precision,
  progressLine,
  reduceLROnPlateau,
  type SavedModel,
  sequential,
  sgd,
  type TrainingControl,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const folder = await mkdtemp(join(tmpdir(), "layerwise-"));
afterAll(() => rm(folder, { recursive: true }));

const data = datasets.moons({ samples: 40, noise: 0.2, seed: 5 });

async function make() {
  const model = await sequential({
    inputShape: [2],
    seed: 7,
    layers: [dense(5, "tanh"), dense(1, "sigmoid")],
  });
  const metrics = ["auc", "f1Score", precision({ threshold: 0.3, name: "lowPrecision" })] as const;
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics });
  return model;
}

/** Gives a callback these logs, epoch by epoch, and returns what it does to the learning rate. */
async function ratesUnder(callback: Callback, values: readonly number[], name = "valLoss") {
  const control = { learningRate: 1, stop() {} } as unknown as TrainingControl;
  await callback.onTrainBegin?.(control);
  const rates: number[] = [];
  for (const [epoch, value] of values.entries()) {
    await callback.onEpochBegin?.(epoch, control);
    await callback.onEpochEnd?.(epoch, { [name]: value }, control);
    rates.push(control.learningRate);
  }
  return rates;
}

describe("metrics with options", () => {
  test("are logged and saved under their names", async () => {
    const model = await make();
    const { history } = await model.fit(data, { epochs: 2, validationSplit: 0.25 });
    expect(Object.keys(history)).toEqual([
      ...["loss", "auc", "f1Score", "lowPrecision"],
      ...["valLoss", "valAuc", "valF1Score", "valLowPrecision"],
    ]);
    const loaded = await loadModel(model.save());
    expect(await loaded.evaluate(data)).toEqual(await model.evaluate(data));
    expect(loaded.save()).toEqual(model.save());
  });

  test("agree with the loss, and with counts by hand", async () => {
    const model = await make();
    const metrics = ["logLoss", "precision", "recall"] as const;
    model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics });
    await model.fit(data, { epochs: 20 });
    const got = await model.evaluate(data);
    expect(got.logLoss).toBeCloseTo(got.loss ?? 0, 5);
    const said = [...(await model.predict(data)).data].map((it) => it > 0.5);
    const is = [...(data.targets ?? [])].map((it) => it === 1);
    const hits = said.filter((it, i) => it && is[i]).length;
    expect([got.precision, got.recall]).toEqual([
      hits / said.filter(Boolean).length,
      hits / is.filter(Boolean).length,
    ]);
  });

  test("must differ in name", async () => {
    const model = await make();
    const metrics = ["precision", precision({ threshold: 0.1 })] as const;
    const error = await rejection(() =>
      model.compile({ optimizer: sgd(), loss: "hinge", metrics }),
    );
    expect(error.code).toBe("invalidArgument");
  });
});

describe("modelCheckpoint", () => {
  test("saves after each epoch what training goes on from to the same bits", async () => {
    const [whole, part] = [await make(), await make()];
    const saves: SavedModel[] = [];
    const onSave = (saved: SavedModel) => void saves.push(saved);
    await whole.fit(data, { epochs: 4, batchSize: 8, callbacks: modelCheckpoint({ onSave }) });
    expect(saves.length).toBe(4);
    expect(hashModel(await loadModel(saves[3] ?? ""))).toBe(hashModel(whole));
    const resumed = await loadModel(saves[1] ?? "");
    await resumed.fit(data, { epochs: 2, batchSize: 8 });
    expect(hashModel(resumed)).toBe(hashModel(whole));
    part.dispose();
  });

  test("saves only what is better than before, by the monitor's mode", async () => {
    const epochs = async (monitor: string, values: readonly number[]) => {
      const seen: number[] = [];
      const onSave = (_: unknown, epoch: number) => void seen.push(epoch);
      const it = modelCheckpoint({ monitor, saveBestOnly: true, onSave });
      const control = { save: () => ({}) } as unknown as TrainingControl;
      for (const [epoch, value] of values.entries()) {
        await it.onEpochEnd?.(epoch, { [monitor]: value }, control);
      }
      return seen;
    };
    expect(await epochs("valLoss", [3, 4, 2, 2, 1])).toEqual([0, 2, 4]);
    for (const rising of ["valAuc", "f1Score", "valPrecision", "recall", "r2", "accuracy"]) {
      expect(await epochs(rising, [3, 4, 2, 2, 5])).toEqual([0, 1, 4]);
    }
  });

  test("writes folders by epoch, or the same one again", async () => {
    const model = await make();
    const path = join(folder, "run-{epoch}");
    const callbacks = [
      modelCheckpoint({ folder: path }),
      modelCheckpoint({ folder: join(folder, "last") }),
    ];
    await model.fit(data, { epochs: 2, callbacks });
    expect((await readdir(folder)).sort()).toEqual(["last", "run-1", "run-2"]);
    expect(hashModel(await loadModel(join(folder, "last")))).toBe(hashModel(model));
  });
});

describe("reduceLROnPlateau", () => {
  test("lowers the rate after as many epochs without improvement as patience says", async () => {
    const it = () => reduceLROnPlateau({ factor: 0.5, patience: 2 });
    expect(await ratesUnder(it(), [3, 3, 3, 3, 3])).toEqual([1, 1, 0.5, 0.5, 0.25]);
    expect(await ratesUnder(it(), [3, 3, 2, 2, 2])).toEqual([1, 1, 1, 1, 0.5]);
    expect(await ratesUnder(it(), [3, 2.99995, 2.99991])).toEqual([1, 1, 0.5]);
  });
  test("waits while it cools, as Keras does", async () => {
    const it = reduceLROnPlateau({ factor: 0.5, patience: 1, cooldown: 3 });
    expect(await ratesUnder(it, [3, 3, 3, 3, 3, 3, 3, 3])).toEqual([
      ...[1, 0.5, 0.5, 0.5],
      ...[0.25, 0.25, 0.25, 0.125],
    ]);
  });
  test("stops at minLr, and before a rate that f32 has not", async () => {
    const it = reduceLROnPlateau({ factor: 0.5, patience: 1, minLr: 0.3 });
    expect(await ratesUnder(it, [3, 3, 3, 3])).toEqual([1, 0.5, 0.3, 0.3]);
    const tiny = reduceLROnPlateau({ factor: 1e-30, patience: 1 });
    expect(await ratesUnder(tiny, [3, 3, 3, 3])).toEqual([1, 1e-30, 1e-30, 1e-30]);
  });
  test("changes the training at hand", async () => {
    const model = await make();
    const callbacks = reduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 10 });
    await model.fit(data, { epochs: 3, callbacks });
    expect(model.hyper.learningRate).toBeCloseTo(0.001 * 0.1 ** 2, 10);
  });
});

describe("learningRateScheduler", () => {
  test("sets the rate before each epoch, from its number and the rate so far", async () => {
    const [a, b] = [await make(), await make()];
    const rate = (epoch: number, before: number) => (epoch === 0 ? 0.25 : before / 2);
    await a.fit(data, { epochs: 3, callbacks: learningRateScheduler(rate) });
    for (const learningRate of [0.25, 0.125, 0.0625]) {
      b.setHyper({ learningRate });
      await b.fit(data, { epochs: 1 });
    }
    expect(hashModel(a)).toBe(hashModel(b));
  });
  test("refuses a rate that is none", async () => {
    const model = await make();
    const callbacks = learningRateScheduler(() => Number.NaN);
    const error = await rejection(() => model.fit(data, { callbacks }));
    expect(error.code).toBe("invalidArgument");
    await model.fit(data);
  });
});

describe("csvLogger", () => {
  test("writes a header and a line an epoch: in its text, by a function, into a file", async () => {
    const model = await make();
    const path = join(folder, "log.csv");
    let written = "";
    const logger = csvLogger({
      path,
      write: (line) => {
        written += line;
      },
    });
    const { history } = await model.fit(data, { epochs: 2, callbacks: logger });
    const [header, first, second, rest] = logger.text.split("\n");
    expect(header).toBe("epoch,loss,auc,f1Score,lowPrecision");
    const line = (i: number) => [i, ...Object.values(history).map((it) => it[i])].join(",");
    expect([first, second, rest]).toEqual([line(0), line(1), ""]);
    expect(written).toBe(logger.text);
    expect(await readFile(path, "utf8")).toBe(logger.text);
    await model.fit(data, { epochs: 1, callbacks: logger });
    expect(logger.text.split("\n").length).toBe(3);
    expect(await readFile(path, "utf8")).toBe(logger.text);
    await model.fit(data, { epochs: 1, callbacks: csvLogger({ path, append: true }) });
    expect((await readFile(path, "utf8")).split("\n").length).toBe(4);
  });
  test("says where it can't write", async () => {
    const model = await make();
    const callbacks = csvLogger({ path: join(folder, "no", "such", "folder.csv") });
    const error = await rejection(() => model.fit(data, { callbacks }));
    expect(error.code).toBe("fileUnreadable");
  });
});

describe("progressLine", () => {
  test("replaces one line, and ends it", async () => {
    const model = await make();
    let text = "";
    const write = (it: string) => {
      text += it;
    };
    await model.fit(data, { epochs: 2, callbacks: progressLine({ write, epochs: 2 }) });
    expect(text).toMatch(/^\repoch 1\/2 {2}loss 0\.\d+ .*ms\s*\repoch 2\/2 .*ms\s*\n$/);
  });
});

test("bad options are refused", async () => {
  const any = <T>(it: unknown) => it as T;
  for (const [code, run] of [
    ["invalidArgument", () => modelCheckpoint({})],
    ["invalidArgument", () => modelCheckpoint(any("folder"))],
    ["unknownName", () => modelCheckpoint(any({ folder: "x", best: true }))],
    ["unknownName", () => modelCheckpoint({ folder: "x", mode: any("up") })],
    ["invalidArgument", () => reduceLROnPlateau({ factor: 1 })],
    ["invalidArgument", () => reduceLROnPlateau({ patience: -1 })],
    ["invalidArgument", () => reduceLROnPlateau({ minLr: Number.NaN })],
    ["invalidArgument", () => learningRateScheduler(any(0.1))],
    ["invalidArgument", () => csvLogger({ separator: any(1) })],
    ["invalidArgument", () => csvLogger({ write: any("file") })],
    ["unknownName", () => progressLine(any({ width: 3 }))],
    ["invalidArgument", () => progressLine({ write: any(1) })],
  ] as const) {
    expect((await rejection(run)).code).toBe(code);
  }
  const logs: Logs = { loss: 1 };
  for (const callback of [
    reduceLROnPlateau(),
    modelCheckpoint({ folder: "x", saveBestOnly: true }),
  ]) {
    const end = () => callback.onEpochEnd?.(0, logs, any<TrainingControl>({}));
    expect((await rejection(end)).code).toBe("unknownName");
  }
});
