// Windows become their mean.

import type { Layer } from "./layer.ts";
import { type Pooling1dOptions, type Pooling2dOptions, pooling } from "./pooling.ts";

/**
 * The mean of each window of a sequence, channel by channel: [steps, channels] becomes
 * [windows, channels].
 * With padding "same" the mean is over the values inside alone.
 * Masks end here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function averagePooling1d(options: Pooling1dOptions = {}): Layer {
  return pooling("averagePooling1d", "average", 1, options);
}

/**
 * The mean of each window of an image, channel by channel: [height, width, channels] becomes
 * [rows, columns, channels].
 * With padding "same" the mean is over the values inside alone.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function averagePooling2d(options: Pooling2dOptions = {}): Layer {
  return pooling("averagePooling2d", "average", 2, options);
}
