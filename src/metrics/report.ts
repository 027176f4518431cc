// How a classifier does, class by class: tables for people, made of labels and predictions on the host.
// Knows nothing of models; takes what predict() returns.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions, checkThat, isRecord } from "../options.ts";

/**
 * A class for each sample: its index, or what predict() returns: of one column the class is 1 above ½,
 * else that of the largest number of a row, the first of equals.
 */
export type Labels =
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

export interface ConfusionMatrixOptions {
  /** How many there are. Default: up to the largest index. */
  readonly classes?: number;
}

/**
 * counts[i][j]: samples of class i that were taken for class j.
 * @throws LayerwiseError `shapeMismatch`, `labelOutOfRange`, `invalidArgument`, `unknownName`
 */
export function confusionMatrix(
  yTrue: Labels,
  yPred: Labels,
  options: ConfusionMatrixOptions = {},
): number[][] {
  const where = "confusionMatrix";
  checkOptions(where, options, ["classes"]);
  const [is, said] = pairOf(where, yTrue, yPred);
  const least = Math.max(0, ...new Set([...is, ...said])) + 1;
  const classes = checkInteger(where, "classes", options.classes ?? least, 1);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  is.forEach((label, row) => {
    const guess = said[row] ?? 0;
    for (const value of [label, guess]) {
      if (value < classes) continue;
      const required = `an integer below ${classes}`;
      throw fail("labelOutOfRange", { where, row, value, required, remedy: "Raise classes." });
    }
    const line = counts[label];
    if (line) line[guess] = (line[guess] ?? 0) + 1;
  });
  return counts;
}

/** Scores of a class, or averages of them; those of 0 / 0 are 0. */
export interface ClassScores {
  /** Share of what was said that is so. */
  readonly precision: number;
  /** Share of what is so that was said. */
  readonly recall: number;
  /** Their harmonic mean. */
  readonly f1Score: number;
  /** Samples that are so. */
  readonly support: number;
}

export interface ClassificationReport {
  /** In the order of the classes' indices. */
  readonly classes: readonly (ClassScores & { readonly name: string })[];
  /** Share of samples that were taken for what they are. */
  readonly accuracy: number;
  /** Mean over the classes, each counting alike. */
  readonly macroAverage: ClassScores;
  /** Mean over the classes, by their support. */
  readonly weightedAverage: ClassScores;
  /** The table, as scikit-learn prints it. */
  toString(): string;
}

export interface ClassificationReportOptions {
  /** Default: the indices. */
  readonly classNames?: readonly string[];
}

/**
 * Precision, recall, F1 and support of every class, and their averages.
 * @throws LayerwiseError `shapeMismatch`, `labelOutOfRange`, `emptyData`, `invalidArgument`, `unknownName`
 */
export function classificationReport(
  yTrue: Labels,
  yPred: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const where = "classificationReport";
  checkOptions(where, options, ["classNames"]);
  const { classNames } = options;
  const known = classNames === undefined || (Array.isArray(classNames) && classNames.length > 0);
  checkThat(known, where, "classNames as an array of texts", classNames);
  const counts = confusionMatrix(yTrue, yPred, classNames ? { classes: classNames.length } : {});
  const samples = total(counts.map(total));
  if (samples === 0) throw fail("emptyData", { where });
  const classes = counts.map((line, i) => {
    const hits = line[i] ?? 0;
    const support = total(line);
    const said = total(counts.map((it) => it[i] ?? 0));
    return {
      name: classNames?.[i] ?? `${i}`,
      precision: ratio(hits, said),
      recall: ratio(hits, support),
      f1Score: ratio(2 * hits, said + support),
      support,
    };
  });
  const average = (weight: (it: ClassScores) => number): ClassScores => {
    const all = total(classes.map(weight));
    const mean = (key: keyof ClassScores) =>
      ratio(total(classes.map((it) => it[key] * weight(it))), all);
    const [precision, recall, f1Score] = [mean("precision"), mean("recall"), mean("f1Score")];
    return { precision, recall, f1Score, support: samples };
  };
  const accuracy = ratio(total(counts.map((line, i) => line[i] ?? 0)), samples);
  const macroAverage = average(() => 1);
  const weightedAverage = average((it) => it.support);
  const report = { classes, accuracy, macroAverage, weightedAverage };
  return { ...report, toString: () => print(report, samples) };
}

/** One column of numbers for each of both axes, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** Share of the 0s whose score is at least the threshold. */
  readonly falsePositiveRate: readonly number[];
  /** Share of the 1s. */
  readonly truePositiveRate: readonly number[];
  /** From ∞ down to the lowest score. */
  readonly thresholds: readonly number[];
  /** The area under the curve, exact. */
  readonly auc: number;
}

/**
 * The ROC curve of scores for labels 0 and 1: a point for each score that occurs.
 * @throws LayerwiseError `shapeMismatch`, `labelOutOfRange`, `nanInData`; `oneClass` without both labels
 */
export function rocCurve(yTrue: ArrayLike<number>, scores: Labels): RocCurve {
  const where = "rocCurve";
  const values = Array.from(isTable(scores) ? scores.data : scores);
  const labels = Array.from(yTrue);
  checkLengths(where, labels.length, values.length);
  const column = values.findIndex((it) => !Number.isFinite(it));
  if (column >= 0)
    throw fail("nanInData", { where, row: column, column: 0, value: values[column] });
  const row = labels.findIndex((it) => it !== 0 && it !== 1);
  if (row >= 0) {
    throw fail("labelOutOfRange", { where, row, value: labels[row], required: "0 or 1" });
  }
  const yes = total(labels);
  const no = labels.length - yes;
  if (yes === 0 || no === 0) throw fail("oneClass", { where, className: `${labels[0] ?? "none"}` });
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const curve = { fpr: [0], tpr: [0], thresholds: [Number.POSITIVE_INFINITY] };
  let [hits, falseHits, area, before, beforeFalse] = [0, 0, 0, 0, 0];
  order.forEach((sample, i) => {
    if (labels[sample] === 1) hits++;
    else falseHits++;
    const next = order[i + 1];
    if (next !== undefined && values[next] === values[sample]) return;
    area += ((falseHits - beforeFalse) * (hits + before)) / 2;
    [before, beforeFalse] = [hits, falseHits];
    curve.fpr.push(falseHits / no);
    curve.tpr.push(hits / yes);
    curve.thresholds.push(values[sample] ?? 0);
  });
  const { fpr: falsePositiveRate, tpr: truePositiveRate, thresholds } = curve;
  return { falsePositiveRate, truePositiveRate, thresholds, auc: area / (yes * no) };
}

function pairOf(where: string, yTrue: Labels, yPred: Labels): [number[], number[]] {
  const is = labelsOf(`${where}: yTrue`, yTrue);
  const said = labelsOf(`${where}: yPred`, yPred);
  checkLengths(where, is.length, said.length);
  return [is, said];
}

function checkLengths(where: string, samples: number, predictions: number): void {
  if (samples === predictions) return;
  const got = `${predictions}`;
  throw fail("shapeMismatch", { where, expected: `${samples} predictions, as labels`, got });
}

function isTable(it: Labels): it is Extract<Labels, { readonly shape: readonly number[] }> {
  return isRecord(it) && Array.isArray(it.shape);
}

function labelsOf(where: string, it: Labels): number[] {
  if (isTable(it)) {
    const { data, shape } = it;
    const samples = shape[0] ?? 0;
    const width = samples === 0 ? 1 : data.length / samples;
    return Array.from({ length: samples }, (_, i) => {
      const row = Array.from({ length: width }, (_, j) => data[i * width + j] ?? 0);
      if (width === 1) return Number((row[0] ?? 0) > 0.5);
      return row.reduce((best, value, j) => (value > (row[best] ?? 0) ? j : best), 0);
    });
  }
  const holds = typeof it === "object" && it !== null && typeof it.length === "number";
  checkThat(holds, where, "class indices, or what predict() returns", it);
  const labels = Array.from(it);
  const row = labels.findIndex((label) => !(Number.isSafeInteger(label) && label >= 0));
  if (row < 0) return labels;
  throw fail("labelOutOfRange", { where, row, value: labels[row], required: "an integer ≥ 0" });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, it) => sum + it, 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function print(
  { classes, accuracy, macroAverage, weightedAverage }: Omit<ClassificationReport, "toString">,
  samples: number,
): string {
  const rows = [...classes];
  const averages = [
    { name: "macro avg", ...macroAverage },
    { name: "weighted avg", ...weightedAverage },
  ];
  const width = Math.max(...[...rows, ...averages].map(({ name }) => name.length));
  const line = (name: string, ...cells: readonly string[]) =>
    [`${name.padStart(width)} `, ...cells.map((it) => it.padStart(9))].join(" ");
  const scores = ({ name, precision, recall, f1Score, support }: (typeof averages)[number]) =>
    line(name, precision.toFixed(2), recall.toFixed(2), f1Score.toFixed(2), `${support}`);
  return [
    line("", "precision", "recall", "f1-score", "support"),
    "",
    ...rows.map(scores),
    "",
    line("accuracy", "", "", accuracy.toFixed(2), `${samples}`),
    ...averages.map(scores),
  ].join("\n");
}
