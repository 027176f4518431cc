// The types of layers that a saved model may hold, besides those that model-json.ts describes in full: what
// it says of these their own functions check.

export const moreTypes = [
  "conv1d",
  "conv1dTranspose",
  "conv2d",
  "conv2dTranspose",
  "depthwiseConv2d",
  "separableConv2d",
] as const;
