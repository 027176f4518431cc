// Every metric over whole arrays in f64, with the semantics of Keras 3 (keras/src/metrics).

import { at, rowOf, sum } from "./array.ts";
import { type LossName, losses } from "./losses.ts";

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

/** The mean over rows of a loss, times `sign`. */
function byLoss(name: LossName, sign = 1): ReferenceMetric {
  return (predictions, targets, columns, sampleWeights) => {
    const rows = predictions.length / columns;
    return weightedMean(rows, sampleWeights, (i) => {
      const target = rowOf(targets, i, targets.length / rows);
      return sign * losses[name].value(rowOf(predictions, i, columns), target);
    });
  };
}

function amongBest(row: readonly number[], label: number, k = 5): number {
  return row.filter((it) => it > at(row, label)).length < k ? 1 : 0;
}

/**
 * A score of each column's counts of yes (above ½), averaged over the columns that have any (macro, as
 * scikit-learn does); 0 where it is 0/0.
 */
function byThreshold(
  score: (hits: number, falseHits: number, misses: number) => number,
): ReferenceMetric {
  return (predictions, targets, columns, sampleWeights) => {
    const rows = predictions.length / columns;
    const scores = Array.from({ length: columns }, (_, j) => {
      const count = (said: boolean, is: boolean) =>
        sum(
          Array.from({ length: rows }, (_, i) => {
            const it = i * columns + j;
            const holds = at(predictions, it) > 0.5 === said && at(targets, it) > 0.5 === is;
            return holds ? (sampleWeights ? at(sampleWeights, i) : 1) : 0;
          }),
        );
      const [hits, falseHits, misses] = [count(true, true), count(true, false), count(false, true)];
      if (hits + falseHits + misses === 0) return undefined;
      return hits === 0 ? 0 : score(hits, falseHits, misses);
    }).filter((it) => it !== undefined);
    return scores.length === 0 ? 0 : sum(scores) / scores.length;
  };
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
  meanAbsolutePercentageError: meanOverAll(
    (p, t) => (100 * Math.abs(p - t)) / Math.max(Math.abs(t), 1e-7),
  ),
  cosineSimilarity: byLoss("cosineSimilarity", -1),
  binaryCrossentropy: byLoss("binaryCrossentropy"),
  categoricalCrossentropy: byLoss("categoricalCrossentropy"),
  sparseCategoricalCrossentropy: byLoss("sparseCategoricalCrossentropy"),
  /** k is 5. */
  topKCategoricalAccuracy: (predictions, targets, columns, sampleWeights) =>
    weightedMean(predictions.length / columns, sampleWeights, (i) =>
      amongBest(rowOf(predictions, i, columns), argMax(rowOf(targets, i, columns))),
    ),
  sparseTopKCategoricalAccuracy: (predictions, targets, columns, sampleWeights) =>
    weightedMean(targets.length, sampleWeights, (i) =>
      amongBest(rowOf(predictions, i, columns), at(targets, i)),
    ),
  precision: byThreshold((hits, falseHits) => hits / (hits + falseHits)),
  recall: byThreshold((hits, _, misses) => hits / (hits + misses)),
  f1Score: byThreshold((hits, falseHits, misses) => (2 * hits) / (2 * hits + falseHits + misses)),
  /** By all pairs of a yes and a no. */
  auc: (predictions, targets, columns, sampleWeights) => {
    let right = 0;
    let all = 0;
    const weight = (i: number) => (sampleWeights ? at(sampleWeights, Math.floor(i / columns)) : 1);
    for (let i = 0; i < predictions.length; i++) {
      for (let j = 0; j < predictions.length; j++) {
        if (!(at(targets, i) > 0.5 && at(targets, j) <= 0.5)) continue;
        const gap = at(predictions, i) - at(predictions, j);
        const product = weight(i) * weight(j);
        right += product * (gap > 0 ? 1 : gap === 0 ? 0.5 : 0);
        all += product;
      }
    }
    return right / all;
  },
} as const satisfies Record<string, ReferenceMetric>;

export type MetricName = keyof typeof table;
export const metrics: Readonly<Record<MetricName, ReferenceMetric>> = table;
