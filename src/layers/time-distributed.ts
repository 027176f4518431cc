// TimeDistributed: a layer applied to every step of a sequence alike.

import { fail } from "../errors.ts";
import { checkName, checkOptions, checkThat, isRecord } from "../options.ts";
import { formatShape } from "../shape.ts";
import type { Layer } from "./layer.ts";

/** Layers that treat all before the last dimension alike anyway. */
const inner = ["dense", "activation", "dropout"] as const;

/**
 * Applies a layer to each step of [steps, …]: `timeDistributed(dense(4))`. It takes dense, activation and
 * dropout layers, and these do so already: it is there for models that are written this way. Its parameters
 * are those of the layer.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function timeDistributed(layer: Layer, options: { readonly name?: string } = {}): Layer {
  const where = "timeDistributed";
  checkThat(isRecord(layer) && "emit" in layer, where, "a layer, as dense() returns it", layer);
  checkOptions(where, options, ["name"]);
  checkName(where, "layer type for every step", layer.type, inner);
  return {
    ...layer,
    type: "timeDistributed",
    name: options.name,
    config: { layer: { type: layer.type, ...layer.config } },
    build(where, inputShape) {
      if (inputShape.length < 2) {
        const expected = "samples of the shape [steps, …]";
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      return layer.build(where, inputShape);
    },
  };
}
