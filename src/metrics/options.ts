// Metrics with options: functions that make choices, checked when a model is compiled with them.

import type { MetricChoice } from "./index.ts";

type Options<K extends keyof MetricChoice> = Pick<MetricChoice, "name" | K>;

/** The share of outputs on their target's side of the threshold. */
export function binaryAccuracy(options: Options<"threshold"> = {}): MetricChoice {
  return { ...options, metric: "binaryAccuracy" };
}

/** The share of samples whose largest target is among the k largest outputs; equals of the k-th count. */
export function topKCategoricalAccuracy(options: Options<"k"> = {}): MetricChoice {
  return { ...options, metric: "topKCategoricalAccuracy" };
}

/** The same for targets that are class indices. */
export function sparseTopKCategoricalAccuracy(options: Options<"k"> = {}): MetricChoice {
  return { ...options, metric: "sparseTopKCategoricalAccuracy" };
}

/**
 * How much of what the model says is so: hits / (hits + false hits), 0 if there are no hits. For one
 * output, and for each output under binaryCrossentropy, it says yes above the threshold; else the class
 * of the largest output, each class counting for itself. Several are averaged as in scikit-learn.
 */
export function precision(options: Options<"threshold" | "average"> = {}): MetricChoice {
  return { ...options, metric: "precision" };
}

/** How much of what is so the model says: hits / (hits + misses). See {@link precision}. */
export function recall(options: Options<"threshold" | "average"> = {}): MetricChoice {
  return { ...options, metric: "recall" };
}

/** The harmonic mean of precision and recall, 2·hits / (2·hits + false hits + misses). See {@link precision}. */
export function f1Score(options: Options<"threshold" | "average"> = {}): MetricChoice {
  return { ...options, metric: "f1Score" };
}
