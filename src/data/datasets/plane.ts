// Regression: a tilted plane, which a linear model fits.

import { checkOptions } from "../../options.ts";
import type { Dataset } from "../dataset.ts";
import { type GeneratorOptions, measured, SHARED_OPTIONS } from "./points.ts";

/**
 * target = (x + y) / 6 + noise, for points uniform in [−3, 3)²: from −1 to 1.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function plane(options: GeneratorOptions = {}): Dataset {
  checkOptions("plane", options, SHARED_OPTIONS);
  return measured("plane", options, ["x", "y"], (x, y) => (x + y) / 6);
}
