// Spiral arms that wind around the origin, each a class of its own.

import type { Dataset } from "../dataset.ts";
import { classified, countOption, type GeneratorOptions, numbered, polar } from "./points.ts";

const TURNS = 1.75;

/**
 * `arms` (2 to 10, default 2) spirals of 1¾ turns from radius 0.2 to 2.7, turned against each other by
 * equal angles; points are uniform by angle.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function spiral(options: GeneratorOptions & { readonly arms?: number } = {}): Dataset {
  const arms = countOption("spiral", options, "arms", 10);
  return classified("spiral", options, numbered("arm", arms), (i, u) => {
    const label = i % arms;
    return polar(0.2 + 2.5 * u, TURNS * u + label / arms, label);
  });
}
