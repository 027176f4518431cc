// The list of the generated data sets, by which others find them by name.

import type { Dataset } from "../dataset.ts";
import {
  checkerboard,
  circles,
  type GeneratorOptions,
  gaussians,
  hills,
  moons,
  plane,
  rings,
  sine,
  spiral,
  xor,
} from "./makers.ts";

const generators = {
  circles: [circles, "between two nested circles, or inside the inner or outside the outer one"],
  rings: [rings, "concentric rings, one class each"],
  xor: [xor, "do the signs of x and y differ?"],
  gaussians: [gaussians, "Gaussian blobs, one class each"],
  moons: [moons, "two interleaved half circles"],
  spiral: [spiral, "spiral arms, one class each"],
  checkerboard: [checkerboard, "the colors of a 4 × 4 checkerboard"],
  plane: [plane, "regression: a tilted plane"],
  hills: [hills, "regression: alternating hills and hollows"],
  sine: [sine, "regression: a sine curve, one input"],
} as const;

/** Names of the generated data sets. */
export type DatasetName = keyof typeof generators;

/** All generated data sets with a line about each. */
export const datasetNames: readonly { readonly name: DatasetName; readonly description: string }[] =
  (Object.keys(generators) as DatasetName[]).map((name) => ({
    name,
    description: generators[name][1],
  }));

/** Whether `name` is one of {@link datasetNames}. */
export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(generators, name);
}

/** The data set of that name. */
export function generate(name: DatasetName, options: GeneratorOptions = {}): Dataset {
  return generators[name][0](options);
}
