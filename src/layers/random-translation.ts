// Random shifts of images, while training.

import { AUGMENT_TRANSLATION as KIND } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import {
  buildImages,
  emitAugmentation,
  type Factor,
  resolveFactor,
  resolveSampling,
  type SamplingOptions,
  samplingOptions,
} from "./augment.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link randomTranslation}. */
export interface RandomTranslationOptions extends SamplingOptions {
  /** Down, as a part of the height: within −1 and 1. */
  readonly heightFactor: Factor;
  /** To the right, as a part of the width: within −1 and 1. */
  readonly widthFactor: Factor;
  readonly name?: string;
}

/**
 * Moves each image by a random part of its height and width, while training; what comes in from
 * outside is filled as `fillMode` says. Images of shape [height, width, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function randomTranslation(options: RandomTranslationOptions): Layer {
  const where = "randomTranslation";
  checkOptions(where, options, ["heightFactor", "widthFactor", ...samplingOptions, "name"]);
  const heightFactor = resolveFactor(where, "heightFactor", options.heightFactor, [-1, 1]);
  const widthFactor = resolveFactor(where, "widthFactor", options.widthFactor, [-1, 1]);
  const sampling = resolveSampling(where, options);
  const ranges = [...heightFactor, ...widthFactor];
  return defineLayer({
    type: where,
    name: options.name,
    config: { heightFactor, widthFactor, ...sampling },
    build: buildImages,
    emit: (context) => emitAugmentation(context, { kind: KIND, ranges, sampling }),
  });
}
