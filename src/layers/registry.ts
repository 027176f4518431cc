// Every layer by its type: how a saved configuration becomes a layer again. Loaded when a model is, so that
// a page carries no layers but those that it uses.

import { fail } from "../errors.ts";
import { activation } from "./activation.ts";
import { conv1d } from "./conv1d.ts";
import { conv1dTranspose } from "./conv1d-transpose.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import type { Layer } from "./layer.ts";
import { separableConv2d } from "./separable-conv2d.ts";

/** What {@link Layer.config} held, and the layer's name. */
type Config = Readonly<Record<string, unknown>> & { readonly name: string };

/** Of a layer whose function takes one object of options: those are its configuration. */
const byOptions =
  <O>(make: (options: O) => Layer) =>
  (config: Config) =>
    make(config as O);

// The functions check every field themselves, so a hostile configuration meets the same errors as a
// careless caller.
const layers: Readonly<Record<string, (config: Config) => Layer>> = {
  dense: byOptions(dense),
  activation: ({ activation: f, name }) =>
    activation(f as Parameters<typeof activation>[0], { name }),
  dropout: ({ rate, name }) => dropout(rate as number, { name }),
  flatten: ({ name }) => flatten({ name }),
  conv1d: byOptions(conv1d),
  conv1dTranspose: byOptions(conv1dTranspose),
  conv2d: byOptions(conv2d),
  conv2dTranspose: byOptions(conv2dTranspose),
  depthwiseConv2d: byOptions(depthwiseConv2d),
  separableConv2d: byOptions(separableConv2d),
};

/** The types of layers. */
export const layerTypes: readonly string[] = Object.keys(layers);

/**
 * Makes a layer from what {@link Layer.config} held.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function layerFromConfig(where: string, type: string, config: Config): Layer {
  const make = Object.hasOwn(layers, type) ? layers[type] : undefined;
  if (make === undefined) {
    throw fail("unknownName", { where, kind: "layer type", got: type, known: layerTypes });
  }
  return make(config);
}
