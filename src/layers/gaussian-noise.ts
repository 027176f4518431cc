// Gaussian noise: in training, adds normal numbers to its input; otherwise passes it on.

import { NOISE_GAUSSIAN } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitNoise } from "./noise.ts";

/**
 * Adds to each value a normal number with mean 0, while training: inputs that differ a little each
 * time (Bishop, "Training with noise is equivalent to Tikhonov regularization", Neural Computation
 * 1995).
 * @param stddev ≥ 0
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function gaussianNoise(stddev: number, options: { readonly name?: string } = {}): Layer {
  checkOptions("gaussianNoise", options, ["name"]);
  const holds = isF32(stddev) && stddev >= 0;
  checkThat(holds, "gaussianNoise", "a standard deviation ≥ 0", stddev);
  return defineLayer({
    type: "gaussianNoise",
    name: options.name,
    config: { stddev },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit: (context) => emitNoise(context, { kind: NOISE_GAUSSIAN, amount: stddev }),
  });
}
