// Every layer by its type: how a saved configuration becomes a layer again. Loaded when a model is, so that
// a page carries no layers but those that it uses.

import { fail } from "../errors.ts";
import { activation } from "./activation.ts";
import { add } from "./add.ts";
import { average } from "./average.ts";
import { concatenate } from "./concatenate.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import type { Layer } from "./layer.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";
import { multiply } from "./multiply.ts";
import { positionEmbedding } from "./position-embedding.ts";
import { sinePositionEncoding } from "./sine-position-encoding.ts";
import { subtract } from "./subtract.ts";

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
  add: byOptions(add),
  average: byOptions(average),
  concatenate: byOptions(concatenate),
  maximum: byOptions(maximum),
  minimum: byOptions(minimum),
  multiHeadAttention: byOptions(multiHeadAttention),
  multiply: byOptions(multiply),
  positionEmbedding: byOptions(positionEmbedding),
  sinePositionEncoding: byOptions(sinePositionEncoding),
  subtract: byOptions(subtract),
  flatten: ({ name }) => flatten({ name }),
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
