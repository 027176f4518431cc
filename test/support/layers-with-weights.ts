// Each kind of layer that has parameters, for what is to hold for all of them.

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
  simpleRNN,
} from "../../src/index.ts";

const image = [4, 5, 3];
const sequence = [5, 3];
const name = "it";
const sequences = { units: 3, returnSequences: true, name };

/** Every kind of layer with parameters, named "it", by the shape of samples; and what stands before it. */
export const layersWithWeights: readonly (readonly [
  shape: readonly number[],
  layer: Layer,
  before?: Layer,
])[] = [
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
  [image, prelu({ alphaInitializer: "glorotNormal", name })],
  [[4], embedding({ inputDim: 3, outputDim: 2, name })],
];
