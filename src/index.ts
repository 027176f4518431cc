// The public surface, written out by hand: re-exports only.

export { type Activation, type ActivationName, elu, leakyRelu } from "./activations/index.ts";
export {
  type ColumnSchema,
  type CSVOptions,
  fromCSV,
  type MissingRule,
  readFeatures,
  type TableFeatures,
  type TableSchema,
} from "./data/csv.ts";
export { type CSVColumn, type CSVDescription, describeCSV } from "./data/csv-description.ts";
export {
  Dataset,
  type DatasetFields,
  type Split,
  type SplitOptions,
  type Task,
} from "./data/dataset.ts";
export * as datasets from "./data/datasets/makers.ts";
export { type ArrayData, fromArrays } from "./data/from-arrays.ts";
export { fromIDX, type IDXOptions } from "./data/idx.ts";
export {
  fromImageFolder,
  fromImages,
  type ImageOptions,
  type ImageSource,
  type LabeledImage,
  prefetch,
  streamImageFolder,
} from "./data/images.ts";
export { type Fold, type KFoldOptions, kFold } from "./data/k-fold.ts";
export type { Normalization, NormalizationMethod } from "./data/normalize.ts";
export { type Pca, type PcaOptions, pca } from "./data/pca.ts";
export { type ErrorCode, LayerwiseError } from "./errors.ts";
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerName,
  lecunNormal,
  lecunUniform,
  type NormalOptions,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
} from "./initializers/index.ts";
export type { ModelSource, SavedModel } from "./io/save.ts";
export { activation } from "./layers/activation.ts";
export { activityRegularization } from "./layers/activity-regularization.ts";
export { add } from "./layers/add.ts";
export { alphaDropout } from "./layers/alpha-dropout.ts";
export type { Factor, FillMode, Interpolation, SamplingOptions } from "./layers/augment.ts";
export { average } from "./layers/average.ts";
export { averagePooling1d, averagePooling2d } from "./layers/average-pooling.ts";
export {
  type BatchNormalizationOptions,
  batchNormalization,
} from "./layers/batch-normalization.ts";
export {
  type BidirectionalOptions,
  bidirectional,
  type MergeMode,
} from "./layers/bidirectional.ts";
export { type ConcatenateOptions, concatenate } from "./layers/concatenate.ts";
export type {
  FilterOptions,
  Size2d,
  WindowOptions,
  WindowOptions1d,
} from "./layers/conv-options.ts";
export { type Conv1dOptions, conv1d } from "./layers/conv1d.ts";
export { type Conv1dTransposeOptions, conv1dTranspose } from "./layers/conv1d-transpose.ts";
export { type Conv2dOptions, conv2d } from "./layers/conv2d.ts";
export { type Conv2dTransposeOptions, conv2dTranspose } from "./layers/conv2d-transpose.ts";
export {
  type Cropping1dOptions,
  type Cropping2dOptions,
  cropping1d,
  cropping2d,
} from "./layers/cropping.ts";
export { type DenseOptions, dense } from "./layers/dense.ts";
export { type DepthwiseConv2dOptions, depthwiseConv2d } from "./layers/depthwise-conv2d.ts";
export { dropout } from "./layers/dropout.ts";
export type { EdgesOption, Ends } from "./layers/edges.ts";
export { type EmbeddingOptions, embedding } from "./layers/embedding.ts";
export { activationCode, combineKinds } from "./layers/emitting.ts";
export { flatten } from "./layers/flatten.ts";
export { gaussianDropout } from "./layers/gaussian-dropout.ts";
export { gaussianNoise } from "./layers/gaussian-noise.ts";
export { type GaussianSamplingOptions, gaussianSampling } from "./layers/gaussian-sampling.ts";
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
} from "./layers/global-pooling.ts";
export {
  type GroupNormalizationOptions,
  groupNormalization,
} from "./layers/group-normalization.ts";
export { type GRUOptions, gru } from "./layers/gru.ts";
export {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  type LayerDefinition,
  type LayerShape,
  type ParameterSpec,
  type Regularizer,
  throughActivation,
  type Value,
} from "./layers/layer.ts";
export {
  type LayerNormalizationOptions,
  layerNormalization,
} from "./layers/layer-normalization.ts";
export { type LSTMOptions, lstm } from "./layers/lstm.ts";
export { type MaskingOptions, masking } from "./layers/masking.ts";
export { maxPooling1d, maxPooling2d } from "./layers/max-pooling.ts";
export { maximum } from "./layers/maximum.ts";
export type { MergeOptions } from "./layers/merge.ts";
export { minimum } from "./layers/minimum.ts";
export {
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from "./layers/multi-head-attention.ts";
export { multiply } from "./layers/multiply.ts";
export type { NormalizationOptions } from "./layers/normalization.ts";
export { type PermuteOptions, permute } from "./layers/permute.ts";
export type { Pooling1dOptions, Pooling2dOptions, PoolingPadding } from "./layers/pooling.ts";
export { type PositionEmbeddingOptions, positionEmbedding } from "./layers/position-embedding.ts";
export { type PreluOptions, prelu } from "./layers/prelu.ts";
export { randomBrightness } from "./layers/random-brightness.ts";
export { randomContrast } from "./layers/random-contrast.ts";
export { type RandomFlipOptions, randomFlip } from "./layers/random-flip.ts";
export { type RandomRotationOptions, randomRotation } from "./layers/random-rotation.ts";
export { type RandomTranslationOptions, randomTranslation } from "./layers/random-translation.ts";
export { type RandomZoomOptions, randomZoom } from "./layers/random-zoom.ts";
export type { RecolorOptions } from "./layers/recolor.ts";
export type { GatedOptions, RecurrentOptions } from "./layers/recurrent.ts";
export { type RepeatVectorOptions, repeatVector } from "./layers/repeat-vector.ts";
export { type RescalingOptions, rescaling } from "./layers/rescaling.ts";
export { type ReshapeOptions, reshape } from "./layers/reshape.ts";
export type { RestrictedBoltzmannOptions, VisibleUnits } from "./layers/restricted-boltzmann.ts";
export { type RmsNormalizationOptions, rmsNormalization } from "./layers/rms-normalization.ts";
export { type SeparableConv2dOptions, separableConv2d } from "./layers/separable-conv2d.ts";
export { type SimpleRNNOptions, simpleRNN } from "./layers/simple-rnn.ts";
export {
  type SinePositionEncodingOptions,
  sinePositionEncoding,
} from "./layers/sine-position-encoding.ts";
export { type SparsityOptions, sparsity } from "./layers/sparsity.ts";
export { spatialDropout1d, spatialDropout2d } from "./layers/spatial-dropout.ts";
export { subtract } from "./layers/subtract.ts";
export { input, SymbolicTensor } from "./layers/symbolic.ts";
export { timeDistributed } from "./layers/time-distributed.ts";
export {
  type UpSampling1dOptions,
  type UpSampling2dOptions,
  upSampling1d,
  upSampling2d,
} from "./layers/up-sampling.ts";
export {
  type ZeroPadding1dOptions,
  type ZeroPadding2dOptions,
  zeroPadding1d,
  zeroPadding2d,
} from "./layers/zero-padding.ts";
export { featureMaps, hiddenStates } from "./lens/feature-maps.ts";
export { filters } from "./lens/filters.ts";
export type { LayerLens, Lens, LensOptions } from "./lens/lens.ts";
export type { AnyModel } from "./lens/look.ts";
export {
  type NamedUnit,
  type NameUnitsOptions,
  nameUnits,
  type PartSelectivity,
} from "./lens/name-units.ts";
export type { Lift, Plane, PlaneOptions } from "./lens/plane.ts";
export {
  type PreferredInput,
  type PreferredInputOptions,
  preferredInput,
} from "./lens/preferred-input.ts";
export type { Carried, Representation } from "./lens/representation.ts";
export { type SaliencyOptions, saliency } from "./lens/saliency.ts";
export { type Selectivity, selectivity } from "./lens/selectivity.ts";
export { type TopPatch, type TopPatchesOptions, topPatches } from "./lens/top-patches.ts";
export { huber, type Loss, type LossName } from "./losses/index.ts";
export type { Average, MetricChoice, MetricName } from "./metrics/index.ts";
export {
  binaryAccuracy,
  f1Score,
  precision,
  recall,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from "./metrics/options.ts";
export {
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassScores,
  type ConfusionMatrixOptions,
  classificationReport,
  confusionMatrix,
  type Labels,
  type RocCurve,
  rocCurve,
} from "./metrics/report.ts";
export {
  learningRateScheduler,
  type ReduceLROnPlateauOptions,
  reduceLROnPlateau,
} from "./model/callbacks/learning-rate.ts";
export {
  type ModelCheckpointOptions,
  modelCheckpoint,
} from "./model/callbacks/model-checkpoint.ts";
export type { MonitorOptions } from "./model/callbacks/monitor.ts";
export {
  type CSVLogger,
  type CSVLoggerOptions,
  csvLogger,
  type ProgressLineOptions,
  progressLine,
} from "./model/callbacks/reports.ts";
export {
  type Callback,
  type EarlyStoppingOptions,
  earlyStopping,
  type Logs,
  type TrainingControl,
} from "./model/callbacks.ts";
export type { HeadOptions, MetricList, PerOutput } from "./model/compile.ts";
export type { ArrayPair, Several, TrainingData } from "./model/data.ts";
export type { FitOptions, History } from "./model/fit.ts";
export type { BatchStream, StreamFitOptions } from "./model/fit-stream.ts";
export type { OneOrMore } from "./model/graph.ts";
export { NdArray } from "./model/nd-array.ts";
export type { DataMemory, Position, Saved } from "./model/network.ts";
export type { ParameterSnapshot } from "./model/parameters.ts";
export type { StepOptions, StepResult } from "./model/step.ts";
export type { Unit } from "./model/unit.ts";
export type { ModelWeights, Weight } from "./model/weights.ts";
export {
  type AdadeltaOptions,
  type AdagradOptions,
  type AdamOptions,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  type Hyper,
  type HyperOptions,
  type LionOptions,
  lion,
  type MomentOptions,
  nadam,
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from "./optimizers/index.ts";
export type {
  ActivationCode,
  ActivationGradient,
  Block,
  GemmOptions,
  Label,
  PlanBuilder,
} from "./plan/builder.ts";
export type { Tensor } from "./plan/tensor.ts";
export {
  type GreedyPretraining,
  type GreedyPretrainingOptions,
  greedyPretraining,
} from "./pretraining.ts";
export { loadRbm, Rbm, type RbmFitOptions, type RbmOptions, rbm } from "./rbm.ts";
export { type Engine, type EngineOptions, type EngineReport, engine } from "./runtime/engine.ts";
export type { KernelName } from "./runtime/kernel.ts";
export {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type OneCycleOptions,
  oneCycle,
  type PiecewiseConstantDecayOptions,
  type PolynomialDecayOptions,
  piecewiseConstantDecay,
  polynomialDecay,
  type Schedule,
  type ScheduleConfig,
  type WarmupOptions,
  warmup,
} from "./schedules/index.ts";
export {
  type CompileOptions,
  loadModel,
  Model,
  type ModelOptions,
  model,
  type PredictionOf,
  type Sequential,
  type SequentialOptions,
  sequential,
} from "./sequential.ts";
export type { NestedNumbers } from "./shape.ts";
