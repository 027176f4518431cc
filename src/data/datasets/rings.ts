// Concentric rings, each a class of its own.

import { checkOptions } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import {
  classified,
  type GeneratorOptions,
  integerOption,
  radiusBetween,
  SHARED_OPTIONS,
} from "./points.ts";

/**
 * `rings` (2 to 20, default 2) rings within the radius 3, as wide as the gaps between them, each
 * with an equal part of the points, uniform by area.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function rings(options: GeneratorOptions & { readonly rings?: number } = {}): Dataset {
  checkOptions("rings", options, [...SHARED_OPTIONS, "rings"]);
  const limits = { standard: 2, least: 2, most: 20 };
  const count = integerOption("rings: rings", options.rings, limits);
  const names = Array.from({ length: count }, (_, k) => `ring ${k + 1}`);
  return classified("rings", options, names, (i, u, v) => {
    const label = i % count;
    const radius = radiusBetween(((label + 0.25) * 3) / count, ((label + 0.75) * 3) / count, u);
    const angle = 2 * Math.PI * v;
    return { x: radius * cos(angle), y: radius * sin(angle), label };
  });
}
