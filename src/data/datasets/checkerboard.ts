// A checkerboard: the class is the color of the square.

import { checkOptions } from "../../options.ts";
import type { Dataset } from "../dataset.ts";
import { classified, type GeneratorOptions, integerOption, SHARED_OPTIONS } from "./points.ts";

const HALF_WIDTH = 2.8;

/**
 * Points uniform in [−2.8, 2.8)², on `cells` × `cells` squares (2 to 32, default 4). Class 0, "dark", is
 * the square at the lower left and those of its color.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkerboard(
  options: GeneratorOptions & { readonly cells?: number } = {},
): Dataset {
  checkOptions("checkerboard", options, [...SHARED_OPTIONS, "cells"]);
  const limits = { standard: 4, least: 2, most: 32 };
  const cells = integerOption("checkerboard: cells", options.cells, limits);
  return classified("checkerboard", options, ["dark", "light"], (_, u, v) => ({
    x: HALF_WIDTH * (2 * u - 1),
    y: HALF_WIDTH * (2 * v - 1),
    label: (Math.floor(u * cells) + Math.floor(v * cells)) & 1,
  }));
}
