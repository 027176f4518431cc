// Conv1d: a window over sequences.

import { checkInteger, checkThat } from "../options.ts";
import {
  checkFilters,
  checkGroups,
  checkWindow1d,
  type FilterOptions,
  geometryOf,
  imageShape,
  shapeOf,
  type WindowOptions1d,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link conv1d}. */
export interface Conv1dOptions extends WindowOptions1d, FilterOptions {
  /** Features of the output: a positive integer. */
  readonly filters: number;
  /**
   * Parts that features and filters are dealt out to, each filter seeing the features of its own part.
   * Default: 1.
   */
  readonly groups?: number;
}

/**
 * A convolution of sequences [steps, channels]: every filter gives, at every place of its window,
 * f(Σ window · weight + bias). weight [kernel size, channels / groups, filters], bias [filters].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function conv1d(options: Conv1dOptions): Layer {
  const where = "conv1d";
  const own = checkFilters(where, options, ["filters", "groups"]);
  const { window, config } = checkWindow1d(where, options, ["valid", "same", "causal"]);
  const { filters, groups = 1, name } = options;
  checkInteger(where, "filters", filters, 1, 1_000_000);
  checkInteger(where, "groups", groups, 1, filters);
  checkThat(filters % groups === 0, where, `filters that ${groups} groups can share`, filters);
  const geometry = (where: string, inputShape: readonly number[]) =>
    geometryOf(where, imageShape(where, inputShape, 2), filters, window, { groups });
  return defineLayer({
    type: "conv1d",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: { filters, ...config, groups, ...own.config },
    build(where, inputShape) {
      const { input, output } = geometry(where, inputShape);
      checkGroups(where, groups, input[2]);
      const weight = [window.kernelSize[1], input[2] / groups, filters];
      return shapeOf(output, 2, own.parameters(weight, filters));
    },
    emit: (context) =>
      emitConvolution(context, {
        geometry: geometry(context.name, context.x.shape),
        activation: own.activation,
      }),
  });
}
