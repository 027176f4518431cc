// The layers.

export { activation } from "./activation.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { flatten } from "./flatten.ts";
export type { Layer, Regularizer } from "./layer.ts";
