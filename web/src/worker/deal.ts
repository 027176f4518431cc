// Who trains and who tests. Points that were there from the start are dealt out by the library's split, so
// that a program which splits the same data trains on the same samples in the same order.

import { Dataset } from "layerwise";
import type { DataSettings } from "../recipe.ts";

/** Positions of samples in their data set. */
export interface Deal {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** The library's split of `data`, as positions. All train where the share leaves none to test. */
export function deal(
  data: Dataset,
  { trainShare, seed }: Pick<DataSettings, "trainShare" | "seed">,
): Deal {
  const positions = Float32Array.from({ length: data.samples }, (_, i) => i);
  if (Math.round(data.samples * trainShare) >= data.samples) {
    return { train: [...positions], test: [] };
  }
  // The same samples with their position as the only feature: what comes back tells where they went.
  const { targets, task, classes } = data;
  const numbered = new Dataset({
    features: positions,
    inputShape: [1],
    targets,
    task,
    ...(task === "classification" && { classes }),
  });
  const { train, test } = numbered.split({ fraction: trainShare, seed });
  return { train: [...train.features], test: [...test.features] };
}

/**
 * Whether the `index`-th point of its kind, counted from 0, trains: the first one does, and so that after
 * each the share is kept.
 */
export function trains(index: number, trainShare: number): boolean {
  return Math.ceil((index + 1) * trainShare) > Math.ceil(index * trainShare);
}
