// Conv2dTranspose: the way back through a convolution, used forward: images become larger.

import { checkInteger } from "../options.ts";
import {
  checkFilters,
  checkWindow,
  type FilterOptions,
  imageShape,
  shapeOf,
  transposedGeometry,
  type WindowOptions,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link conv2dTranspose}. */
export interface Conv2dTransposeOptions extends WindowOptions, FilterOptions {
  /** Channels of the output: a positive integer. */
  readonly filters: number;
}

/**
 * A transposed convolution of images [height, width, channels]: every pixel gives its window's places
 * filters · its channels, and what falls on the same place is added up. With padding "same" the output is
 * `strides` times as large. weight [kernel height, kernel width, filters, channels], bias [filters].
 * Zeiler, Krishnan, Taylor & Fergus 2010, "Deconvolutional networks".
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): Layer {
  const where = "conv2dTranspose";
  const own = checkFilters(where, options, ["filters"]);
  const window = checkWindow(where, options);
  const { filters, name } = options;
  checkInteger(where, "filters", filters, 1, 1_000_000);
  const geometry = (where: string, inputShape: readonly number[]) =>
    transposedGeometry(imageShape(where, inputShape, 3), filters, window);
  return defineLayer({
    type: "conv2dTranspose",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: { filters, ...window, ...own.config },
    build(where, inputShape) {
      const { input, output } = geometry(where, inputShape);
      const weight = [...window.kernelSize, filters, output[2]];
      return shapeOf(input, 3, own.parameters(weight, filters));
    },
    emit: (context) =>
      emitConvolution(context, {
        geometry: geometry(context.name, context.x.shape),
        transposed: true,
        activation: own.activation,
      }),
  });
}
