// Layers that training leaves alone, of every kind: their parameters stay to the bit, gradients go through
// them, and they stay so when the model is saved.

import { expect, test } from "vitest";
import {
  adam,
  batchNormalization,
  dense,
  flatten,
  type Layer,
  loadModel,
  type Model,
  sequential,
  sgd,
  timeDistributed,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { layersWithWeights } from "../support/layers-with-weights.ts";

const cases: typeof layersWithWeights = [
  ...layersWithWeights,
  [[4, 3], batchNormalization({ center: false, scale: false, name: "it" })],
  [[4, 3], timeDistributed(dense(3, "softmax"), { name: "it" })],
];

const samples = 6;
const dataFor = (shape: readonly number[]) => {
  const size = shape.reduce((product, it) => product * it, 1);
  return {
    x: Float32Array.from({ length: samples * size }, (_, i) => (i * 7) % 3),
    y: Float32Array.from({ length: samples }, (_, i) => Math.sin(i)),
  };
};
const weightsOf = (model: Model, name: string) =>
  Object.entries(model.getWeights())
    .filter(([key]) => key.startsWith(`${name}.`))
    .map(([key, { data }]) => [key, [...data]]);

cases.forEach(([inputShape, layer], index) => {
  const features = inputShape.at(-1) as number;
  const below: Layer[] =
    layer.type === "embedding" ? [] : [dense({ units: features, name: "below" })];
  /** The layer as part of a model, frozen or not. */
  async function made(trainable: boolean): Promise<Model> {
    const inner = await sequential({ inputShape, seed: 2, layers: [layer] });
    inner.trainable = trainable;
    const frozen = { ...layer, trainable, initial: initialOf(inner) };
    return sequential({
      inputShape,
      seed: 3,
      layers: [...below, frozen, flatten(), dense({ units: 1, name: "above" })],
    });
  }
  const initialOf = (model: Model) =>
    Object.fromEntries(
      Object.entries(model.getWeights()).map(([key, { data }]) => [key.slice(3), data]),
    );

  test(`${index}: ${layer.type} of samples [${inputShape}] stays as it is`, async () => {
    const data = dataFor(inputShape);
    const net = await made(false);
    net.compile({ optimizer: adam({ learningRate: 0.1 }), loss: "meanSquaredError" });
    const [own, lower] = [weightsOf(net, "it"), weightsOf(net, "below")];
    await net.fit(data, { epochs: 2, batchSize: 4 });
    expect(weightsOf(net, "it")).toEqual(own);
    if (below.length > 0) expect(weightsOf(net, "below")).not.toEqual(lower);
    const again = await loadModel(net.save());
    expect(hashModel(again)).toBe(hashModel(net));
    await net.fit(data, { epochs: 2, batchSize: 4 });
    await again.fit(data, { epochs: 2, batchSize: 4 });
    expect(weightsOf(again, "it")).toEqual(own);
    expect(hashModel(again)).toBe(hashModel(net));
  });

  // Batch normalization goes by other numbers then.
  if (layer.type === "batchNormalization" || below.length === 0) return;
  test(`${index}: ${layer.type} of samples [${inputShape}] lets gradients through`, async () => {
    const gradients = [];
    for (const trainable of [true, false]) {
      const net = await made(trainable);
      net.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "meanSquaredError" });
      await net.fit(dataFor(inputShape), { batchSize: samples });
      gradients.push(net.getGradients()["below.weight"]?.data);
    }
    expect(gradients[1]).toEqual(gradients[0]);
  });
});
