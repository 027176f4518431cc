// Random contrast of images, while training.

import { RECOLOR_CONTRAST } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import { buildImages, resolveFactor } from "./augment.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitRecolor, type RecolorOptions, resolveValueRange } from "./recolor.ts";

/**
 * Multiplies each channel's distance from its mean over an image by 1 + what is drawn from
 * `factor`, which lies within −1 and 10, while training. Images of shape [height, width, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function randomContrast(options: RecolorOptions): Layer {
  const where = "randomContrast";
  checkOptions(where, options, ["factor", "valueRange", "name"]);
  const factor = resolveFactor(where, "factor", options.factor, [-1, 10]);
  const valueRange = resolveValueRange(where, options.valueRange);
  return defineLayer({
    type: where,
    name: options.name,
    config: { factor, valueRange },
    build: buildImages,
    emit: (context) => emitRecolor(context, RECOLOR_CONTRAST, [...factor, ...valueRange]),
  });
}
