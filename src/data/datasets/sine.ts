// Regression with one input: two periods of a sine curve.

import { sin } from "../../portable-math.ts";
import type { Dataset } from "../dataset.ts";
import { checkKeys, type GeneratorOptions, measured } from "./points.ts";

/**
 * target = sin(2π x / 3) + noise, for x uniform in [−3, 3).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function sine(options: GeneratorOptions = {}): Dataset {
  checkKeys("sine", options);
  return measured("sine", options, ["x"], (x) => sin((2 * Math.PI * x) / 3));
}
