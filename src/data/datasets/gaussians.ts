// Gaussian blobs around centers on a circle, each a class of its own.

import type { Dataset } from "../dataset.ts";
import { classified, countOption, type GeneratorOptions, numbered, polar } from "./points.ts";

const SPREAD = 0.4;
const CENTER_RADIUS = 1.8;

/**
 * `classes` (2 to 20, default 2) blobs of deviation 0.4 in x and y, centers 1.8 from the origin, the first
 * at 45°. `noise` widens the blobs to √(0.16 + noise²).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function gaussians(options: GeneratorOptions & { readonly classes?: number } = {}): Dataset {
  const classes = countOption("gaussians", options, "classes", 20);
  const { noise = 0 } = options;
  // The sum of two independent Gaussians is one: a negative noise stays so, to be refused as such.
  const spread = noise < 0 ? noise : Math.sqrt(SPREAD * SPREAD + noise * noise);
  const names = numbered("blob", classes);
  return classified("gaussians", { ...options, noise: spread }, names, (i) => {
    const label = i % classes;
    return polar(CENTER_RADIUS, 1 / 8 + label / classes, label);
  });
}
