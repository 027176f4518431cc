// The host's table of metrics, and how a name becomes one for a loss and an output layer. The
// kernel adds up sums over the batches of an epoch; the host makes a number of them here.

import * as abi from "../../assembly/abi.ts";
import { type Loss, losses } from "../losses/table.ts";
import { checkName, checkThat } from "../options.ts";

/** What the host knows of a metric. */
interface MetricRow {
  /** The kernel's code, METRIC_*. */
  readonly code: number;
  /** How it reads targets: a value for each output, or one class index for each sample. */
  readonly targets: "values" | "classIndex";
  /** The f64 sums that the kernel keeps for `columns` outputs. */
  readonly words: (columns: number) => number;
  /** The metric's value from those sums; NaN from none. */
  readonly result: (sums: Float64Array) => number;
}

/** sums: [Σ weight·score, Σ weight]. */
function mean(sums: Float64Array): number {
  return at(sums, 0) / at(sums, 1);
}

const averaged = (code: number, targets: MetricRow["targets"] = "values"): MetricRow => ({
  code,
  targets,
  words: () => 2,
  result: mean,
});

const meanAbsoluteError = averaged(abi.METRIC_MEAN_ABSOLUTE_ERROR);
const meanSquaredError = averaged(abi.METRIC_MEAN_SQUARED_ERROR);

const table = {
  /** The share of outputs on their target's side of the threshold. */
  binaryAccuracy: averaged(abi.METRIC_BINARY_ACCURACY),
  /** The share of samples whose largest output is that of the largest target. */
  categoricalAccuracy: averaged(abi.METRIC_CATEGORICAL_ACCURACY),
  /** The share of samples whose largest output is that of the target's index. */
  sparseCategoricalAccuracy: averaged(abi.METRIC_SPARSE_CATEGORICAL_ACCURACY, "classIndex"),
  meanAbsoluteError,
  mae: meanAbsoluteError,
  meanSquaredError,
  mse: meanSquaredError,
  rootMeanSquaredError: { ...meanSquaredError, result: (sums) => Math.sqrt(mean(sums)) },
  /** 1 − Σ(t − p)² / Σ(t − mean t)², averaged over the outputs. */
  r2: {
    ...averaged(abi.METRIC_R2),
    words: (columns) => 2 + 4 * columns,
    result: r2,
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** What "accuracy" means depends on the loss: see {@link resolveMetric}. */
const names = ["accuracy", ...(Object.keys(table) as (keyof typeof table)[])] as const;

/** The names of the metrics. */
export type MetricName = (typeof names)[number];

/** A metric, settled for one model. */
export interface Metric {
  /** As the user wrote it: the key in histories. */
  readonly name: MetricName;
  /** The kernel's code, METRIC_*. */
  readonly code: number;
  /** What OP_METRIC takes as f0: above it an output means yes. Only binaryAccuracy looks at it. */
  readonly threshold: number;
  /** The f64 words that OP_METRIC adds to. The host clears them. */
  readonly words: number;
  /** The metric's value from those words; NaN if they hold no weight. */
  readonly result: (sums: Float64Array) => number;
}

/**
 * The metric that `name` means for a model of `outputs` outputs trained on `loss`. "accuracy" is
 * sparseCategoricalAccuracy for losses on class indices, binaryAccuracy for one output and for
 * binaryCrossentropy, else categoricalAccuracy. The threshold is ½, but 0 for the hinge losses,
 * whose outputs are meant as −1 and 1.
 * @throws LayerwiseError `unknownName`; `invalidArgument` if the loss's targets are not of the kind
 * that the metric reads
 */
export function resolveMetric(where: string, name: string, loss: Loss, outputs: number): Metric {
  const metric = checkName(where, "metric", name, names);
  const { targets, signed } = losses[loss.name];
  const row: MetricRow = table[metric === "accuracy" ? accuracyOf(loss, outputs) : metric];
  const kind = targets === "values" ? "a value for each output" : "a class index";
  checkThat(
    row.targets === targets,
    where,
    `a metric that reads ${kind} as the loss ${loss.name} does`,
    name,
    'For classes, "accuracy" always fits.',
  );
  return {
    name: metric,
    code: row.code,
    threshold: signed ? 0 : 0.5,
    words: row.words(outputs),
    result: row.result,
  };
}

function accuracyOf(loss: Loss, outputs: number): keyof typeof table {
  if (losses[loss.name].targets === "classIndex") return "sparseCategoricalAccuracy";
  if (outputs === 1 || loss.name === "binaryCrossentropy") return "binaryAccuracy";
  return "categoricalAccuracy";
}

/**
 * sums: [rows, Σw, then for each column shift, Σw·d, Σw·d², Σw·(t − p)²] with d = t − shift. A
 * column whose targets are all the same counts 1 if it is met exactly, else 0.
 */
function r2(sums: Float64Array): number {
  const weight = at(sums, 1);
  let total = 0;
  for (let i = 2; i < sums.length; i += 4) {
    const sum = at(sums, i + 1);
    const spread = at(sums, i + 2) - (sum * sum) / weight;
    const residual = at(sums, i + 3);
    if (spread <= 0) total += residual === 0 ? 1 : 0;
    else total += 1 - residual / spread;
  }
  return total / ((sums.length - 2) / 4);
}

function at(sums: Float64Array, index: number): number {
  return sums[index] ?? Number.NaN;
}
