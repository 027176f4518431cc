// Every layer by its type: how a saved configuration becomes a layer again.

import { fail } from "../errors.ts";
import { activation } from "./activation.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import type { Layer } from "./layer.ts";

type Config = Readonly<Record<string, unknown>>;

// The functions check every field themselves, so a hostile configuration meets the same errors as a
// careless caller.
const layers: Readonly<Record<string, (config: Config, name: string) => Layer>> = {
  dense: (config, name) =>
    dense({ ...config, name } as unknown as Parameters<typeof dense>[0] & object),
  activation: (config, name) =>
    activation(config.activation as Parameters<typeof activation>[0], { name }),
  dropout: (config, name) => dropout(config.rate as number, { name }),
  flatten: (_config, name) => flatten({ name }),
};

/** The types of layers. */
const layerTypes: readonly string[] = Object.keys(layers);

/**
 * Makes a layer from what {@link Layer.config} held.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function layerFromConfig(where: string, type: string, name: string, config: Config): Layer {
  const make = Object.hasOwn(layers, type) ? layers[type] : undefined;
  if (make === undefined) {
    throw fail("unknownName", { where, kind: "layer type", got: type, known: layerTypes });
  }
  return make(config, name);
}

export type { DenseOptions } from "./dense.ts";
export type { Layer, Regularizer } from "./layer.ts";
export { activation, dense, dropout, flatten };
