// Gaussian blobs around centers on a circle, each a class of its own.

import { checkOptions } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import { classified, type GeneratorOptions, integerOption, SHARED_OPTIONS } from "./points.ts";

const SPREAD = 0.4;
const CENTER_RADIUS = 1.8;

/**
 * `classes` (2 to 20, default 2) blobs of deviation 0.4 in x and y, centers 1.8 from the origin, the first
 * at 45°. `noise` widens the blobs to √(0.16 + noise²).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function gaussians(options: GeneratorOptions & { readonly classes?: number } = {}): Dataset {
  checkOptions("gaussians", options, [...SHARED_OPTIONS, "classes"]);
  const limits = { standard: 2, least: 2, most: 20 };
  const classes = integerOption("gaussians: classes", options.classes, limits);
  const names = Array.from({ length: classes }, (_, k) => `blob ${k + 1}`);
  const { noise = 0 } = options;
  // The sum of two independent Gaussians is one: a negative noise stays so, to be refused as such.
  const spread = noise < 0 ? noise : Math.sqrt(SPREAD * SPREAD + noise * noise);
  return classified("gaussians", { ...options, noise: spread }, names, (i) => {
    const label = i % classes;
    const angle = Math.PI / 4 + (2 * Math.PI * label) / classes;
    return { x: CENTER_RADIUS * cos(angle), y: CENTER_RADIUS * sin(angle), label };
  });
}
