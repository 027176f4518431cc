// The oracle: everything the kernel computes, once more, slowly, in f64 and from the formulas.
// It may not import anything of the kernel or of src/, so that no error can be shared.

export {
  type ActivationName,
  activationNames,
  activations,
  type ReferenceActivation,
  softmax,
  softmaxGradient,
} from "./reference/activations.ts";
export { type GemmShape, gemm } from "./reference/gemm.ts";
export {
  fromLogits,
  LOSS_EPSILON,
  type LossName,
  losses,
  lossNames,
  type ReferenceLoss,
} from "./reference/losses.ts";
export { type MetricName, metrics, type ReferenceMetric } from "./reference/metrics.ts";
export {
  type ReferenceBatch,
  type ReferenceForward,
  type ReferenceGradients,
  type ReferenceLayer,
  type ReferenceMlp,
  type ReferenceMlpOptions,
  type ReferencePenalty,
  referenceMlp,
} from "./reference/mlp.ts";
export {
  type OptimizerName,
  optimizerNames,
  optimizers,
  type ReferenceExtra,
  type ReferenceHyper,
  type ReferenceOptimizer,
} from "./reference/optimizers.ts";
export { philox4x32 } from "./reference/philox.ts";
export { erf, erfc } from "./reference/special.ts";
