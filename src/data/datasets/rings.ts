// Concentric rings, each a class of its own.

import type { Dataset } from "../dataset.ts";
import {
  classified,
  countOption,
  type GeneratorOptions,
  numbered,
  polar,
  radiusBetween,
} from "./points.ts";

/**
 * `rings` (2 to 20, default 2) rings within the radius 3, as wide as the gaps between them, each
 * with an equal part of the points, uniform by area.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function rings(options: GeneratorOptions & { readonly rings?: number } = {}): Dataset {
  const count = countOption("rings", options, "rings", 20);
  return classified("rings", options, numbered("ring", count), (i, u, v) => {
    const label = i % count;
    const radius = radiusBetween(((label + 0.25) * 3) / count, ((label + 0.75) * 3) / count, u);
    return polar(radius, v, label);
  });
}
