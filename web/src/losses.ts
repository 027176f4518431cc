// Which of the library's losses fit which task, and which one "auto" means. A plain table: it needs the
// library's types alone.

import type { PageLoss } from "./names.ts";
import type { LayerSettings } from "./recipe.ts";

/** What is asked of the network. */
interface Task {
  /** 0: quantities. */
  readonly classes: number;
}

/** For a value at one output. */
const distances = ["meanSquaredError", "meanAbsoluteError", "huber", "logCosh"] as const;

/** One output: the probability of the second class, or for the hinges a side of 0. */
const forTwoClasses = [
  "binaryCrossentropy",
  "hinge",
  "squaredHinge",
  ...distances,
  "poisson",
] as const;

/** An output for each class, which sum to 1. */
const forClasses = [
  "sparseCategoricalCrossentropy",
  "categoricalCrossentropy",
  "kullbackLeiblerDivergence",
  ...distances,
  "poisson",
] as const;

/** The losses that fit; the first one is what "auto" means. */
export function lossesFor({ classes }: Task): readonly PageLoss[] {
  if (classes === 0) return distances;
  return classes === 2 ? forTwoClasses : forClasses;
}

/** The loss that is meant. */
export function lossOf(loss: PageLoss | "auto", task: Task): PageLoss {
  const [usual = "meanSquaredError"] = lossesFor(task);
  return loss === "auto" ? usual : loss;
}

/** The output layer that a task asks for under a loss. */
export function outputFor(task: Task, loss: PageLoss | "auto"): LayerSettings {
  if (task.classes > 2) return { units: task.classes, activation: "softmax" };
  const meant = lossOf(loss, task);
  const isSigned = meant === "hinge" || meant === "squaredHinge";
  return { units: 1, activation: task.classes === 0 || isSigned ? "linear" : "sigmoid" };
}
