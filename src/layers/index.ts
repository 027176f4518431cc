// The layers.

export { activation } from "./activation.ts";
export { averagePooling1d, averagePooling2d } from "./average-pooling.ts";
export {
  type Cropping1dOptions,
  type Cropping2dOptions,
  cropping1d,
  cropping2d,
} from "./cropping.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
} from "./global-pooling.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { maxPooling1d, maxPooling2d } from "./max-pooling.ts";
export { type PermuteOptions, permute } from "./permute.ts";
export type { Pooling1dOptions, Pooling2dOptions, PoolingPadding } from "./pooling.ts";
export { type RepeatVectorOptions, repeatVector } from "./repeat-vector.ts";
export { type ReshapeOptions, reshape } from "./reshape.ts";
export {
  type UpSampling1dOptions,
  type UpSampling2dOptions,
  upSampling1d,
  upSampling2d,
} from "./up-sampling.ts";
export {
  type ZeroPadding1dOptions,
  type ZeroPadding2dOptions,
  zeroPadding1d,
  zeroPadding2d,
} from "./zero-padding.ts";
