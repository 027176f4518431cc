// Exclusive or: the class says whether the signs of x and y differ.

import type { Dataset } from "../dataset.ts";
import { checkKeys, classified, type GeneratorOptions } from "./points.ts";

/**
 * Four squares, one in each quadrant, 0.3 away from the axes. Class 1: the signs of x and y differ.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function xor(options: GeneratorOptions = {}): Dataset {
  checkKeys("xor", options);
  return classified("xor", options, ["same sign", "different signs"], (i, u, v) => {
    const left = i & 1;
    const below = (i >> 1) & 1;
    const x = (0.3 + 2.4 * u) * (left ? -1 : 1);
    const y = (0.3 + 2.4 * v) * (below ? -1 : 1);
    return { x, y, label: left ^ below };
  });
}
