// Gaussian dropout: in training, multiplies its input by normal numbers around 1; otherwise passes
// it on.

import { NOISE_GAUSSIAN_DROPOUT as KIND } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { checkRate, emitNoise } from "./noise.ts";

/**
 * Multiplies each value by a normal number with mean 1 and variance rate / (1 − rate), which is
 * what dropout's factors have, while training (Srivastava et al., "Dropout: a simple way to prevent
 * neural networks from overfitting", JMLR 2014, section 10).
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function gaussianDropout(rate: number, options: { readonly name?: string } = {}): Layer {
  checkOptions("gaussianDropout", options, ["name"]);
  checkRate("gaussianDropout", rate);
  const amount = Math.sqrt(rate / (1 - rate));
  return defineLayer({
    type: "gaussianDropout",
    name: options.name,
    config: { rate },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit: (context) => emitNoise(context, { kind: KIND, gradient: KIND, amount }),
  });
}
