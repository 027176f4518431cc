// Spatial dropout: in training, zeroes whole channels of its input; otherwise passes it on.

import { NOISE_SPATIAL_DROPOUT as KIND } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { formatShape } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { checkRate, emitNoise } from "./noise.ts";

/**
 * Zeroes each channel of sequences [steps, channels] with probability `rate`, at all steps of a
 * sample alike, and scales the others by 1 / (1 − rate), while training. For where neighbors are so
 * alike that dropout would take nothing away (Tompson et al., "Efficient object localization using
 * convolutional networks", CVPR 2015).
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function spatialDropout1d(rate: number, options: { readonly name?: string } = {}): Layer {
  return spatialDropout("spatialDropout1d", ["steps", "channels"], rate, options);
}

/**
 * As {@link spatialDropout1d}, for images [height, width, channels].
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function spatialDropout2d(rate: number, options: { readonly name?: string } = {}): Layer {
  return spatialDropout("spatialDropout2d", ["height", "width", "channels"], rate, options);
}

function spatialDropout(
  type: string,
  dimensions: readonly string[],
  rate: number,
  options: { readonly name?: string },
): Layer {
  checkOptions(type, options, ["name"]);
  checkRate(type, rate);
  return defineLayer({
    type,
    name: options.name,
    config: { rate },
    build(where, inputShape) {
      if (inputShape.length !== dimensions.length) {
        const expected = `samples of shape [${dimensions.join(", ")}]`;
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      return { outputShape: inputShape, parameters: [] };
    },
    emit(context) {
      const channels = context.x.shape.at(-1) ?? 1;
      return emitNoise(context, { kind: KIND, gradient: KIND, amount: rate, channels });
    },
  });
}
