// Random zooms into and out of images, while training.

import { AUGMENT_ZOOM as KIND } from "../../assembly/abi.ts";
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

/** Options of {@link randomZoom}. */
export interface RandomZoomOptions extends SamplingOptions {
  /** 1 + this part of the height is seen: below 0 zooms in, above 0 out. Within −0.99 and 10. */
  readonly heightFactor: Factor;
  /** Likewise of the width. Default: what the height draws, so that proportions stay. */
  readonly widthFactor?: Factor;
  readonly name?: string;
}

const BOUNDS = [-0.99, 10] as const;

/**
 * Zooms into or out of each image about its center by random factors, while training; what comes in
 * from outside is filled as `fillMode` says. Images of shape [height, width, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function randomZoom(options: RandomZoomOptions): Layer {
  const where = "randomZoom";
  checkOptions(where, options, ["heightFactor", "widthFactor", ...samplingOptions, "name"]);
  const heightFactor = resolveFactor(where, "heightFactor", options.heightFactor, BOUNDS);
  const widthFactor =
    options.widthFactor === undefined
      ? undefined
      : resolveFactor(where, "widthFactor", options.widthFactor, BOUNDS);
  const sampling = resolveSampling(where, options);
  const ranges = [...heightFactor, ...(widthFactor ?? heightFactor)];
  const tied = widthFactor === undefined;
  return defineLayer({
    type: where,
    name: options.name,
    config: { heightFactor, ...(widthFactor && { widthFactor }), ...sampling },
    build: buildImages,
    emit: (context) => emitAugmentation(context, { kind: KIND, ranges, tied, sampling }),
  });
}
