// What `compile` was given, made into one head for each output: its loss, its weight, its metrics.

import { fail } from "../errors.ts";
import { type Loss, type LossName, losses, resolveLoss } from "../losses/index.ts";
import { type MetricChoice, type MetricName, resolveMetric } from "../metrics/index.ts";
import { checkThat, isF32, isRecord } from "../options.ts";
import { elementCount } from "../shape.ts";
import type { Head, Network } from "./network.ts";

/** For all outputs alike, or for each: in their order, or by their layers' names. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** Metrics by name, or made with options. */
export type MetricList = readonly (MetricName | MetricChoice)[];

export interface HeadOptions {
  /**
   * What is minimized. Of an output that is a sequence with a mask, steps that the mask leaves out count for
   * nothing: the batch's loss is the sum over the others (by sample weights) divided by their number, and
   * metrics are means over them. Losses of outputs without steps know of no masks.
   */
  readonly loss: PerOutput<LossName | Loss>;
  /** Of several outputs' losses in the sum that is minimized. Default: 1 each. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>> | undefined;
  /** Measured each epoch, besides the loss. Of several outputs each is measured by all, or by its own. */
  readonly metrics?: MetricList | readonly MetricList[] | Readonly<Record<string, MetricList>>;
}

/**
 * How many outputs a loss makes one number of: those that one class index, or one distribution, is for; of a
 * sequence those of each step. Where a mask says which steps count, any loss is one of steps.
 */
export function classesOf({ name }: Loss, shape: readonly number[], masked = false): number {
  const row = losses[name];
  const perStep =
    masked || row.targets === "classIndex" || row.fromLogits?.activation === "softmax";
  return perStep ? (shape.at(-1) ?? 1) : elementCount(shape);
}

/** @throws LayerwiseError `unknownName`, `invalidArgument` */
export function resolveHeads(
  where: string,
  network: Pick<Network, "outputNames" | "outputShapes"> & Partial<Pick<Network, "outputMasks">>,
  options: HeadOptions,
): readonly [Head, ...Head[]] {
  const { outputNames: names, outputShapes, outputMasks = [] } = network;
  const several = names.length > 1;
  const { loss, lossWeights = {}, metrics = [] } = options;
  const lossOf = perOutput(`${where}: loss`, names, loss, isLoss);
  const weightOf = perOutput(`${where}: lossWeights`, names, lossWeights, () => false);
  // A list of names is for all outputs, a list of lists has one for each.
  const metricsOf = perOutput(
    `${where}: metrics`,
    names,
    metrics,
    (it) => Array.isArray(it) && !it.some(Array.isArray),
  );
  const heads = names.map((name, index) => {
    const at = (what: string) => (several ? `${where}: ${what}: ${name}` : `${where}: ${what}`);
    const own = resolveLoss(at("loss"), lossOf(index) as LossName | Loss);
    const weight = weightOf(index) ?? 1;
    const isWeight = isF32(weight) && weight >= 0;
    checkThat(isWeight, at("lossWeights"), "a number ≥ 0", weight);
    const list = metricsOf(index) ?? [];
    checkThat(Array.isArray(list), at("metrics"), "an array", list);
    const outputs = classesOf(own, outputShapes[index] ?? [], outputMasks[index]);
    const resolved = (list as MetricList).map((it) =>
      resolveMetric(at("metrics"), it, own, outputs),
    );
    const differ = new Set(resolved.map((it) => it.name)).size === resolved.length;
    checkThat(differ, at("metrics"), "names that differ", list);
    return { name, loss: own, weight: weight as number, metrics: resolved };
  });
  return heads as unknown as readonly [Head, ...Head[]];
}

function isLoss(it: unknown): boolean {
  return typeof it === "string" || (isRecord(it) && "name" in it);
}

/** What `given` says for each output; `isOne` tells what is meant for all of them. */
function perOutput(
  where: string,
  names: readonly string[],
  given: unknown,
  isOne: (it: unknown) => boolean,
): (output: number) => unknown {
  if (isOne(given)) return () => given;
  if (Array.isArray(given)) {
    const fits = given.length === names.length;
    checkThat(fits, where, `${names.length} entries, one an output`, given);
    return (output) => given[output];
  }
  if (!isRecord(given)) return () => given;
  const unknown = Object.keys(given).find((it) => !names.includes(it));
  if (unknown !== undefined) {
    throw fail("unknownName", { where, kind: "output", got: unknown, known: names });
  }
  return (output) => given[names[output] ?? ""];
}
