// The layers.

export { activation } from "./activation.ts";
export { type BidirectionalOptions, bidirectional, type MergeMode } from "./bidirectional.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { type EmbeddingOptions, embedding } from "./embedding.ts";
export { flatten } from "./flatten.ts";
export { type GRUOptions, gru } from "./gru.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { type LSTMOptions, lstm } from "./lstm.ts";
export { type MaskingOptions, masking } from "./masking.ts";
export { type SimpleRNNOptions, simpleRNN } from "./simple-rnn.ts";
export { timeDistributed } from "./time-distributed.ts";
