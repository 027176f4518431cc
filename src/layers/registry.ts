// Every layer by its type: how a saved configuration becomes a layer again. Loaded when a model is, so that
// a page carries no layers but those that it uses.

import { fail } from "../errors.ts";
import { checkThat, isRecord } from "../options.ts";
import { activation } from "./activation.ts";
import { activityRegularization } from "./activity-regularization.ts";
import { add } from "./add.ts";
import { alphaDropout } from "./alpha-dropout.ts";
import { average } from "./average.ts";
import { averagePooling1d, averagePooling2d } from "./average-pooling.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { type BidirectionalOptions, bidirectional } from "./bidirectional.ts";
import { concatenate } from "./concatenate.ts";
import { conv1d } from "./conv1d.ts";
import { conv1dTranspose } from "./conv1d-transpose.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { cropping1d, cropping2d } from "./cropping.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { flatten } from "./flatten.ts";
import { gaussianDropout } from "./gaussian-dropout.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { gaussianSampling } from "./gaussian-sampling.ts";
import {
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
} from "./global-pooling.ts";
import { groupNormalization } from "./group-normalization.ts";
import { gru } from "./gru.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { layerNormalization } from "./layer-normalization.ts";
import { lstm } from "./lstm.ts";
import { masking } from "./masking.ts";
import { maxPooling1d, maxPooling2d } from "./max-pooling.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";
import { multiply } from "./multiply.ts";
import { permute } from "./permute.ts";
import { positionEmbedding } from "./position-embedding.ts";
import { prelu } from "./prelu.ts";
import { randomBrightness } from "./random-brightness.ts";
import { randomContrast } from "./random-contrast.ts";
import { randomFlip } from "./random-flip.ts";
import { randomRotation } from "./random-rotation.ts";
import { randomTranslation } from "./random-translation.ts";
import { randomZoom } from "./random-zoom.ts";
import { repeatVector } from "./repeat-vector.ts";
import { rescaling } from "./rescaling.ts";
import { reshape } from "./reshape.ts";
import { restrictedBoltzmann } from "./restricted-boltzmann.ts";
import { rmsNormalization } from "./rms-normalization.ts";
import { separableConv2d } from "./separable-conv2d.ts";
import { simpleRNN } from "./simple-rnn.ts";
import { sinePositionEncoding } from "./sine-position-encoding.ts";
import { sparsity } from "./sparsity.ts";
import { spatialDropout1d, spatialDropout2d } from "./spatial-dropout.ts";
import { subtract } from "./subtract.ts";
import { timeDistributed } from "./time-distributed.ts";
import { upSampling1d, upSampling2d } from "./up-sampling.ts";
import { zeroPadding1d, zeroPadding2d } from "./zero-padding.ts";

/** What {@link Layer.config} held, and the layer's name. */
type Config = Readonly<Record<string, unknown>> & { readonly name: string };

/** Of a layer whose function takes one object of options: those are its configuration. */
const byOptions =
  <O>(make: (options: O) => Layer) =>
  (config: Config) =>
    make(config as O);

// The functions check every field themselves, so a hostile configuration meets the same errors as a
// careless caller.
const layers: Readonly<Record<string, (config: Config) => Layer>> = {
  dense: byOptions(dense),
  activation: ({ activation: f, name }) =>
    activation(f as Parameters<typeof activation>[0], { name }),
  dropout: ({ rate, name }) => dropout(rate as number, { name }),
  add: byOptions(add),
  average: byOptions(average),
  concatenate: byOptions(concatenate),
  maximum: byOptions(maximum),
  minimum: byOptions(minimum),
  multiHeadAttention: byOptions(multiHeadAttention),
  multiply: byOptions(multiply),
  positionEmbedding: byOptions(positionEmbedding),
  sinePositionEncoding: byOptions(sinePositionEncoding),
  subtract: byOptions(subtract),
  flatten: ({ name }) => flatten({ name }),
  restrictedBoltzmann: byOptions(restrictedBoltzmann),
  averagePooling1d: byOptions(averagePooling1d),
  averagePooling2d: byOptions(averagePooling2d),
  cropping1d: byOptions(cropping1d),
  cropping2d: byOptions(cropping2d),
  globalAveragePooling1d: byOptions(globalAveragePooling1d),
  globalAveragePooling2d: byOptions(globalAveragePooling2d),
  globalMaxPooling1d: byOptions(globalMaxPooling1d),
  globalMaxPooling2d: byOptions(globalMaxPooling2d),
  maxPooling1d: byOptions(maxPooling1d),
  maxPooling2d: byOptions(maxPooling2d),
  permute: byOptions(permute),
  repeatVector: byOptions(repeatVector),
  reshape: byOptions(reshape),
  upSampling1d: byOptions(upSampling1d),
  upSampling2d: byOptions(upSampling2d),
  zeroPadding1d: byOptions(zeroPadding1d),
  zeroPadding2d: byOptions(zeroPadding2d),
  batchNormalization: byOptions(batchNormalization),
  groupNormalization: byOptions(groupNormalization),
  layerNormalization: byOptions(layerNormalization),
  prelu: byOptions(prelu),
  rmsNormalization: byOptions(rmsNormalization),
  activityRegularization: byOptions(activityRegularization),
  alphaDropout: ({ rate, name }) => alphaDropout(rate as number, { name }),
  gaussianDropout: ({ rate, name }) => gaussianDropout(rate as number, { name }),
  gaussianNoise: ({ stddev, name }) => gaussianNoise(stddev as number, { name }),
  gaussianSampling: byOptions(gaussianSampling),
  randomBrightness: byOptions(randomBrightness),
  randomContrast: byOptions(randomContrast),
  randomFlip: byOptions(randomFlip),
  randomRotation: byOptions(randomRotation),
  randomTranslation: byOptions(randomTranslation),
  randomZoom: byOptions(randomZoom),
  rescaling: byOptions(rescaling),
  sparsity: byOptions(sparsity),
  spatialDropout1d: ({ rate, name }) => spatialDropout1d(rate as number, { name }),
  spatialDropout2d: ({ rate, name }) => spatialDropout2d(rate as number, { name }),
  simpleRNN: byOptions(simpleRNN),
  lstm: byOptions(lstm),
  gru: byOptions(gru),
  embedding: byOptions(embedding),
  masking: byOptions(masking),
  bidirectional: ({ layer, ...options }) =>
    bidirectional(innerLayer("bidirectional", layer), options as BidirectionalOptions),
  timeDistributed: ({ layer, ...options }) =>
    timeDistributed(innerLayer("timeDistributed", layer), options),
  conv1d: byOptions(conv1d),
  conv1dTranspose: byOptions(conv1dTranspose),
  conv2d: byOptions(conv2d),
  conv2dTranspose: byOptions(conv2dTranspose),
  depthwiseConv2d: byOptions(depthwiseConv2d),
  separableConv2d: byOptions(separableConv2d),
};

/** The layer that another one wraps, from its type and configuration. Not another wrapper. */
function innerLayer(where: string, it: unknown): Layer {
  checkThat(isRecord(it) && !("layer" in it), where, "layer: its type and configuration", it);
  const { type, ...config } = it;
  checkThat(typeof type === "string", `${where}: layer`, "a type", type);
  return layerFromConfig(where, type, { ...config, name: "inner" });
}

/** The types of layers. */
export const layerTypes: readonly string[] = Object.keys(layers);

/**
 * Makes a layer from what {@link Layer.config} held.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function layerFromConfig(where: string, type: string, config: Config): Layer {
  const make = Object.hasOwn(layers, type) ? layers[type] : undefined;
  if (make === undefined) {
    throw fail("unknownName", { where, kind: "layer type", got: type, known: layerTypes });
  }
  // Any layer may have been frozen, as part of a model that was, whether or not its function has the option.
  const { trainable, ...rest } = config;
  if (trainable !== false) return make(config);
  const layer = make(rest as Config);
  return defineLayer({ ...layer, config: { ...layer.config, trainable }, trainable });
}
