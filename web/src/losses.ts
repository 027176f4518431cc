// Which of the library's losses fit which task, and which one "auto" means. A plain table: it needs the
// library's types alone.

import type { LossName } from "layerwise";
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
export function lossesFor({ classes }: Task): readonly LossName[] {
  if (classes === 0) return distances;
  return classes === 2 ? forTwoClasses : forClasses;
}

/** The loss that is meant. */
export function lossOf(loss: LossName | "auto", task: Task): LossName {
  const [usual = "meanSquaredError"] = lossesFor(task);
  return loss === "auto" ? usual : loss;
}

/** The output layer that a task asks for under a loss. */
export function outputFor(task: Task, loss: LossName | "auto"): LayerSettings {
  if (task.classes > 2) return { units: task.classes, activation: "softmax" };
  const meant = lossOf(loss, task);
  const isSigned = meant === "hinge" || meant === "squaredHinge";
  return { units: 1, activation: task.classes === 0 || isSigned ? "linear" : "sigmoid" };
}
