// A number that stops being finite in a layer of any kind: that layer is named, or what it is added up in, and
// the model keeps its weights.

import { expect, test } from "vitest";
import {
  batchNormalization,
  bidirectional,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  embedding,
  flatten,
  groupNormalization,
  gru,
  type Layer,
  layerNormalization,
  lstm,
  maxPooling2d,
  multiHeadAttention,
  positionEmbedding,
  prelu,
  rmsNormalization,
  separableConv2d,
  sequential,
  sgd,
  simpleRNN,
} from "../../src/index.ts";
import { hashWeights } from "../support/hash.ts";
import { rejection } from "../support/rejection.ts";

const image = [4, 5, 3];
const sequence = [5, 3];
const name = "it";
const sequences = { units: 3, returnSequences: true, name };

/** By the shape of samples: layers whose own parameters, all of them huge, make what is not finite. */
const cases: readonly (readonly [shape: readonly number[], layer: Layer, before?: Layer])[] = [
  [[3], dense({ units: 3, name })],
  [sequence, dense({ units: 3, name })],
  [image, conv2d({ filters: 2, kernelSize: 3, name })],
  [image, conv2d({ filters: 4, kernelSize: 1, name })],
  [image, conv2d({ filters: 3, kernelSize: 2, strides: 2, groups: 3, activation: "gelu", name })],
  [image, conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, name })],
  [image, depthwiseConv2d({ kernelSize: 3, name })],
  [image, separableConv2d({ filters: 2, kernelSize: 3, name })],
  [image, conv2d({ filters: 3, kernelSize: 2, name }), maxPooling2d()],
  [sequence, conv1d({ filters: 2, kernelSize: 3, padding: "causal", name })],
  [sequence, conv1dTranspose({ filters: 2, kernelSize: 3, name })],
  [sequence, simpleRNN({ ...sequences, activation: "linear" })],
  [sequence, lstm({ ...sequences, activation: "linear" })],
  [sequence, gru({ ...sequences, activation: "linear" })],
  [sequence, bidirectional(simpleRNN({ ...sequences, activation: "linear" }), { name })],
  [sequence, multiHeadAttention({ numHeads: 2, keyDim: 3, name })],
  [sequence, positionEmbedding({ name })],
  [[3], batchNormalization({ name })],
  [image, batchNormalization({ name })],
  [image, layerNormalization({ name })],
  [image, rmsNormalization({ name })],
  [image, groupNormalization({ groups: 3, name })],
  [image, prelu({ name })],
  [[4], embedding({ inputDim: 3, outputDim: 2, name })],
];

cases.forEach(([inputShape, layer, before], index) => {
  test(`${index}: ${layer.type} of samples [${inputShape}]`, async () => {
    const model = await sequential({
      inputShape,
      seed: 3,
      layers: [...(before ? [before] : []), layer, flatten(), dense({ units: 1, name: "end" })],
    });
    model.compile({ optimizer: sgd({ learningRate: 1e-3 }), loss: "meanSquaredError" });
    // Indices for an embedding, and what a prelu's slope is for.
    const sign = layer.type === "prelu" ? -1 : 1;
    const size = inputShape.reduce((product, it) => product * it, 1);
    const d = Float32Array.from({ length: 6 * size }, (_, i) => sign * ((i * 7) % 3));
    const data = { x: d, y: [[1], [0], [1], [0], [1], [0]] };
    await model.fit(data, { batchSize: 4 });
    const own = Object.entries(model.getWeights()).filter(([key]) => key.startsWith("it."));
    const huge = own.map(([key, { data }]) => [key, data.map((_, i) => (i % 2 ? -3e38 : 3e38))]);
    model.setWeights(Object.fromEntries(huge));
    const [weights, position] = [hashWeights(model), model.position];
    const { code, details } = await rejection(() => model.fit(data, { batchSize: 4 }));
    expect(code).toBe("notFinite");
    // What it gives is finite still; the sum of it is not.
    const named = ["positionEmbedding", "embedding"].includes(layer.type) ? "end" : "it";
    expect(details.layer).toBe(named);
    expect(details.step).toBe(position.step);
    expect(hashWeights(model)).toBe(weights);
  });
});
