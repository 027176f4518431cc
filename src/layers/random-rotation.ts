// Random rotations of images, while training.

import { AUGMENT_ROTATION as KIND } from "../../assembly/abi.ts";
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

/** Options of {@link randomRotation}. */
export interface RandomRotationOptions extends SamplingOptions {
  /** Counterclockwise, as a part of a full turn: within −1 and 1. */
  readonly factor: Factor;
  readonly name?: string;
}

/**
 * Turns each image about its center by a random angle, while training; what comes in from outside
 * is filled as `fillMode` says. Images of shape [height, width, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; in a model `shapeMismatch`
 */
export function randomRotation(options: RandomRotationOptions): Layer {
  const where = "randomRotation";
  checkOptions(where, options, ["factor", ...samplingOptions, "name"]);
  const factor = resolveFactor(where, "factor", options.factor, [-1, 1]);
  const sampling = resolveSampling(where, options);
  const ranges = [...factor, 0, 0];
  return defineLayer({
    type: where,
    name: options.name,
    config: { factor, ...sampling },
    build: buildImages,
    emit: (context) => emitAugmentation(context, { kind: KIND, ranges, sampling }),
  });
}
