// Conv2d: a window over images.

import { checkInteger, checkThat } from "../options.ts";
import {
  checkFilters,
  checkGroups,
  checkWindow,
  type FilterOptions,
  geometryOf,
  imageShape,
  shapeOf,
  type WindowOptions,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends WindowOptions, FilterOptions {
  /** Channels of the output: a positive integer. */
  readonly filters: number;
  /**
   * Parts that channels and filters are dealt out to, each filter seeing the channels of its own part.
   * Default: 1.
   */
  readonly groups?: number;
}

/**
 * A convolution of images [height, width, channels]: every filter gives, at every place of its window,
 * f(Σ window · weight + bias). weight [kernel height, kernel width, channels / groups, filters], bias
 * [filters].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function conv2d(options: Conv2dOptions): Layer {
  const where = "conv2d";
  const own = checkFilters(where, options, ["filters", "groups"]);
  const window = checkWindow(where, options);
  const { filters, groups = 1, name } = options;
  checkInteger(where, "filters", filters, 1, 1_000_000);
  checkInteger(where, "groups", groups, 1, filters);
  checkThat(filters % groups === 0, where, `filters that ${groups} groups can share`, filters);
  const geometry = (where: string, inputShape: readonly number[]) =>
    geometryOf(where, imageShape(where, inputShape, 3), filters, window, { groups });
  return defineLayer({
    type: "conv2d",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: { filters, ...window, groups, ...own.config },
    build(where, inputShape) {
      const { input, output } = geometry(where, inputShape);
      checkGroups(where, groups, input[2]);
      const weight = [...window.kernelSize, input[2] / groups, filters];
      return shapeOf(output, 3, own.parameters(weight, filters));
    },
    emit: (context) =>
      emitConvolution(context, {
        geometry: geometry(context.name, context.x.shape),
        activation: own.activation,
      }),
  });
}
