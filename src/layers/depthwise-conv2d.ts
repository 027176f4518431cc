// DepthwiseConv2d: filters that see one channel each.

import { checkInteger } from "../options.ts";
import {
  checkFilters,
  checkWindow,
  type FilterOptions,
  geometryOf,
  imageShape,
  shapeOf,
  type Window,
  type WindowOptions,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { defineLayer, type Layer } from "./layer.ts";
import type { Geometry } from "./windows.ts";

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions extends WindowOptions, FilterOptions {
  /** Filters of each channel. Default: 1. */
  readonly depthMultiplier?: number;
}

/**
 * A convolution of images [height, width, channels] that mixes no channels: each has `depthMultiplier`
 * filters of its own, whose outputs stand side by side. weight [kernel height, kernel width, channels,
 * depthMultiplier], bias [channels · depthMultiplier].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): Layer {
  const where = "depthwiseConv2d";
  const own = checkFilters(where, options, ["depthMultiplier"]);
  const window = checkWindow(where, options);
  const { depthMultiplier = 1, name } = options;
  checkInteger(where, "depthMultiplier", depthMultiplier, 1, 10_000);
  return defineLayer({
    type: "depthwiseConv2d",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: { ...window, depthMultiplier, ...own.config },
    build(where, inputShape) {
      const { input, output } = depthwiseGeometry(where, inputShape, window, depthMultiplier);
      const weight = [...window.kernelSize, input[2], depthMultiplier];
      return shapeOf(output, 3, own.parameters(weight, output[2]));
    },
    emit: (context) =>
      emitConvolution(context, {
        geometry: depthwiseGeometry(context.name, context.x.shape, window, depthMultiplier),
        activation: own.activation,
      }),
  });
}

/** Shapes of a depthwise convolution. */
export function depthwiseGeometry(
  where: string,
  inputShape: readonly number[],
  window: Window,
  multiplier: number,
): Geometry {
  const input = imageShape(where, inputShape, 3);
  const how = { groups: input[2], depthwise: true };
  return geometryOf(where, input, input[2] * multiplier, window, how);
}
