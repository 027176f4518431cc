// The host's table of metrics, and how a name or a choice with options becomes one for a loss and an
// output layer. The kernel adds up sums over the batches of an epoch; the host makes a number of
// them here. Functions for choices with options: options.ts.

import * as abi from "../../assembly/abi.ts";
import { type Loss, losses } from "../losses/table.ts";
import { checkInteger, checkName, checkOptions, checkThat, isF32, isRecord } from "../options.ts";
import { areaUnderCurve, counts } from "./counted.ts";
import { at, mean, r2 } from "./results.ts";

/** What the host knows of a metric. */
interface MetricRow {
  /** The kernel's code, METRIC_*. */
  readonly code: number;
  /** How it reads targets: a value for each output, or one class index for each sample. */
  readonly targets: "values" | "classIndex" | "both";
  /** The f64 sums that the kernel keeps for `columns` outputs. */
  readonly words: (columns: number) => number;
  /** The metric's value from those sums; NaN from none. */
  readonly result: (sums: Float64Array, average: Average) => number;
  /** The options that it has. */
  readonly options: readonly (keyof MetricChoice)[];
}

/** How precision, recall and f1Score of several classes become one number. */
export type Average = "macro" | "micro";

/** A metric with options, as plain data. Made by {@link precision}, {@link topKCategoricalAccuracy}, … */
export interface MetricChoice {
  readonly metric: MetricName;
  /** Its key in logs and histories. Default: the metric's name. */
  readonly name?: string;
  /** What an output must exceed to mean yes. Default: ½; 0 for the hinge losses. */
  readonly threshold?: number;
  /** How many of the largest outputs count. Default: 5. */
  readonly k?: number;
  /** Over classes: the mean of theirs, or that of all counts together. Default: "macro". */
  readonly average?: Average;
}

const row = (
  code: number,
  targets: MetricRow["targets"] = "values",
  options: MetricRow["options"] = [],
): MetricRow => ({ code, targets, words: () => 2, result: mean, options });

const counted = (a: number, b: number, c: number): MetricRow => ({
  ...row(abi.METRIC_COUNTS, "both", ["threshold", "average"]),
  words: (columns) => 1 + 3 * columns,
  result: (sums, average) =>
    counts(sums, average, (it, i) => {
      const hits = at(it, i);
      return hits === 0 ? 0 : (a * hits) / (a * hits + b * at(it, i + 1) + c * at(it, i + 2));
    }),
});

const meanAbsoluteError = row(abi.METRIC_MEAN_ABSOLUTE_ERROR);
const meanSquaredError = row(abi.METRIC_MEAN_SQUARED_ERROR);
const meanAbsolutePercentageError = row(abi.METRIC_MEAN_ABSOLUTE_PERCENTAGE_ERROR);

const table = {
  /** The share of outputs on their target's side of the threshold. */
  binaryAccuracy: row(abi.METRIC_BINARY_ACCURACY, "values", ["threshold"]),
  /** The share of samples whose largest output is that of the largest target. */
  categoricalAccuracy: row(abi.METRIC_CATEGORICAL_ACCURACY),
  /** The share of samples whose largest output is that of the target's index. */
  sparseCategoricalAccuracy: row(abi.METRIC_SPARSE_CATEGORICAL_ACCURACY, "classIndex"),
  /** The mean of |p − t|. */
  meanAbsoluteError,
  /** The same by its short name. */
  mae: meanAbsoluteError,
  /** The mean of (p − t)². */
  meanSquaredError,
  /** The same by its short name. */
  mse: meanSquaredError,
  /** √ of the mean of (p − t)². */
  rootMeanSquaredError: { ...meanSquaredError, result: (sums) => Math.sqrt(mean(sums)) },
  /** 1 − Σ(t − p)² / Σ(t − mean t)², averaged over the outputs. */
  r2: { ...row(abi.METRIC_R2), words: (columns) => 2 + 4 * columns, result: r2 },
  /** The mean of 100·|p − t| / max(|t|, 1e-7). */
  meanAbsolutePercentageError,
  /** The same by its short name. */
  mape: meanAbsolutePercentageError,
  /** The mean of Σ p·t / (‖p‖·‖t‖). */
  cosineSimilarity: row(abi.METRIC_COSINE_SIMILARITY),
  /** The loss of this name, without penalties and weights. */
  binaryCrossentropy: row(abi.METRIC_BINARY_CROSSENTROPY),
  /** The loss of this name, without penalties and weights. */
  categoricalCrossentropy: row(abi.METRIC_CATEGORICAL_CROSSENTROPY),
  /** The loss of this name, without penalties and weights. */
  sparseCategoricalCrossentropy: row(abi.METRIC_SPARSE_CATEGORICAL_CROSSENTROPY, "classIndex"),
  /** The share of samples whose largest target is among the k largest outputs. */
  topKCategoricalAccuracy: row(abi.METRIC_TOP_K_CATEGORICAL_ACCURACY, "values", ["k"]),
  /** The share of samples whose target, a class index, is among the k largest outputs. */
  sparseTopKCategoricalAccuracy: row(abi.METRIC_SPARSE_TOP_K_CATEGORICAL_ACCURACY, "classIndex", [
    "k",
  ]),
  /** hits / (hits + false hits), 0 if there are no hits; so are recall and f1Score. */
  precision: counted(1, 1, 0),
  /** hits / (hits + misses). */
  recall: counted(1, 0, 1),
  /** 2·hits / (2·hits + false hits + misses). */
  f1Score: counted(2, 1, 1),
  /** The area under the ROC curve. */
  auc: { ...row(abi.METRIC_AUC), words: () => 2 * abi.AUC_BINS, result: areaUnderCurve },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** What "accuracy" and "logLoss" mean depends on the loss: see {@link resolveMetric}. */
const names = ["accuracy", "logLoss", ...(Object.keys(table) as (keyof typeof table)[])] as const;

/** The names of the metrics. */
export type MetricName = (typeof names)[number];

/** A metric, settled for one model. */
export interface Metric {
  /** The key in histories: as the user wrote it. */
  readonly name: string;
  /** What makes it again: a name, or one with options. */
  readonly config: MetricName | MetricChoice;
  /** The kernel's code, METRIC_*. */
  readonly code: number;
  /** What OP_METRIC takes as f0: what an output must exceed to mean yes, or how many count. */
  readonly threshold: number;
  /** f1: what a target must exceed. */
  readonly middle: number;
  /** The f64 words that OP_METRIC adds to. The host clears them. */
  readonly words: number;
  /** The metric's value from those words; NaN if they hold no weight. */
  readonly result: (sums: Float64Array) => number;
}

/**
 * The metric that a name or a choice means for a model of `outputs` outputs trained on `loss`.
 * "accuracy" is sparseCategoricalAccuracy for losses on class indices, binaryAccuracy for one output
 * and for binaryCrossentropy, else categoricalAccuracy; "logLoss" is the crossentropy that goes with
 * it, and precision, recall and f1Score take an output's yes or the largest output by the same rule.
 * The threshold is ½, but 0 for the hinge losses, whose outputs are meant as −1 and 1.
 * @throws LayerwiseError `unknownName`; `invalidArgument` if the loss's targets are not of the kind
 * that the metric reads, or for an option that it does not have
 */
export function resolveMetric(
  where: string,
  given: MetricName | MetricChoice,
  loss: Loss,
  outputs: number,
): Metric {
  const isChoice = isRecord(given);
  const choice = (isChoice ? given : { metric: given }) as MetricChoice;
  const metric = checkName(where, "metric", choice.metric, names);
  const kind = kindOf(loss, outputs);
  const [accuracy, logLoss, countsCode] = kinds[kind];
  const key = metric === "accuracy" ? accuracy : metric === "logLoss" ? logLoss : metric;
  const { targets, signed } = losses[loss.name];
  const it: MetricRow = table[key];
  const what = it.targets === "values" ? "a value for each output" : "a class index";
  checkThat(
    it.targets === targets || it.targets === "both",
    where,
    `a metric that reads ${what} as the loss ${loss.name} does`,
    metric,
    'For classes, "accuracy" always fits.',
  );
  const middle = signed ? 0 : 0.5;
  const at = `${where}: ${metric}`;
  const { name = metric, threshold = middle, k = 5, average = "macro" } = choice;
  checkOptions(at, choice, ["metric", "name", ...it.options]);
  const isName = typeof name === "string" && /^[a-z]\w{0,63}$/i.test(name) && name !== "loss";
  checkThat(isName, at, 'a name of letters, digits and _, other than "loss"', name);
  checkThat(isF32(threshold), at, "threshold as a finite number", threshold);
  checkInteger(at, "k", k, 1);
  checkName(at, "average", average, ["macro", "micro"]);
  return {
    name,
    config: isChoice ? { ...choice } : metric,
    code: it.code === abi.METRIC_COUNTS ? countsCode : it.code,
    threshold: it.options.includes("k") ? k : threshold,
    middle,
    words: it.words(outputs),
    result: (sums) => it.result(sums, average),
  };
}

/** By what a model says its classes: accuracy, crossentropy, what precision and others count by. */
const kinds = {
  sparse: [
    "sparseCategoricalAccuracy",
    "sparseCategoricalCrossentropy",
    abi.METRIC_SPARSE_CATEGORICAL_COUNTS,
  ],
  binary: ["binaryAccuracy", "binaryCrossentropy", abi.METRIC_COUNTS],
  categorical: ["categoricalAccuracy", "categoricalCrossentropy", abi.METRIC_CATEGORICAL_COUNTS],
} as const;

function kindOf(loss: Loss, outputs: number): keyof typeof kinds {
  if (losses[loss.name].targets === "classIndex") return "sparse";
  return outputs === 1 || loss.name === "binaryCrossentropy" ? "binary" : "categorical";
}
