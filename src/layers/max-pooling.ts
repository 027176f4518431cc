// Windows become their largest value.

import type { Layer } from "./layer.ts";
import { type Pooling1dOptions, type Pooling2dOptions, pooling } from "./pooling.ts";

/**
 * The largest value of each window of a sequence, channel by channel: [steps, channels] becomes
 * [windows, channels].
 * The gradient goes to the first of the largest, row by row; a NaN stays one.
 * Masks end here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function maxPooling1d(options: Pooling1dOptions = {}): Layer {
  return pooling("maxPooling1d", "max", 1, options);
}

/**
 * The largest value of each window of an image, channel by channel: [height, width, channels] becomes
 * [rows, columns, channels].
 * The gradient goes to the first of the largest, row by row; a NaN stays one.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function maxPooling2d(options: Pooling2dOptions = {}): Layer {
  return pooling("maxPooling2d", "max", 2, options);
}
