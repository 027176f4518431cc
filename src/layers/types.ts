// The types of layers that a saved model may hold, besides those that model-json.ts describes in full: what
// it says of these their own functions check.

export const moreTypes = [
  "averagePooling1d",
  "averagePooling2d",
  "batchNormalization",
  "cropping1d",
  "cropping2d",
  "globalAveragePooling1d",
  "globalAveragePooling2d",
  "globalMaxPooling1d",
  "globalMaxPooling2d",
  "groupNormalization",
  "layerNormalization",
  "maxPooling1d",
  "maxPooling2d",
  "permute",
  "prelu",
  "repeatVector",
  "reshape",
  "restrictedBoltzmann",
  "rmsNormalization",
  "upSampling1d",
  "upSampling2d",
  "zeroPadding1d",
  "zeroPadding2d",
] as const;
