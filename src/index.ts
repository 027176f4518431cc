// The public surface, written out by hand: re-exports only.

export { type Activation, type ActivationName, elu, leakyRelu } from "./activations/index.ts";
export { type CSVOptions, fromCSV, readFeatures, type TableSchema } from "./data/csv.ts";
export { type CSVColumn, type CSVDescription, describeCSV } from "./data/csv-description.ts";
export { Dataset, type Split, type SplitOptions, type Task } from "./data/dataset.ts";
export * as datasets from "./data/datasets/makers.ts";
export { type ArrayData, fromArrays } from "./data/from-arrays.ts";
export { fromIDX, type IDXOptions } from "./data/idx.ts";
export type { Normalization, NormalizationMethod } from "./data/normalize.ts";
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
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
} from "./initializers/index.ts";
export type { ModelSource, SavedModel } from "./io/save.ts";
export {
  activation,
  type DenseOptions,
  dense,
  dropout,
  flatten,
  type Layer,
  type Regularizer,
} from "./layers/index.ts";
export type { LayerLens, Lens, LensOptions } from "./lens/lens.ts";
export type { Lift, Plane, PlaneOptions } from "./lens/plane.ts";
export type { Carried, Representation } from "./lens/representation.ts";
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
export type { ArrayPair, TrainingData } from "./model/data.ts";
export type { FitOptions, History } from "./model/fit.ts";
export type { BatchStream, StreamFitOptions } from "./model/fit-stream.ts";
export { NdArray } from "./model/nd-array.ts";
export type { Position } from "./model/network.ts";
export type { StepOptions, StepResult } from "./model/session.ts";
export type { Unit } from "./model/unit.ts";
export type { ModelWeights, Weight } from "./model/weights.ts";
export {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  type Hyper,
  type HyperOptions,
  lion,
  nadam,
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  rmsprop,
  sgd,
} from "./optimizers/index.ts";
export { type Engine, type EngineOptions, type EngineReport, engine } from "./runtime/engine.ts";
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
  type WarmupOptions,
  warmup,
} from "./schedules/index.ts";
export {
  type CompileOptions,
  loadModel,
  type Sequential,
  type SequentialOptions,
  sequential,
} from "./sequential.ts";
