// Alpha dropout: dropout for networks of selu, which keeps the mean and the variance of its input.

import { NOISE_ALPHA_DROPOUT, NOISE_ALPHA_DROPOUT_GRADIENT } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { checkRate, emitNoise } from "./noise.ts";

/**
 * Sets each value to selu's limit far left, −1.758, with probability `rate`, while training; then
 * all are scaled and shifted so that values with mean 0 and variance 1 keep both (Klambauer,
 * Unterthiner, Mayr & Hochreiter, "Self-normalizing neural networks", NeurIPS 2017).
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function alphaDropout(rate: number, options: { readonly name?: string } = {}): Layer {
  checkOptions("alphaDropout", options, ["name"]);
  checkRate("alphaDropout", rate);
  const noise = { kind: NOISE_ALPHA_DROPOUT, gradient: NOISE_ALPHA_DROPOUT_GRADIENT, amount: rate };
  return defineLayer({
    type: "alphaDropout",
    name: options.name,
    config: { rate },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit: (context) => emitNoise(context, noise),
  });
}
