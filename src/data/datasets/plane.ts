// Regression: a tilted plane, which a linear model fits.

import type { Dataset } from "../dataset.ts";
import { checkKeys, type GeneratorOptions, measured } from "./points.ts";

/**
 * target = (x + y) / 6 + noise, for points uniform in [−3, 3)²: from −1 to 1.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function plane(options: GeneratorOptions = {}): Dataset {
  checkKeys("plane", options);
  return measured("plane", options, ["x", "y"], (x, y) => (x + y) / 6);
}
