// The layers.

export { activation } from "./activation.ts";
export { type BatchNormalizationOptions, batchNormalization } from "./batch-normalization.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export { type GroupNormalizationOptions, groupNormalization } from "./group-normalization.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { type LayerNormalizationOptions, layerNormalization } from "./layer-normalization.ts";
export { type PreluOptions, prelu } from "./prelu.ts";
export { type RmsNormalizationOptions, rmsNormalization } from "./rms-normalization.ts";
