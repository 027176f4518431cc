// Two interleaved half circles.

import { cos, sin } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import { checkKeys, classified, type GeneratorOptions } from "./points.ts";

const RADIUS = 1.7;

/**
 * Two half circles of radius 1.7 whose ends reach into each other, as in scikit-learn's make_moons, about
 * the origin. Class 0 is the upper one.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function moons(options: GeneratorOptions = {}): Dataset {
  checkKeys("moons", options);
  return classified("moons", options, ["upper", "lower"], (i, u) => {
    const label = i & 1;
    const angle = Math.PI * u;
    const x = RADIUS * (cos(angle) - 0.5);
    const y = RADIUS * (sin(angle) - 0.25);
    // The lower moon is the upper one, turned by 180° about the origin.
    return label ? { x: -x, y: -y, label } : { x, y, label };
  });
}
