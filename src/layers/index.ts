// The layers.

export { activation } from "./activation.ts";
export { type Conv1dOptions, conv1d } from "./conv1d.ts";
export { type Conv1dTransposeOptions, conv1dTranspose } from "./conv1d-transpose.ts";
export { type Conv2dOptions, conv2d } from "./conv2d.ts";
export { type Conv2dTransposeOptions, conv2dTranspose } from "./conv2d-transpose.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { type DepthwiseConv2dOptions, depthwiseConv2d } from "./depthwise-conv2d.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { type SeparableConv2dOptions, separableConv2d } from "./separable-conv2d.ts";
