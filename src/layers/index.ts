// The layers.

export { activation } from "./activation.ts";
export { add } from "./add.ts";
export { average } from "./average.ts";
export { type ConcatenateOptions, concatenate } from "./concatenate.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { maximum } from "./maximum.ts";
export type { MergeOptions } from "./merge.ts";
export { minimum } from "./minimum.ts";
export { type MultiHeadAttentionOptions, multiHeadAttention } from "./multi-head-attention.ts";
export { multiply } from "./multiply.ts";
export { type PositionEmbeddingOptions, positionEmbedding } from "./position-embedding.ts";
export {
  type SinePositionEncodingOptions,
  sinePositionEncoding,
} from "./sine-position-encoding.ts";
export { subtract } from "./subtract.ts";
