// Spiral arms that wind around the origin, each a class of its own.

import { checkOptions } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import { classified, type GeneratorOptions, integerOption, SHARED_OPTIONS } from "./points.ts";

const TURNS = 1.75;

/**
 * `arms` (2 to 10, default 2) spirals of 1¾ turns from radius 0.2 to 2.7, turned against each other by
 * equal angles; points are uniform by angle.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function spiral(options: GeneratorOptions & { readonly arms?: number } = {}): Dataset {
  checkOptions("spiral", options, [...SHARED_OPTIONS, "arms"]);
  const arms = integerOption("spiral: arms", options.arms, { standard: 2, least: 2, most: 10 });
  const names = Array.from({ length: arms }, (_, k) => `arm ${k + 1}`);
  return classified("spiral", options, names, (i, u) => {
    const label = i % arms;
    const radius = 0.2 + 2.5 * u;
    const angle = 2 * Math.PI * (TURNS * u + label / arms);
    return { x: radius * cos(angle), y: radius * sin(angle), label };
  });
}
