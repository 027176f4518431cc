// What layers give, and the weights that lead into them: featureMaps, hiddenStates, filters.

import { describe, expect, test } from "vitest";
import {
  bidirectional,
  concatenate,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  dropout,
  featureMaps,
  filters,
  flatten,
  fromArrays,
  gru,
  hiddenStates,
  input,
  lstm,
  maxPooling2d,
  model,
  type NdArray,
  preferredInput,
  rbm,
  separableConv2d,
  simpleRNN,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";
import { chain, inputsOf } from "../support/seeing.ts";

const biased = { biasInitializer: "randomUniform" } as const;

describe("featureMaps", () => {
  test("of the last layer are what predict says, to the bit", async () => {
    using net = await chain([6, 5, 1], conv2d({ filters: 3, kernelSize: 3 }), flatten(), dense(2));
    const x = inputsOf([6, 5, 1], 11);
    expect((await featureMaps(net, x, "c")).data).toEqual((await net.predict(x)).data);
  });
  test("have the layer's shape, and what comes behind makes predictions of them", async () => {
    using net = await chain(
      [6, 5, 1],
      conv2d({ filters: 3, kernelSize: 3, activation: "relu" }),
      maxPooling2d(),
      flatten(),
      dense(2),
    );
    const x = inputsOf([6, 5, 1], 4);
    const maps = await featureMaps(net, x, "a");
    expect(maps.shape).toEqual([4, 4, 3, 3]);
    const { "d.weight": weight, "d.bias": bias } = net.getWeights();
    using rest = await chain([4, 3, 3], maxPooling2d(), flatten(), dense(2));
    rest.setWeights({ "c.weight": weight as NdArray, "c.bias": bias as NdArray });
    expect((await rest.predict(maps.data)).data).toEqual((await net.predict(x)).data);
  });
  test("are the codes of an autoencoder", async () => {
    using net = await chain([5], dense(2, "tanh"), dense(5));
    const x = inputsOf([5], 3);
    const codes = await featureMaps(net, x, "a");
    using encoder = await chain([5], dense(2, "tanh"));
    const { "a.weight": weight, "a.bias": bias } = net.getWeights();
    encoder.setWeights({ "a.weight": weight as NdArray, "a.bias": bias as NdArray });
    expect(codes.shape).toEqual([3, 2]);
    expect(codes.data).toEqual((await encoder.predict(x)).data);
  });
  test("of a graph show each use of a layer, and of several inputs what they come to", async () => {
    const [left, right] = [input({ shape: [3], name: "l" }), input({ shape: [2], name: "r" })];
    const shared = dense({ units: 4, activation: "tanh", name: "twice" });
    const once = shared.apply(dense({ units: 4, name: "first" }).apply(left));
    const joined = concatenate().apply(shared.apply(once), right);
    const heads = [dense({ units: 1, name: "p" }), dense({ units: 2, name: "q" })];
    using net = await model({
      inputs: [left, right],
      outputs: heads.map((it) => it.apply(joined)),
      seed: 2,
    });
    const x = { l: inputsOf([3], 4), r: inputsOf([2], 4) };
    const [one, two] = [await featureMaps(net, x, "twice"), await featureMaps(net, x, "twice:2")];
    const joint = (await featureMaps(net, x, "concatenate_1")).rows();
    expect(joint.map((row) => row.slice(0, 4))).toEqual(two.rows());
    expect(one.data).not.toEqual(two.data);
    const [p, q] = await net.predict(x);
    expect((await featureMaps(net, x, "q")).data).toEqual(q?.data);
    expect((await featureMaps(net, x, "p")).data).toEqual(p?.data);
  });
  test("read data as the model does: normalized", async () => {
    const x = inputsOf([2], 20).map((it) => 100 + 30 * it);
    const data = fromArrays({ features: x, targets: x.filter((_, i) => i % 2), inputShape: [2] });
    using net = await chain([2], dense(3, "tanh"), dense(1));
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await net.fit(data.normalize(), { epochs: 1 });
    expect((await featureMaps(net, x, "b")).data).toEqual((await net.predict(x)).data);
  });
});

describe("hiddenStates", () => {
  const kinds = { simpleRNN, lstm, gru };
  for (const [name, make] of Object.entries(kinds)) {
    test(`of a ${name} end in its output, and are those of one that returns sequences`, async () => {
      using net = await chain([4, 3], make({ units: 5, ...biased }), dense(2));
      using all = await chain([4, 3], make({ units: 5, ...biased, returnSequences: true }));
      const x = inputsOf([4, 3], 3);
      const states = await hiddenStates(net, x, "a");
      const { "a.weight": weight, "a.recurrentWeight": own, "a.bias": bias } = net.getWeights();
      all.setWeights({
        "a.weight": weight as NdArray,
        "a.recurrentWeight": own as NdArray,
        "a.bias": bias as NdArray,
      });
      expect(states.shape).toEqual([3, 4, 5]);
      expect(states.data).toEqual((await all.predict(x)).data);
      expect(states.rows().flatMap((it) => it.slice(15))).toEqual([
        ...(await featureMaps(net, x, "a")).data,
      ]);
    });
  }
  test("of a layer that reads backwards stand at the steps that they belong to", async () => {
    using net = await chain([4, 3], gru({ units: 2, goBackwards: true }));
    const x = inputsOf([4, 3], 2);
    const states = await hiddenStates(net, x, "a");
    expect(states.rows().flatMap((it) => it.slice(0, 2))).toEqual([...(await net.predict(x)).data]);
  });
  test("are refused of other layers", async () => {
    using net = await chain([4, 3], bidirectional(gru({ units: 2 })));
    const error = await rejection(() => hiddenStates(net, inputsOf([4, 3], 1), "a"));
    expect(error.code).toBe("invalidArgument");
  });
});

describe("filters", () => {
  /** Sums over a window, by a filter as it is shown, are what the layer gives. */
  test("of a convolution make its outputs of windows", async () => {
    using net = await chain([3, 4, 2], conv2d({ filters: 5, kernelSize: [3, 4], useBias: false }));
    const x = inputsOf([3, 4, 2], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([5, 3, 4, 2]);
    const sums = it.rows().map((row) => row.reduce((sum, w, i) => sum + w * (x[i] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a separable one are those of the convolution that it is", async () => {
    const layer = separableConv2d({
      filters: 3,
      kernelSize: 2,
      depthMultiplier: 2,
      useBias: false,
    });
    using net = await chain([2, 2, 3], layer);
    const x = inputsOf([2, 2, 3], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([3, 2, 2, 3]);
    const sums = it.rows().map((row) => row.reduce((sum, w, i) => sum + w * (x[i] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a depthwise one see one channel each", async () => {
    using net = await chain(
      [2, 3, 2],
      depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, useBias: false }),
    );
    const x = inputsOf([2, 3, 2], 1);
    const it = filters(net, "a");
    expect(it.shape).toEqual([4, 2, 3, 1]);
    const sums = it
      .rows()
      .map((row, f) => row.reduce((sum, w, i) => sum + w * (x[2 * i + Math.floor(f / 2)] ?? 0), 0));
    expect((await net.predict(x)).data).toBeNear(sums, { absolute: 1e-5 });
  });
  test("of a transposed one are what a pixel leaves behind", async () => {
    const options = { filters: 3, kernelSize: 2, useBias: false };
    using image = await chain([1, 1, 2], conv2dTranspose(options));
    using line = await chain([1, 2], conv1dTranspose(options));
    for (const [net, places] of [[image, 4] as const, [line, 2] as const]) {
      const it = filters(net, "a");
      expect(it.shape).toEqual(places === 4 ? [3, 2, 2, 2] : [3, 2, 2]);
      const y = (await net.predict(Float32Array.of(1, 0))).data;
      const shown = it.rows().map((row) => row.filter((_, i) => i % 2 === 0));
      const left = shown.map((_, f) => Array.from({ length: places }, (_, i) => y[3 * i + f]));
      expect(shown).toEqual(left);
    }
  });
  test("of dense units have the shape that was flattened, else all inputs in a row", async () => {
    using net = await chain([2, 3, 1], flatten(), dropout(0.5), dense(4), dense(2));
    const rows = net.getWeights()["c.weight"]?.rows() ?? [];
    expect([filters(net, "c").shape, filters(net, "d").shape]).toEqual([
      [4, 2, 3, 1],
      [2, 4],
    ]);
    expect(filters(net, "c").rows()[1]).toEqual(rows.map((row) => row[1]));
  });
  test("of dense units behind convolutions have the shape of the feature maps", async () => {
    using net = await chain([4, 4, 1], conv2d({ filters: 2, kernelSize: 3 }), flatten(), dense(3));
    using steps = await chain([4, 5], dense(3));
    expect([filters(net, "c").shape, filters(steps, "a").shape]).toEqual([
      [3, 2, 2, 2],
      [3, 5],
    ]);
  });
  test("of a restricted Boltzmann machine are what its hidden units see", async () => {
    const machine = await rbm({ inputShape: [2, 2], units: 3, seed: 1 });
    const it = filters(machine, "rbm");
    const rows = machine.getWeights().weight?.rows() ?? [];
    expect(it.shape).toEqual([3, 2, 2]);
    expect(it.rows()[2]).toEqual(rows.map((row) => row[2]));
    const x = inputsOf([2, 2], 3).map(Math.abs);
    expect(await featureMaps(machine, x, "rbm")).toEqual(await machine.transform(x));
    // It learns by what it dreams, not by gradients.
    const error = await rejection(() => preferredInput(machine, "rbm", 0));
    expect(error.code).toBe("invalidArgument");
    machine.dispose();
  });
  test("of layers without such weights are refused", async () => {
    using net = await chain([4, 4, 1], maxPooling2d(), flatten(), dense(3));
    expect((await rejection(() => filters(net, "a"))).code).toBe("invalidArgument");
  });
});
