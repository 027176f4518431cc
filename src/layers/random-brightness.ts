// Random brightness of images, while training.

import { RECOLOR_BRIGHTNESS } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import { buildImages, resolveFactor } from "./augment.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitRecolor, type RecolorOptions, resolveValueRange } from "./recolor.ts";

/**
 * Adds to all pixels of an image the part of `valueRange`'s width that is drawn from `factor`,
 * which lies within −1 and 1, while training. Images of shape [height, width, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function randomBrightness(options: RecolorOptions): Layer {
  const where = "randomBrightness";
  checkOptions(where, options, ["factor", "valueRange", "name"]);
  const factor = resolveFactor(where, "factor", options.factor, [-1, 1]);
  const valueRange = resolveValueRange(where, options.valueRange);
  return defineLayer({
    type: where,
    name: options.name,
    config: { factor, valueRange },
    build: buildImages,
    emit: (context) => emitRecolor(context, RECOLOR_BRIGHTNESS, [...factor, ...valueRange]),
  });
}
