// The layers.

export { activation } from "./activation.ts";
export { activityRegularization } from "./activity-regularization.ts";
export { alphaDropout } from "./alpha-dropout.ts";
export type { Factor, FillMode, Interpolation, SamplingOptions } from "./augment.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export { gaussianDropout } from "./gaussian-dropout.ts";
export { gaussianNoise } from "./gaussian-noise.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { randomBrightness } from "./random-brightness.ts";
export { randomContrast } from "./random-contrast.ts";
export { type RandomFlipOptions, randomFlip } from "./random-flip.ts";
export { type RandomRotationOptions, randomRotation } from "./random-rotation.ts";
export { type RandomTranslationOptions, randomTranslation } from "./random-translation.ts";
export { type RandomZoomOptions, randomZoom } from "./random-zoom.ts";
export type { RecolorOptions } from "./recolor.ts";
export { type RescalingOptions, rescaling } from "./rescaling.ts";
export { type SparsityOptions, sparsity } from "./sparsity.ts";
export { spatialDropout1d, spatialDropout2d } from "./spatial-dropout.ts";
