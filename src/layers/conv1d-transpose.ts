// Conv1dTranspose: the way back through a convolution, used forward: sequences become longer.

import { checkInteger } from "../options.ts";
import {
  checkFilters,
  checkWindow1d,
  type FilterOptions,
  imageShape,
  shapeOf,
  transposedGeometry,
  type WindowOptions1d,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link conv1dTranspose}. */
export interface Conv1dTransposeOptions extends Omit<WindowOptions1d, "padding">, FilterOptions {
  /** Features of the output: a positive integer. */
  readonly filters: number;
  /** "same": `strides` times as many steps; "valid": as many as all windows reach. Default: "valid". */
  readonly padding?: "valid" | "same";
}

/**
 * A transposed convolution of sequences [steps, channels]: see {@link conv2dTranspose}. weight [kernel size,
 * filters, channels], bias [filters].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function conv1dTranspose(options: Conv1dTransposeOptions): Layer {
  const where = "conv1dTranspose";
  const own = checkFilters(where, options, ["filters"]);
  const { window, config } = checkWindow1d(where, options, ["valid", "same"]);
  const { filters, name } = options;
  checkInteger(where, "filters", filters, 1, 1_000_000);
  const geometry = (where: string, inputShape: readonly number[]) =>
    transposedGeometry(imageShape(where, inputShape, 2), filters, window);
  return defineLayer({
    type: "conv1dTranspose",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: { filters, ...config, ...own.config },
    build(where, inputShape) {
      const { input, output } = geometry(where, inputShape);
      const weight = [window.kernelSize[1], filters, output[2]];
      return shapeOf(input, 2, own.parameters(weight, filters));
    },
    emit: (context) =>
      emitConvolution(context, {
        geometry: geometry(context.name, context.x.shape),
        transposed: true,
        activation: own.activation,
      }),
  });
}
