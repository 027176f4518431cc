// Every metric over whole arrays in f64, with the semantics of Keras 3 (keras/src/metrics).

import { at, rowOf, sum } from "./array.ts";

/** A metric of predictions[rows×columns] against targets[rows×columns] (sparse: targets[rows]). */
export type ReferenceMetric = (
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  columns: number,
  /** One per row; all 1 when left out. */
  sampleWeights?: ArrayLike<number>,
) => number;

/** The first index of the largest value. */
function argMax(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}

/** Σ weight · score(row) / Σ weight. */
function weightedMean(
  rows: number,
  sampleWeights: ArrayLike<number> | undefined,
  score: (row: number) => number,
): number {
  const weights = Array.from({ length: rows }, (_, i) =>
    sampleWeights ? at(sampleWeights, i) : 1,
  );
  return sum(weights.map((weight, i) => weight * score(i))) / sum(weights);
}

/** The mean over rows of the mean over columns of `score`. */
function meanOverAll(score: (p: number, t: number) => number): ReferenceMetric {
  return (predictions, targets, columns, sampleWeights) =>
    weightedMean(predictions.length / columns, sampleWeights, (i) => {
      const t = rowOf(targets, i, columns);
      const scores = rowOf(predictions, i, columns).map((p, j) => score(p, at(t, j)));
      return sum(scores) / columns;
    });
}

const meanSquaredError = meanOverAll((p, t) => (p - t) ** 2);

const table = {
  /** A prediction above ½ counts as 1. */
  binaryAccuracy: meanOverAll((p, t) => ((p > 0.5 ? 1 : 0) === t ? 1 : 0)),
  /** Of equal predictions the first counts. */
  categoricalAccuracy: (predictions, targets, columns, sampleWeights) =>
    weightedMean(predictions.length / columns, sampleWeights, (i) => {
      const guess = argMax(rowOf(predictions, i, columns));
      return guess === argMax(rowOf(targets, i, columns)) ? 1 : 0;
    }),
  sparseCategoricalAccuracy: (predictions, targets, columns, sampleWeights) =>
    weightedMean(targets.length, sampleWeights, (i) =>
      argMax(rowOf(predictions, i, columns)) === at(targets, i) ? 1 : 0,
    ),
  meanAbsoluteError: meanOverAll((p, t) => Math.abs(p - t)),
  meanSquaredError,
  rootMeanSquaredError: (predictions, targets, columns, sampleWeights) =>
    Math.sqrt(meanSquaredError(predictions, targets, columns, sampleWeights)),
  /** 1 − Σ(t − p)² / Σ(t − t̄)² of each column, averaged; a column of one constant counts 0. */
  r2Score: (predictions, targets, columns, sampleWeights) => {
    const rows = predictions.length / columns;
    const scores = Array.from({ length: columns }, (_, j) => {
      const p = (i: number) => at(predictions, i * columns + j);
      const t = (i: number) => at(targets, i * columns + j);
      const center = weightedMean(rows, sampleWeights, t);
      const residual = weightedMean(rows, sampleWeights, (i) => (t(i) - p(i)) ** 2);
      const score = 1 - residual / weightedMean(rows, sampleWeights, (i) => (t(i) - center) ** 2);
      return score === Number.NEGATIVE_INFINITY ? 0 : score;
    });
    return sum(scores) / columns;
  },
} as const satisfies Record<string, ReferenceMetric>;

export type MetricName = keyof typeof table;
export const metrics: Readonly<Record<MetricName, ReferenceMetric>> = table;
