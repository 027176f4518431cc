// Data made ready for a plan: checked against model and loss, then copied into linear memory.

import type { Dataset } from "../data/dataset.ts";
import type { Normalization } from "../data/normalize.ts";
import { fail } from "../errors.ts";
import { checkInteger } from "../options.ts";
import { asDataset, asTrained, type TrainingData, targetsOf, weightsOf } from "./data.ts";
import { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";

/** Rows for a trainer, checked. */
export interface Prepared {
  readonly dataset: Dataset;
  readonly targets: Float32Array;
  readonly weights: Float32Array | undefined;
}

export interface PrepareOptions {
  /** Weight of each class's samples in the loss. */
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
  /** For what comes unnormalized. Default: the model's. */
  readonly normalization?: Normalization | undefined;
}

/** Checks data against model and loss; changes nothing. */
export function prepare(
  where: string,
  network: Network,
  compiled: Compiled,
  data: TrainingData,
  { classWeight, normalization = network.data.normalization }: PrepareOptions = {},
): Prepared {
  const dataset = asTrained(network, asDataset(where, network, data), normalization);
  const targets = targetsOf(where, network, compiled, dataset);
  return { dataset, targets, weights: weightsOf(where, network, dataset, classWeight) };
}

/** A feed that holds what was prepared. */
export function feedOf(network: Network, { dataset, targets, weights }: Prepared): Feed {
  const { samples, features, targetWidth } = dataset;
  const shape = {
    capacity: samples,
    inputs: network.inputs,
    targets: targetWidth,
    weighted: weights !== undefined,
  };
  const feed = new Feed(network.engine, shape);
  feed.fill({ samples, features, targets, weights });
  return feed;
}

/** The batch size to use: as asked for, never larger than the data. */
export function batchSizeFor(where: string, asked: number | undefined, samples: number): number {
  if (asked === undefined) return Math.min(32, samples);
  checkInteger(where, "batchSize", asked, 1);
  if (asked > samples) throw fail("batchTooLarge", { where, batchSize: asked, samples });
  return asked;
}

/** Keeps with the model what predictions on new data need. */
export function remember(network: Network, dataset: Dataset): void {
  const { data } = network;
  network.data = {
    normalization: dataset.normalization,
    classNames: dataset.classNames ?? data.classNames,
    featureNames: dataset.featureNames ?? data.featureNames,
    schema: dataset.schema ?? data.schema,
  };
}
