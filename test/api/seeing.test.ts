// What all functions that look into models have in common: they leave models as they are, whatever goes on, and
// name what they do not know.

import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import {
  type AnyModel,
  conv2d,
  dense,
  engine,
  featureMaps,
  filters,
  flatten,
  hiddenStates,
  maxPooling2d,
  nameUnits,
  preferredInput,
  saliency,
  sequential,
  topPatches,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { draw } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";
import { inputsOf } from "../support/seeing.ts";

const checked = kernelName === "check";
const biased = { biasInitializer: "randomUniform" } as const;

describe("all of them", () => {
  const shape = [8, 8, 1];
  const layers = () => [
    conv2d({ filters: 8, kernelSize: 3, activation: "relu", ...biased }),
    maxPooling2d(),
    flatten(),
    dense(16, "tanh"),
    dense(3, "softmax"),
  ];
  const x = inputsOf(shape, 40);
  const looks = (net: AnyModel) =>
    Promise.all([
      featureMaps(net, x, "a"),
      saliency(net, x),
      preferredInput(net, "d", 2, { steps: 10 }).then((it) => it.input),
      topPatches(net, x, "b", { count: 2 }).then((it) =>
        it.flat().map(({ patch }) => [...patch.data]),
      ),
      nameUnits(net, "d", { one: x.subarray(0, 640), two: x.subarray(640, 1280) }),
    ]);
  const compiled = async (threads?: number) => {
    const own = threads === undefined ? {} : { engine: await engineOf(threads) };
    const named = layers().map((it, i) => ({ ...it, name: "abcde"[i] ?? "" }));
    const net = await sequential({ inputShape: shape, seed: 5, layers: named, ...own });
    net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    return net;
  };
  const engines: { dispose(): void }[] = [];
  const engineOf = async (threads: number) => {
    const it = await engine({ threads });
    engines.push(it);
    return it;
  };
  afterAll(() => {
    for (const it of engines) it.dispose();
  });
  const data = { x, y: Array.from({ length: 40 }, (_, i) => i % 3) };

  test("leave the model as it was", async () => {
    using net = await compiled();
    await net.fit(data, { epochs: 1 });
    const before = hashModel(net);
    await looks(net);
    filters(net, "a");
    expect(hashModel(net)).toBe(before);
  });
  test("may be used while it trains, which comes out the same", async () => {
    using alone = await compiled();
    using seen = await compiled();
    await alone.fit(data, { epochs: 4 });
    const training = seen.fit(data, { epochs: 4 });
    await looks(seen);
    await training;
    expect(hashModel(seen)).toBe(hashModel(alone));
  });
  test("give the same bits on one thread and on three", { timeout: 30_000 }, async () => {
    const big = Float32Array.from(draw(200 * 1024, 8));
    const results: string[][] = [];
    for (const threads of [1, 3]) {
      const net = await sequential({
        inputShape: [32, 32, 1],
        seed: 5,
        engine: await engineOf(threads),
        layers: [
          conv2d({ filters: 8, kernelSize: 3, activation: "gelu", name: "a" }),
          maxPooling2d(),
          flatten(),
          dense({ units: 10, activation: "softmax", name: "z" }),
        ],
      });
      const x = checked ? big.subarray(0, 40 * 1024) : big;
      const all = [
        await featureMaps(net, x, "a"),
        await saliency(net, x),
        (await preferredInput(net, "z", 1, { steps: 5 })).input,
      ];
      results.push(all.map(({ data }) => createHash("sha256").update(data).digest("hex")));
      net.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });
  test("name what they do not know", async () => {
    using net = await compiled();
    const codes: Record<string, () => unknown> = {
      "featureMaps: layer": () => featureMaps(net, x, "nope"),
      "hiddenStates: layer": () => hiddenStates(net, x, "nope"),
      "filters: layer": () => filters(net, "nope"),
      "topPatches: layer": () => topPatches(net, x, "nope"),
      "saliency: layer": () => saliency(net, x, { layer: "nope" }),
      "preferredInput: layer": () => preferredInput(net, "nope", 0),
      "nameUnits: layer": () => nameUnits(net, "nope", { a: x, b: x }),
      "saliency: option": () => saliency(net, x, { output: 1 } as object),
      "preferredInput: option": () => preferredInput(net, "d", 0, { rate: 1 } as object),
      "topPatches: option": () => topPatches(net, x, "a", { many: 1 } as object),
      "nameUnits: option": () => nameUnits(net, "a", { a: x, b: x }, { how: 1 } as object),
    };
    for (const [name, run] of Object.entries(codes)) {
      expect([name, (await rejection(run)).code]).toEqual([name, "unknownName"]);
    }
    const bad: readonly (() => unknown)[] = [
      () => saliency(net, x, { unit: 3 }),
      () => saliency(net, x, { layer: "a", unit: -1 }),
      () => saliency(net, x, { signed: 1 } as object),
      () => preferredInput(net, "a", 8),
      () => preferredInput(net, "a", 0, { steps: 0 }),
      () => preferredInput(net, "a", 0, { learningRate: 0 }),
      () => preferredInput(net, "a", 0, { l2: -1 }),
      () => topPatches(net, x, "a", { count: 0 }),
      () => nameUnits(net, "a", { one: x }),
      () => featureMaps({} as AnyModel, x, "a"),
    ];
    for (const run of bad) expect((await rejection(run)).code).toBe("invalidArgument");
    const wrong = new Float32Array(65);
    for (const run of [
      () => featureMaps(net, [wrong], "a"),
      () => preferredInput(net, "a", 0, { start: wrong }),
    ]) {
      expect((await rejection(run)).code).toBe("shapeMismatch");
    }
    net.dispose();
    expect((await rejection(() => featureMaps(net, x, "a"))).code).toBe("disposed");
  });
});
