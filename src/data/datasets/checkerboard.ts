// A checkerboard: the class is the color of the square.

import type { Dataset } from "../dataset.ts";
import { classified, countOption, type GeneratorOptions } from "./points.ts";

const HALF_WIDTH = 2.8;

/**
 * Points uniform in [−2.8, 2.8)², on `cells` × `cells` squares (2 to 32, default 4). Class 0, "dark", is
 * the square at the lower left and those of its color.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkerboard(
  options: GeneratorOptions & { readonly cells?: number } = {},
): Dataset {
  const cells = countOption("checkerboard", options, "cells", 32, 4);
  return classified("checkerboard", options, ["dark", "light"], (_, u, v) => ({
    x: HALF_WIDTH * (2 * u - 1),
    y: HALF_WIDTH * (2 * v - 1),
    label: (Math.floor(u * cells) + Math.floor(v * cells)) & 1,
  }));
}
