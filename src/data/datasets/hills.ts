// Regression: Gaussian hills and hollows that alternate.

import { exp } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import { checkKeys, type GeneratorOptions, measured } from "./points.ts";

/** [x, y, height] */
const HILLS = [
  [-2, 1.25, 1],
  [0, 1.25, -1],
  [2, 1.25, 1],
  [-2, -1.25, -1],
  [0, -1.25, 1],
  [2, -1.25, -1],
] as const;
const WIDTH = 0.7;

/**
 * target = Σ ± exp(−d² / (2 · 0.7²)) + noise, d the distances to six centers in two rows, for points
 * uniform in [−3, 3)²: from about −1 to 1.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function hills(options: GeneratorOptions = {}): Dataset {
  checkKeys("hills", options);
  return measured("hills", options, ["x", "y"], (x, y) => {
    let sum = 0;
    for (const [centerX, centerY, height] of HILLS) {
      const square = (x - centerX) * (x - centerX) + (y - centerY) * (y - centerY);
      sum += height * exp(-square / (2 * WIDTH * WIDTH));
    }
    return sum;
  });
}
