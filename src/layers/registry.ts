// Every layer by its type: how a saved configuration becomes a layer again. Loaded when a model is, so that
// a page carries no layers but those that it uses.

import { fail } from "../errors.ts";
import { checkThat, isRecord } from "../options.ts";
import { activation } from "./activation.ts";
import { type BidirectionalOptions, bidirectional } from "./bidirectional.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { flatten } from "./flatten.ts";
import { gru } from "./gru.ts";
import type { Layer } from "./layer.ts";
import { lstm } from "./lstm.ts";
import { masking } from "./masking.ts";
import { simpleRNN } from "./simple-rnn.ts";
import { timeDistributed } from "./time-distributed.ts";

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
  simpleRNN: byOptions(simpleRNN),
  lstm: byOptions(lstm),
  gru: byOptions(gru),
  embedding: byOptions(embedding),
  masking: byOptions(masking),
  bidirectional: ({ layer, ...options }) =>
    bidirectional(innerLayer("bidirectional", layer), options as BidirectionalOptions),
  timeDistributed: ({ layer, ...options }) =>
    timeDistributed(innerLayer("timeDistributed", layer), options),
};

/** The layer that another one wraps, from its type and configuration. Not another wrapper. */
function innerLayer(where: string, it: unknown): Layer {
  checkThat(isRecord(it) && !("layer" in it), where, "layer: its type and configuration", it);
  const { type, ...config } = it;
  checkThat(typeof type === "string", `${where}: layer`, "a type", type);
  return layerFromConfig(where, type, { ...config, name: "inner" });
}

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
