// Random flips of images, while training.

import { AUGMENT_FLIP } from "../../assembly/abi.ts";
import { checkName, checkOptions } from "../options.ts";
import { buildImages, emitAugmentation } from "./augment.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link randomFlip}. */
export interface RandomFlipOptions {
  /** Default: "horizontalAndVertical". */
  readonly mode?: "horizontal" | "vertical" | "horizontalAndVertical";
  readonly name?: string;
}

/**
 * Swaps left and right, or top and bottom, or each of both, of one image in two, while training.
 * Images of shape [height, width, channels].
 * @throws LayerwiseError `unknownName`; in a model `shapeMismatch`
 */
export function randomFlip(options: RandomFlipOptions = {}): Layer {
  checkOptions("randomFlip", options, ["mode", "name"]);
  const mode = checkName("randomFlip", "mode", options.mode ?? "horizontalAndVertical", [
    "horizontal",
    "vertical",
    "horizontalAndVertical",
  ]);
  const sampling = { fillMode: "nearest", fillValue: 0, interpolation: "nearest" } as const;
  const ranges = [mode === "vertical" ? 0 : 0.5, mode === "horizontal" ? 0 : 0.5];
  return defineLayer({
    type: "randomFlip",
    name: options.name,
    config: { mode },
    build: buildImages,
    emit: (context) => emitAugmentation(context, { kind: AUGMENT_FLIP, ranges, sampling }),
  });
}
