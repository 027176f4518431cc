// Optimizers: how a model's weights follow their gradients. The rules themselves are in the kernel
// (assembly/optimizers/), one file each, and so are their options here.

export { type AdadeltaOptions, adadelta } from "./adadelta.ts";
export { type AdagradOptions, adagrad } from "./adagrad.ts";
export { type AdamOptions, adam, type MomentOptions } from "./adam.ts";
export { adamW } from "./adam-w.ts";
export { adamax } from "./adamax.ts";
export { type LionOptions, lion } from "./lion.ts";
export { nadam } from "./nadam.ts";
export {
  type Hyper,
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  slotsOf,
  writeHyper,
} from "./optimizer.ts";
export {
  changeHyper,
  type HyperOptions,
  hyperOptions,
  type OptimizerConfig,
  optimizerConfig,
  optimizerFromConfig,
  optimizerNames,
  resolveOptimizer,
} from "./resolve.ts";
export { type RmspropOptions, rmsprop } from "./rmsprop.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
